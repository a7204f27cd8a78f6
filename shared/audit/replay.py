"""The replay of an export: the fold of the domain, over the events that decide one dossier."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.audit.fault import AuditFault
from shared.codec.numbers import index_text, text_of
from shared.codec.shapes import PublishedStanding, ResultsPublished, TextErased
from shared.domain.dossier import Dossier
from shared.domain.events import Recorded
from shared.domain.index import Score, score_area, score_dossier
from shared.domain.root import Root, evolve_part
from shared.domain.standings import standings


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication says of the unit, which is what its events give; None where it is not in it."""

    position: int
    standing: PublishedStanding | None
    among: int


@dataclass(frozen=True, slots=True)
class Erased:
    """A TextErased at `position`: which texts are gone, when that was recorded, and why."""

    position: int
    recorded_us: int
    said: TextErased


@dataclass(frozen=True, slots=True)
class Replayed:
    """The state after the last event, and the publications and erasures on the way to it."""

    root: Root
    dossier: Dossier
    score: Score
    publications: tuple[Published, ...]
    erasures: tuple[Erased, ...]


def replay(name: str, unit: str, round_id: str, events: Sequence[Recorded]) -> Replayed:
    """Fold the events, in order, as if nobody else's lay between them. Raises AuditFault."""
    root = Root(name)
    publications: list[Published] = []
    erasures: list[Erased] = []
    for event in events:
        try:
            evolve_part(root, event)
        except (LookupError, ValueError, AttributeError, TypeError) as error:
            raise AuditFault(
                f"position {event.position} ({event.name}) cannot be replayed: "
                f"something that it rests on is missing ({type(error).__name__}: {error})"
            ) from error
        if isinstance(event.data, TextErased):
            erasures.append(Erased(event.position, event.recorded_us, event.data))
        dossier = root.dossiers.get((unit, round_id))
        if dossier and isinstance(event.data, ResultsPublished) and event.stream == _stream_of(dossier):
            publications.append(_compared(root, dossier, event, event.data))
    dossier = root.dossiers.get((unit, round_id))
    if dossier is None:
        raise AuditFault(f"the events open no dossier of {unit} in {round_id}")
    return Replayed(root, dossier, score_of(dossier), tuple(publications), tuple(erasures))


def score_of(dossier: Dossier) -> Score:
    """The result of a dossier as it stands."""
    return score_dossier(dossier, [score_area(dossier, area) for area in dossier.rubric.areas])


def _stream_of(dossier: Dossier) -> str:
    return f"{dossier.round.authority}@{dossier.round.id}"


def _compared(root: Root, dossier: Dossier, event: Recorded, data: ResultsPublished) -> Published:
    """Is what was published what the events up to here give? Raises AuditFault where not."""
    rows = data.standings or []
    row = next((row for row in rows if row.unit == dossier.unit), None)
    if row is None:
        return Published(event.position, None, len(rows))
    given, said = _row(root, dossier), _without_rank(row)
    if row.version != given["version"]:
        raise AuditFault(
            f"the publication at position {event.position} counts {row.version} events of {dossier.unit}, "
            f"and the file has {given['version']} up to there"
        )
    for name, value in given.items():
        if said[name] != value:
            raise AuditFault(
                f"the publication at position {event.position} says {name} {said[name]} of {dossier.unit}, "
                f"and the events give {value}"
            )
    _check_rank(rows, row, dossier, event.position)
    if (data.rubrics or {}).get(dossier.rubric.id) != dossier.rubric.hash:
        raise AuditFault(f"the publication at position {event.position} is of another rubric")
    return Published(event.position, row, len(rows))


def _row(root: Root, dossier: Dossier) -> dict[str, str | int | None]:
    score = score_of(dossier)
    return {
        "kind": dossier.kind,
        "index": None if score.index is None else index_text(score.index),
        "grade": score.grade,
        "points": text_of(score.points),
        "assessed": text_of(score.assessed),
        "version": root.versions.get(f"{dossier.unit}@{dossier.round.id}", 0),
    }


def _without_rank(row: PublishedStanding) -> dict[str, str | int | None]:
    return {
        "kind": row.kind,
        "index": row.index,
        "grade": row.grade,
        "points": row.points,
        "assessed": row.assessed,
        "version": row.version,
    }


@dataclass(frozen=True, slots=True)
class _Entrant:
    unit: str
    kind: str
    index: int | None


def _check_rank(
    rows: Sequence[PublishedStanding], row: PublishedStanding, dossier: Dossier, position: int
) -> None:
    """The rank is the one that follows from the published indices, the others' among them."""
    entrants = [
        _Entrant(each.unit, each.kind, None if each.index is None else _millionths(each.index))
        for each in rows
    ]
    for entrant, rank in standings(entrants, dossier.round.groups):
        if entrant.unit == row.unit and rank != row.rank:
            raise AuditFault(
                f"the publication at position {position} says rank {row.rank} of {row.unit}, "
                f"and the indices in it give {rank}"
            )


def _millionths(index: str) -> int:
    whole, _, rest = index.partition(".")
    return int(whole) * 1_000_000 + int(rest.ljust(6, "0")[:6] or "0")

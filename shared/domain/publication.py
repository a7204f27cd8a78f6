"""The standings of a round as the ledger knows them now, and what still keeps them from being published.

Source: scoring.md, "Standings".
"""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.codec.canonical import canonical
from shared.codec.faults import Fault
from shared.codec.numbers import index_text, text_of
from shared.codec.shapes import Data, PublishedStanding, ResultsPublished
from shared.domain.dossier import Dossier
from shared.domain.emission import Accepted, Emission
from shared.domain.index import Score, score_area, score_dossier
from shared.domain.moments import told
from shared.domain.problems import Refused
from shared.domain.root import Root
from shared.domain.round import WINDOWS, Round
from shared.domain.standings import standings

MOST_BYTES = 480 * 1024
"""Of a publication's data: the broker carries messages of 512 KiB, envelope and all."""
_MOST_CODES = 20
_AT = "/subject"


@dataclass(frozen=True, slots=True)
class _Entrant:
    """A unit of the round with its result."""

    unit: str
    kind: str
    score: Score

    @property
    def index(self) -> int | None:
        """In millionths."""
        return self.score.index


def completed(root: Root, emission: Emission, data: Data) -> Accepted | Refused:
    """What nothing stands against, with what the ledger adds to it.

    Refuses standings that the feed of recorded events could not carry.
    """
    if not isinstance(data, ResultsPublished):
        return Accepted(data)
    round_ = root.rounds[emission.subject.unit, emission.subject.round or ""]
    rubrics = {dossier.rubric.id: dossier.rubric.hash for dossier in _dossiers(root, round_)}
    whole = ResultsPublished(data.document, standings_now(root, round_), rubrics, root.position)
    size = len(canonical(whole))
    return Accepted(whole) if size <= MOST_BYTES else _too_large(size)


def _too_large(size: int) -> Refused:
    return Refused(
        "too-large",
        _AT,
        f"Bảng xếp hạng dài {size} byte; tối đa {MOST_BYTES} byte. Hãy chia kỳ đánh giá cho ít đơn vị hơn, "
        "hoặc đặt tên loại đơn vị, tên xếp loại ngắn hơn.",
        f"The standings take {size} bytes; at most {MOST_BYTES} can be told. Appraise fewer units a round, "
        "or give kinds of units and grades shorter names.",
    )


def standings_now(root: Root, round_: Round) -> list[PublishedStanding]:
    """Every unit of the round with its place, ordered by kind, rank, path."""
    entrants = [
        _Entrant(
            dossier.unit,
            dossier.kind,
            score_dossier(dossier, [score_area(dossier, area) for area in dossier.rubric.areas]),
        )
        for dossier in _dossiers(root, round_)
    ]
    return [
        PublishedStanding(
            unit=entrant.unit,
            kind=entrant.kind,
            index=None if entrant.index is None else index_text(entrant.index),
            rank=rank,
            grade=entrant.score.grade,
            points=text_of(entrant.score.points),
            assessed=text_of(entrant.score.assessed),
            version=root.versions.get(f"{entrant.unit}@{round_.id}", 0),
        )
        for entrant, rank in standings(entrants, round_.groups)
    ]


def still_open(root: Root, round_: Round, now_us: int) -> list[Fault]:
    """Everything that must be settled before the results can be published."""
    if not round_.units:
        return [Fault(_AT, "Kỳ đánh giá không còn đơn vị nào.", "The round has no units.")]
    dossiers = _dossiers(root, round_)
    return [
        *_open_windows(round_, now_us),
        *_unreleased(round_),
        *(fault for dossier in dossiers for fault in _unfinished(dossier)),
        *(fault for dossier in dossiers for fault in _open_disputes(dossier)),
    ]


def _dossiers(root: Root, round_: Round) -> list[Dossier]:
    return [root.dossiers[unit, round_.id] for unit in round_.units]


def _open_windows(round_: Round, now_us: int) -> Iterator[Fault]:
    for name, label in WINDOWS.items():
        window = round_.windows[name]
        if window.is_open(now_us):
            until_vi, until_en = told(window.closes)
            yield Fault(
                _AT,
                f"Thời hạn {label} còn đến {until_vi}; hãy đợi, hoặc kết thúc sớm bằng RoundExtended.",
                f"The {name} window is open until {until_en}: wait, or close it by RoundExtended.",
            )
        for unit in round_.units:
            own = round_.extended.get((name, unit))
            if own is not None and round_.window(name, unit).is_open(now_us):
                until_vi, until_en = told(own)
                yield Fault(
                    _AT,
                    f"Thời hạn {label} của {unit} còn đến {until_vi}.",
                    f"The {name} window of {unit} is open until {until_en}.",
                )


def _unreleased(round_: Round) -> Iterator[Fault]:
    for unit in round_.units:
        if unit not in round_.released:
            yield Fault(
                _AT,
                f"Chưa thông báo kết quả thẩm định cho {unit} (AppraisalReleased).",
                f"The appraisal is not released to {unit} (AppraisalReleased).",
            )


def _unfinished(dossier: Dossier) -> Iterator[Fault]:
    codes = [
        leaf.code
        for area in dossier.rubric.areas
        for leaf in area.leaves
        if dossier.appraised(leaf.code) is None and not dossier.excluded(leaf.code)
    ]
    if codes:
        named = ", ".join(codes[:_MOST_CODES]) + (", …" if len(codes) > _MOST_CODES else "")
        yield Fault(
            _AT,
            f"{dossier.unit}: {len(codes)} tiêu chí chưa chấm, cũng không loại trừ: {named}.",
            f"{dossier.unit}: {len(codes)} leaves are neither appraised nor excluded: {named}.",
        )


def _open_disputes(dossier: Dossier) -> Iterator[Fault]:
    for id_, dispute in dossier.disputes.items():
        if dispute.decided is None:
            about = dispute.raised.data.about
            yield Fault(
                _AT,
                f"{dossier.unit}: giải trình {id_} về {about} chưa được trả lời.",
                f"{dossier.unit}: the dispute {id_} about {about} is not decided.",
            )

"""One root's projection: the fold of its events, and which rows of the read model they change."""

from dataclasses import dataclass, field
from datetime import datetime

from services.scoring import rows
from shared.codec.envelope import moment_of
from shared.domain.dossier import Dossier
from shared.domain.events import Recorded
from shared.domain.index import AreaScore, Score, score_area, score_dossier
from shared.domain.root import ALL_LEAVES, DossierKey, EvidenceKey, Root, RoundKey, evolve

LeafKey = tuple[str, str, str]
"""(unit, round id, code)"""


@dataclass(slots=True)
class Scored:
    """A dossier's latest result, and the position of the last event that touched it."""

    areas: dict[str, AreaScore]
    score: Score
    position: int


@dataclass(slots=True)
class Changes:
    """What is to be written: keys of rows that changed since the last write, and history rows."""

    units: set[str] = field(default_factory=set[str])
    rubrics: set[str] = field(default_factory=set[str])
    rounds: set[RoundKey] = field(default_factory=set[RoundKey])
    dossiers: set[DossierKey] = field(default_factory=set[DossierKey])
    leaves: set[LeafKey] = field(default_factory=set[LeafKey])
    evidence: set[EvidenceKey] = field(default_factory=set[EvidenceKey])
    history: list[rows.Row] = field(default_factory=list[rows.Row])


@dataclass(slots=True)
class Projection:
    """A root's state, the scores of its dossiers, and the changes not written yet."""

    root: Root
    scored: dict[DossierKey, Scored] = field(default_factory=dict[DossierKey, Scored])
    rubric_positions: dict[str, int] = field(default_factory=dict[str, int])
    round_positions: dict[RoundKey, int] = field(default_factory=dict[RoundKey, int])
    changes: Changes = field(default_factory=Changes)

    def apply(self, event: Recorded) -> None:
        """Take in the next event. Errors: `ValueError` where it is not the next one."""
        touched = evolve(self.root, event)
        if touched.unit:
            self.changes.units.add(touched.unit)
        if touched.rubric:
            self.changes.rubrics.add(touched.rubric)
            self.rubric_positions[touched.rubric] = event.position
        if touched.round:
            self.changes.rounds.add(touched.round)
            self.round_positions[touched.round] = event.position
        if touched.evidence:
            self.changes.evidence.add(touched.evidence)
        for key, codes in touched.codes.items():
            self._score(key, codes, event)

    def recorded_at(self) -> datetime:
        """When the last event was recorded."""
        return moment_of(self.root.recorded_us)

    def _score(self, key: DossierKey, codes: frozenset[str], event: Recorded) -> None:
        dossier = self.root.dossiers[key]
        before = self.scored.get(key)
        areas = dict(before.areas) if before else {}
        for area in dossier.rubric.areas:
            if (
                area.code not in areas
                or area.code in codes
                or any(leaf.code in codes for leaf in area.leaves)
            ):
                areas[area.code] = score_area(dossier, area)
        score = score_dossier(dossier, list(areas.values()))
        self.scored[key] = Scored(areas, score, event.position)
        self.changes.dossiers.add(key)
        self.changes.leaves.update((*key, code) for code in _leaf_codes(dossier, codes))
        earlier = (before.score.index, before.score.self_index) if before else (None, None)
        if earlier != (score.index, score.self_index):
            self.changes.history.append(rows.history_row(self.root.name, key, event, score))


def _leaf_codes(dossier: Dossier, codes: frozenset[str]) -> list[str]:
    """The leaves to write a row for.

    Those touched; at the start, those of which there is something to say already.
    """
    if codes == ALL_LEAVES:
        return [leaf.code for leaf in dossier.rubric.leaves.values() if rows.says_something(dossier, leaf)]
    return [code for code in codes if code in dossier.rubric.leaves]

"""One root's projection: the fold of its events, and which rows of the read model they change."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from services.scoring.about import leaves_about
from services.scoring.rows import Row
from services.scoring.rows.dossiers import history_row
from services.scoring.rows.leaves import says_something
from services.scoring.rows.rounds import publication_row, standing_rows
from shared.codec.envelope import moment_of
from shared.codec.shapes import Data, ResultsPublished
from shared.codec.shapes.lean import make_lean
from shared.domain.dossier import Dossier
from shared.domain.events import Recorded
from shared.domain.index import Score, Share
from shared.domain.root import ALL_LEAVES, DossierKey, Root, RoundKey, Touched, evolve
from shared.domain.root.state import ItemKey
from shared.domain.tally import Tally

Within = defaultdict[DossierKey, set[str]]
"""What changed within dossiers: codes of leaves, or ids."""

APPENDED = ("publication", "standing", "history", "story")
"""Tables whose rows never change once they are written."""

_ADJUSTING = frozenset({"PenaltyApplied", "PenaltyLifted", "BonusAwarded", "BonusRevoked", "DisputeUpheld"})


@dataclass(slots=True)
class Scored:
    """A dossier's latest result, and the position of the last event that touched it."""

    tally: Tally
    position: int


@dataclass(slots=True)
class Changes:
    """What is to be written: keys of rows that changed since the last write, and rows to be appended."""

    units: set[str] = field(default_factory=set[str])
    grants: set[str] = field(default_factory=set[str])
    imported: set[DossierKey] = field(default_factory=set[DossierKey])
    rubrics: set[str] = field(default_factory=set[str])
    rounds: set[RoundKey] = field(default_factory=set[RoundKey])
    dossiers: set[DossierKey] = field(default_factory=set[DossierKey])
    leaves: Within = field(default_factory=lambda: defaultdict(set))
    evidence: Within = field(default_factory=lambda: defaultdict(set))
    adjusted: set[DossierKey] = field(default_factory=set[DossierKey])
    disputes: set[ItemKey] = field(default_factory=set[ItemKey])
    plans: set[ItemKey] = field(default_factory=set[ItemKey])
    appended: dict[str, list[Row]] = field(default_factory=lambda: {table: [] for table in APPENDED})


@dataclass(slots=True)
class Projection:
    """A root's state, the scores of its dossiers, and the changes not written yet.

    `said` and `shares`: what events say, and leaves come to, again and again, each held once.
    """

    root: Root
    scored: dict[DossierKey, Scored] = field(default_factory=dict[DossierKey, Scored])
    rubric_positions: dict[str, int] = field(default_factory=dict[str, int])
    round_positions: dict[RoundKey, int] = field(default_factory=dict[RoundKey, int])
    changes: Changes = field(default_factory=Changes)
    said: dict[Data, Data] = field(default_factory=dict[Data, Data])
    shares: dict[Share, Share] = field(default_factory=dict[Share, Share])

    def apply(self, event: Recorded) -> None:
        """Take in the next event. Errors: `ValueError` where it is not the next one.

        The event is the projection's from then on: no row tells a free text, so none is kept.
        """
        event.data = make_lean(event.data, self.said)
        about = leaves_about(self.root, event)
        touched = evolve(self.root, event)
        self._note(touched, event)
        for key, codes in touched.codes.items():
            self._score(key, codes, event)
        if event.name in _ADJUSTING:
            self.changes.adjusted.update(touched.codes)
        if about:
            stream = event.stream.partition("@")
            self.changes.appended["story"].extend(
                [(event.root, stream[0], stream[2], code, event.position) for code in about]
            )
        if isinstance(event.data, ResultsPublished) and touched.publication:
            round_ = self.root.rounds[touched.publication]
            self.changes.appended["publication"].append(publication_row(event, event.data))
            self.changes.appended["standing"].extend(standing_rows(event, event.data, round_))

    def recorded_at(self) -> datetime:
        """When the last event was recorded."""
        return moment_of(self.root.recorded_us)

    def _note(self, touched: Touched, event: Recorded) -> None:
        """What beside dossiers and their leaves is to be written again."""
        changes = self.changes
        changes.units.update([touched.unit] if touched.unit else touched.units)
        if touched.rubric:
            changes.rubrics.add(touched.rubric)
            self.rubric_positions[touched.rubric] = event.position
        for key in [touched.round] if touched.round else touched.rounds:
            changes.rounds.add(key)
            self.round_positions[key] = event.position
        if touched.grant:
            changes.grants.add(touched.grant)
        if touched.imported:
            changes.imported.add(touched.imported)
        if touched.evidence:
            unit, round_id, id_ = touched.evidence
            changes.evidence[unit, round_id].add(id_)
        if touched.dispute:
            changes.disputes.add(touched.dispute)
        if touched.plan:
            changes.plans.add(touched.plan)

    def _score(self, key: DossierKey, codes: frozenset[str], event: Recorded) -> None:
        dossier = self.root.dossiers[key]
        scored = self.scored.get(key)
        if scored is None:
            before = None
            scored = self.scored[key] = Scored(Tally(dossier, self.shares), event.position)
        else:
            before = scored.tally.score
            scored.tally.take_in(codes)
            scored.position = event.position
        score = scored.tally.score
        self.changes.dossiers.add(key)
        if codes:
            self.changes.leaves[key].update(_leaf_codes(dossier, codes))
        if before is None or (before is not score and _told(before) != _told(score)):
            earlier = (before.index, before.self_index) if before else (None, None)
            moved = earlier != (score.index, score.self_index)
            self.changes.appended["history"].append(history_row(self.root.name, key, event, score, moved))


def _told(score: Score) -> tuple[int | bool | None, ...]:
    """What standings tell of a dossier, now and at any moment of the past."""
    return (score.index, score.self_index, score.points, score.assessed, score.coverage, score.final)


def _leaf_codes(dossier: Dossier, codes: frozenset[str]) -> list[str]:
    """The leaves to write a row for.

    Those touched; where it is all of them, those of which there is something to say already.
    """
    if codes == ALL_LEAVES:
        return [
            code
            for code, leaf in dossier.rubric.leaves.items()
            if code in dossier.leaves or says_something(dossier, leaf)
        ]
    return [code for code in codes if code in dossier.rubric.leaves]

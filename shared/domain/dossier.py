"""One unit in one round: what it claims, what it is given. Source: scoring.md, "A leaf in a dossier"."""

from dataclasses import dataclass, field

from shared.codec.figures import Figures
from shared.codec.shapes import (
    BonusAwarded,
    DisputeRaised,
    DisputeRejected,
    DisputeUpheld,
    DossierDefaulted,
    DossierSubmitted,
    EvidenceAttached,
    LeafAssigned,
    LeafExcluded,
    PenaltyApplied,
    RemediationConfirmed,
    RemediationPlanned,
    RemediationReported,
    RemediationRequired,
    ScoreAppraised,
    ScoreProposed,
    SubmissionFiled,
    SurveyRecorded,
)
from shared.codec.struct import Struct
from shared.domain.events import Standing
from shared.domain.round import Round
from shared.domain.rubric import Rubric

TOTAL = "total"
"""What a penalty is on that is neither on an area nor on a leaf."""

PENALTY = "penalty:"
"""Before the id of a penalty that a dispute is about."""


class LeafState(Struct, gc=False):
    """What stands for one leaf.

    Points are in thousandths; `given` are the appraised ones as they were written, by the council (`score`)
    or on a dispute since (`upheld`). `evidence` counts the pieces that stand; it may be filed until
    `returned_until` (microseconds). `survey_figures` are those of `survey`, where the rule takes them.
    """

    filing: Standing[SubmissionFiled] | None = None
    score: Standing[ScoreAppraised] | None = None
    self_points: int | None = None
    appraised: int | None = None
    council_figures: Figures | None = None
    given: str | None = None
    upheld: Standing[DisputeUpheld] | None = None
    survey: Standing[SurveyRecorded] | None = None
    survey_figures: Figures | None = None
    proposal: Standing[ScoreProposed] | None = None
    exclusion: Standing[LeafExcluded] | None = None
    included: bool = False
    assigned: Standing[LeafAssigned] | None = None
    returned_until: int | None = None
    evidence: int = 0

    @property
    def unit_figures(self) -> Figures | None:
        """The figures of the standing filing."""
        return self.filing.data.figures if self.filing else None


_UNTOUCHED = LeafState()


@dataclass(slots=True)
class Penalty:
    """A penalty as it was applied; `lifted` by a later event."""

    applied: Standing[PenaltyApplied]
    points: int
    lifted: bool = False


@dataclass(slots=True)
class Bonus:
    """A bonus as it was awarded; `revoked` by a later event."""

    awarded: Standing[BonusAwarded]
    points: int
    revoked: bool = False


class Evidence(Standing[EvidenceAttached], gc=False):
    """A piece of evidence as it was attached; `leaf` is what it proves now, `withdrawn` by a later event."""

    leaf: str
    withdrawn: bool = False


@dataclass(slots=True)
class Dispute:
    """A dispute as it was raised, and how it was decided: open as long as it was not.

    `about_leaf` is the leaf's code, or None where it is about `about_penalty`.
    """

    raised: Standing[DisputeRaised]
    decided: Standing[DisputeUpheld] | Standing[DisputeRejected] | None = None

    @property
    def about_penalty(self) -> str | None:
        """The id of the penalty that it is about."""
        about = self.raised.data.about
        return about.removeprefix(PENALTY) if about.startswith(PENALTY) else None

    @property
    def about_leaf(self) -> str | None:
        """The code of the leaf that it is about."""
        return None if self.about_penalty else self.raised.data.about


@dataclass(slots=True)
class Plan:
    """A remediation plan as planned last, what was reported of it, and what the authority said to that."""

    planned: Standing[RemediationPlanned]
    reported: Standing[RemediationReported] | None = None
    confirmed: Standing[RemediationConfirmed] | None = None

    @property
    def accepted(self) -> bool:
        """Is it done, by the authority's word?"""
        return self.confirmed is not None and self.confirmed.data.accepted


@dataclass(slots=True)
class Dossier:
    """One unit in one round, under one rubric.

    `left`: the unit is no longer in the round, which counts it no more. `below` is the round of the same id
    in which the unit itself is the authority.
    """

    unit: str
    round: Round
    kind: str
    rubric: Rubric
    leaves: dict[str, LeafState] = field(default_factory=dict[str, LeafState])
    penalties: dict[str, Penalty] = field(default_factory=dict[str, Penalty])
    bonuses: dict[str, Bonus] = field(default_factory=dict[str, Bonus])
    evidence: dict[str, Evidence] = field(default_factory=dict[str, Evidence])
    disputes: dict[str, Dispute] = field(default_factory=dict[str, Dispute])
    required: dict[str, Standing[RemediationRequired]] = field(
        default_factory=dict[str, Standing[RemediationRequired]]
    )
    plans: dict[str, Plan] = field(default_factory=dict[str, Plan])
    submitted: Standing[DossierSubmitted] | None = None
    defaulted: Standing[DossierDefaulted] | None = None
    returned: bool = False
    released: bool = False
    left: bool = False
    below: Round | None = None

    @property
    def status(self) -> str:
        """open, submitted, returned, released or published."""
        if self.round.published and not self.left:
            return "published"
        if self.released:
            return "released"
        if self.returned:
            return "returned"
        return "submitted" if self.submitted else "open"

    def appraised(self, code: str) -> int | None:
        """The appraised points of a leaf, in thousandths; without any, 0 where it was defaulted."""
        points = self.leaf(code).appraised
        return 0 if points is None and self.defaulted else points

    def given(self, code: str) -> str | None:
        """The appraised points of a leaf as they were written; without any, "0" where it was defaulted."""
        written = self.leaf(code).given
        return "0" if written is None and self.defaulted else written

    def is_returned(self, code: str, now_us: int) -> bool:
        """May this leaf be filed again, because the authority returned it?"""
        until = self.leaf(code).returned_until
        return until is not None and now_us < until

    def open_disputes(self, about: str) -> list[str]:
        """The ids of the undecided disputes about a leaf, or about `penalty:<id>`."""
        return [
            id_
            for id_, dispute in self.disputes.items()
            if dispute.decided is None and dispute.raised.data.about == about
        ]

    def leaf(self, code: str) -> LeafState:
        """What stands for a leaf, to be read."""
        return self.leaves.get(code, _UNTOUCHED)

    def touch(self, code: str) -> LeafState:
        """What stands for a leaf, to be changed by an event."""
        state = self.leaves.get(code)
        if state is None:
            state = self.leaves[code] = LeafState()
        return state

    def excluded(self, code: str) -> str | None:
        """Why a leaf does not count (not-applicable, not-due), by the latest word; None where it counts."""
        state = self.leaf(code)
        if state.exclusion is not None:
            return state.exclusion.data.kind
        return None if state.included else self.round.excluded.get(code)

    def standing_penalties(self, target: str) -> int:
        """Sum of the penalties on `total`, an area or a leaf that stand, in thousandths."""
        if not self.penalties:
            return 0
        return sum(
            p.points for p in self.penalties.values() if not p.lifted and p.applied.data.target == target
        )

"""One unit in one round: what it claims, what it is given. Source: scoring.md, "A leaf in a dossier"."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from shared.codec.figures import Figures
from shared.codec.numbers import POINT, decimals_of, points_of, round_to
from shared.codec.shapes import (
    BonusAwarded,
    DossierSubmitted,
    EvidenceAttached,
    LeafAssigned,
    LeafExcluded,
    PenaltyApplied,
    ScoreAppraised,
    SubmissionFiled,
)
from shared.domain.events import Standing
from shared.domain.round import Round
from shared.domain.rubric import Leaf, Rubric
from shared.domain.rules import exact_points

TOTAL = "total"
"""What a penalty is on that is neither on an area nor on a leaf."""

Support = Literal["SUPPORTED", "ROUNDING", "UNSUPPORTED"]


@dataclass(slots=True)
class LeafState:
    """What stands for one leaf. Points are in thousandths; `evidence` counts the pieces that stand."""

    filing: Standing[SubmissionFiled] | None = None
    score: Standing[ScoreAppraised] | None = None
    self_points: int | None = None
    appraised: int | None = None
    council_figures: Figures | None = None
    exclusion: Standing[LeafExcluded] | None = None
    included: bool = False
    assigned: Standing[LeafAssigned] | None = None
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


@dataclass(slots=True)
class Evidence:
    """A piece of evidence as it was attached; `withdrawn` by a later event."""

    attached: Standing[EvidenceAttached]
    withdrawn: bool = False


@dataclass(slots=True)
class Dossier:
    """One unit in one round, under one rubric."""

    unit: str
    round: Round
    kind: str
    rubric: Rubric
    leaves: dict[str, LeafState] = field(default_factory=dict[str, LeafState])
    penalties: dict[str, Penalty] = field(default_factory=dict[str, Penalty])
    bonuses: dict[str, Bonus] = field(default_factory=dict[str, Bonus])
    evidence: dict[str, Evidence] = field(default_factory=dict[str, Evidence])
    submitted: Standing[DossierSubmitted] | None = None
    released: bool = False

    @property
    def status(self) -> str:
        """open, submitted or released."""
        if self.released:
            return "released"
        return "submitted" if self.submitted else "open"

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


def exact_computed(
    dossier: Dossier, leaf: Leaf, figures: Figures | None, *, unit_only: bool = False
) -> Fraction | None:
    """What the rule gives for these figures, exactly, in points; None where nothing is computed.

    `unit_only`: needs are looked up in the self points alone, as the unit may see them before the release.
    """
    unproved = leaf.evidence_required and not dossier.leaf(leaf.code).evidence
    if unproved or any(_missing(dossier, code, unit_only) for code in leaf.needs):
        return Fraction(0)
    return None if figures is None else exact_points(leaf.rule, leaf.maximum, figures)


def _missing(dossier: Dossier, code: str, unit_only: bool) -> bool:
    if dossier.excluded(code):
        return False
    state = dossier.leaf(code)
    points = state.self_points if unit_only or state.appraised is None else state.appraised
    return not points


def leaf_figures(state: LeafState) -> Figures | None:
    """The figures that count: the council's where it gave some, else the unit's."""
    return state.council_figures or state.unit_figures


def rounded_points(rubric: Rubric, exact: Fraction) -> int:
    """Computed points as the rubric rounds them, in thousandths."""
    return int(round_to(exact, rubric.scale, rubric.rounding) * POINT)


def support_of(rubric: Rubric, exact: Fraction, appraised: str) -> Support:
    """Do the figures support these appraised points (as written)? Source: scoring.md, "Support"."""
    given = Fraction(points_of(appraised), POINT)
    if given == round_to(exact, rubric.scale, rubric.rounding):
        return "SUPPORTED"
    scale = max(rubric.scale, decimals_of(appraised))
    if given in (round_to(exact, scale, "half_up"), round_to(exact, scale, "down")):
        return "ROUNDING"
    return "UNSUPPORTED"

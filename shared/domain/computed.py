"""What figures give a leaf, and whether they support its points. Source: scoring.md, "Support"."""

from fractions import Fraction
from typing import Literal

from shared.codec.figures import Figures
from shared.codec.numbers import POINT, decimals_of, points_of, round_to
from shared.codec.struct import Struct
from shared.domain.dossier import Dossier, LeafState
from shared.domain.rollup import Rollup, rolled_up
from shared.domain.rubric import Leaf, Rubric
from shared.domain.rules import exact_points

Support = Literal["SUPPORTED", "ROUNDING", "UNSUPPORTED"]


class Computed(Struct, frozen=True):
    """What a leaf's figures give, in thousandths, and whether they support what was written.

    `points` by the figures that count, `own` by the unit's alone; `support` of the appraised points,
    `self_support` of the claimed ones.
    """

    points: int | None
    own: int | None
    support: Support | None
    self_support: Support | None


def computed_of(dossier: Dossier, leaf: Leaf) -> Computed:
    """What a leaf reads as in a dossier."""
    state, rubric = dossier.leaf(leaf.code), dossier.rubric
    exact = exact_computed(dossier, leaf, leaf_figures(state))
    own = exact_computed(dossier, leaf, state.unit_figures, unit_only=True)
    given, claimed = dossier.given(leaf.code), state.filing.data.self_points if state.filing else None
    return Computed(
        points=None if exact is None else rounded_points(rubric, exact),
        own=None if own is None else rounded_points(rubric, own),
        support=None if exact is None or given is None else support_of(rubric, exact, given),
        self_support=None if own is None or claimed is None else support_of(rubric, own, claimed),
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
    if leaf.rule.rollup is not None:
        return _rolled_up(dossier, leaf.rule.rollup, leaf.maximum)
    return None if figures is None else exact_points(leaf.rule, leaf.maximum, figures)


def _rolled_up(dossier: Dossier, rollup: Rollup, maximum: int) -> Fraction | None:
    """From the latest publication of the round below, be it reopened since; None before the first."""
    publication = dossier.below.publication if dossier.below else None
    return rolled_up(rollup, maximum, publication.shares) if publication else None


def _missing(dossier: Dossier, code: str, unit_only: bool) -> bool:
    if dossier.excluded(code):
        return False
    appraised = None if unit_only else dossier.appraised(code)
    return not (dossier.leaf(code).self_points if appraised is None else appraised)


def leaf_figures(state: LeafState) -> Figures | None:
    """The figures that count: the council's where it gave some, else a survey's, else the unit's."""
    return state.council_figures or state.survey_figures or state.unit_figures


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

"""Whether points and figures fit a leaf. Source: scoring.md, "Rules: computed points from figures"."""

from shared.codec.faults import Fault
from shared.codec.figures import Figures
from shared.codec.numbers import points_of, text_of
from shared.domain import rules
from shared.domain.decisions.answers import against
from shared.domain.problems import Refused, refused_for
from shared.domain.rubric import Leaf


def points_fault(leaf: Leaf, points: str, pointer: str) -> Refused | None:
    """Points are not above the leaf's maximum."""
    if points_of(points) <= leaf.maximum:
        return None
    top = text_of(leaf.maximum)
    return against(
        pointer,
        f"{points} vượt điểm chuẩn {top} của {leaf.code}.",
        f"{points} is above the maximum {top} of {leaf.code}.",
    )


def step_fault(leaf: Leaf, points: str) -> Refused | None:
    """The council's points are a multiple of the step, where the rule has one."""
    if leaf.step is None or points_of(points) % leaf.step == 0:
        return None
    step = text_of(leaf.step)
    return against(
        "/data/points", f"Điểm phải là bội số của {step}.", f"Points must be a multiple of {step}."
    )


def figures_fault(leaf: Leaf, figures: Figures | None) -> Refused | None:
    """Figures, where there are any, are those that the rule takes."""
    if figures is None or (fault := rules.figures_fault(leaf.rule, figures)) is None:
        return None
    return refused_for("against-rubric", Fault("/data/figures" + fault.pointer, fault.vi, fault.en))

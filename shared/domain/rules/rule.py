"""What a rule is: the figures that it takes, and the points that it gives for them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from shared.codec.faults import Fault
from shared.codec.figures import Figures
from shared.codec.numbers import POINT
from shared.domain.rollup import Rollup

NO_FIGURES = (frozenset[str](),)


def fits(_figures: Figures) -> Fault | None:
    """Any figures fit that have the right names."""
    return None


def nothing(_figures: Figures, _top: Fraction) -> Fraction | None:
    """Nothing is computed."""
    return None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule made ready.

    `alternatives` are the sets of figures it takes; `fault(figures)` tells what does not fit, with a pointer
    from the figures; `points(figures, maximum)` are exact points, None where nothing is computed. `rollup`:
    what is taken from the dossiers below, in place of figures. Two rules are equal by kind and figures alone:
    what they compute is told by the rubric's hash.
    """

    kind: str
    alternatives: tuple[frozenset[str], ...] = NO_FIGURES
    fault: Callable[[Figures], Fault | None] = field(default=fits, compare=False)
    points: Callable[[Figures, Fraction], Fraction | None] = field(default=nothing, compare=False)
    rollup: Rollup | None = None


def figures_fault(rule: Rule, figures: Figures) -> Fault | None:
    """What is wrong with these figures for this rule; None where they fit."""
    for names in rule.alternatives:
        if figures.gives(names):
            return rule.fault(figures)
    return _misnamed(rule, figures)


def exact_points(rule: Rule, maximum: int, figures: Figures) -> Fraction | None:
    """Exact points for figures that fit, clamped to 0..maximum (thousandths); None: nothing is computed."""
    return clamped_points(rule, figures, Fraction(maximum, POINT))


def clamped_points(rule: Rule, figures: Figures, top: Fraction) -> Fraction | None:
    """The same for a maximum in points."""
    points = rule.points(figures, top)
    return None if points is None else min(max(points, Fraction(0)), top)


def _misnamed(rule: Rule, figures: Figures) -> Fault:
    named = ", ".join(
        sorted(name for name in figures.__struct_fields__ if getattr(figures, name) is not None)
    )
    if not any(rule.alternatives):
        return Fault(
            "",
            f"Cách tính {rule.kind} không nhận số liệu; hãy bỏ {named or 'figures'}.",
            f"The rule {rule.kind} takes no figures: leave out {named or 'figures'}.",
        )
    wanted = [", ".join(sorted(names)) for names in rule.alternatives]
    return Fault(
        "",
        f"Cách tính {rule.kind} cần {' hoặc '.join(wanted)}; bản gửi có {named or 'số liệu trống'}.",
        f"The rule {rule.kind} takes {' or '.join(wanted)}; here stands {named or 'nothing'}.",
    )

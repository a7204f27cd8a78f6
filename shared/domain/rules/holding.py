"""Rules that hold rules: several added up, or the best of several."""

from collections.abc import Sequence
from fractions import Fraction

from shared.codec.faults import Fault
from shared.codec.figures import Figures
from shared.codec.names import pointer_token
from shared.codec.numbers import Rounding, round_to
from shared.domain.rules.naming import unknown_key
from shared.domain.rules.numbers import ZERO
from shared.domain.rules.rule import Rule, clamped_points, figures_fault

Part = tuple[Fraction, Rule]
"""The maximum of a part, in points, and its rule."""


def sum_of(parts: dict[str, Part], scale: int, rounding: Rounding) -> Rule:
    """The parts' points, each clamped to its maximum and rounded, added up; what is not given counts 0."""

    def fault(figures: Figures) -> Fault | None:
        for key, given in (figures.parts or {}).items():
            place = f"/parts/{pointer_token(key)}"
            if key not in parts:
                return unknown_key(place, key, parts)
            if found := figures_fault(parts[key][1], given):
                return _under(place, found)
        return None

    def worth(figures: Figures, _top: Fraction) -> Fraction:
        total = ZERO
        for key, given in (figures.parts or {}).items():
            top, rule = parts[key]
            total += round_to(clamped_points(rule, given, top) or ZERO, scale, rounding)
        return total

    return Rule("sum", (frozenset({"parts"}),), fault, worth)


def best_of(rules: Sequence[Rule]) -> Rule:
    """The best of the rules that figures are given for; nothing where none of them computes anything."""

    def fault(figures: Figures) -> Fault | None:
        options = figures.options or []
        if len(options) != len(rules):
            return Fault(
                "/options",
                f"Cần {len(rules)} mục, mỗi cách tính một mục theo thứ tự (null nếu không dùng); "
                f"bản gửi có {len(options)}.",
                f"This takes {len(rules)} entries, one a rule in their order (null where it is not used); "
                f"here stand {len(options)}.",
            )
        for n, (rule, given) in enumerate(zip(rules, options, strict=True)):
            if given is not None and (found := figures_fault(rule, given)):
                return _under(f"/options/{n}", found)
        return None

    def worth(figures: Figures, top: Fraction) -> Fraction | None:
        options = zip(rules, figures.options or [], strict=True)
        found = [clamped_points(rule, given, top) for rule, given in options if given is not None]
        return max((points for points in found if points is not None), default=None)

    return Rule("best_of", (frozenset({"options"}),), fault, worth)


def _under(place: str, fault: Fault) -> Fault:
    return Fault(place + fault.pointer, fault.vi, fault.en)

"""Rules: from figures to computed points. Source: scoring.md, "Rules: computed points from figures".

Everything is exact (`fractions.Fraction`). What a rule gives is clamped to 0..max here, and rounded by
`dossier.rounded_points`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from shared.codec.faults import Fault
from shared.codec.figures import Figures
from shared.codec.names import pointer_token
from shared.codec.numbers import MILLION, POINT, millionths_of, points_of
from shared.codec.rubric_shape import (
    ChoiceShape,
    CountShape,
    DeductShape,
    JudgementShape,
    RateShape,
    RuleShape,
    StepsShape,
)
from shared.domain.rollup import Rollup

_NO_FIGURES = Figures()


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule made ready.

    `alternatives` are the sets of figures it takes; `fault(figures)` tells what does not fit, with a pointer
    from the figures; `points(figures, maximum)` are exact points. `rollup`: what is taken from the dossiers
    below, in place of figures. Two rules are equal by kind and figures alone: what they compute is told by
    the rubric's hash.
    """

    kind: str
    alternatives: tuple[frozenset[str], ...]
    fault: Callable[[Figures], Fault | None] = field(compare=False)
    points: Callable[[Figures, Fraction], Fraction] = field(compare=False)
    rollup: Rollup | None = None


def figures_fault(rule: Rule, figures: Figures) -> Fault | None:
    """What is wrong with these figures for this rule; None where they fit."""
    given = frozenset(name for name in figures.__struct_fields__ if getattr(figures, name) is not None)
    if given in rule.alternatives:
        return rule.fault(figures)
    named = ", ".join(sorted(given))
    if not any(rule.alternatives):
        return Fault(
            "",
            f"Cách tính {rule.kind} không nhận số liệu; hãy bỏ {named}.",
            f"The rule {rule.kind} takes no figures: leave out {named}.",
        )
    wanted = [", ".join(sorted(names)) for names in rule.alternatives]
    return Fault(
        "",
        f"Cách tính {rule.kind} cần {' hoặc '.join(wanted)}; bản gửi có {named or 'số liệu trống'}.",
        f"The rule {rule.kind} takes {' or '.join(wanted)}; here stands {named or 'nothing'}.",
    )


def exact_points(rule: Rule, maximum: int, figures: Figures) -> Fraction | None:
    """Exact points for figures that fit, clamped to 0..maximum (thousandths); None: nothing is computed."""
    if rule.kind == "judgement":
        return None
    top = Fraction(maximum, POINT)
    return min(max(rule.points(figures, top), Fraction(0)), top)


def make_rule(shape: RuleShape) -> Rule:
    """The rule of a shape that `rubric_faults` found nothing against."""
    return _MAKERS[type(shape)](shape)


def _judgement(_shape: JudgementShape) -> Rule:
    return Rule("judgement", (frozenset(),), _fits, lambda _figures, _top: Fraction(0))


def _choice(shape: ChoiceShape) -> Rule:
    levels = {key: _points(points) for key, points in shape.levels.items()}

    def fault(figures: Figures) -> Fault | None:
        return None if figures.choice in levels else _unknown_key("/choice", str(figures.choice), levels)

    return Rule("choice", (frozenset({"choice"}),), fault, lambda figures, _top: levels[str(figures.choice)])


def _rate(shape: RateShape) -> Rule:
    target = Fraction(shape.target or "1")
    floor = Fraction(shape.floor or "0")
    over = bool(shape.over)

    def points(figures: Figures, top: Fraction) -> Fraction:
        ratio = _ratio(figures)
        return Fraction(0) if ratio < floor else top * min(ratio / target, Fraction(1))

    return Rule("rate", _RATIO, lambda figures: _ratio_fault(figures, over), points)


def _steps(shape: StepsShape) -> Rule:
    steps = sorted((Fraction(step.from_), _points(step.points)) for step in shape.steps)

    def points(figures: Figures, _top: Fraction) -> Fraction:
        reached = _ratio(figures) if shape.of == "rate" else _number(figures.count)
        return _last([worth for start, worth in steps if start <= reached])

    if shape.of == "rate":
        return Rule("steps", _RATIO, lambda figures: _ratio_fault(figures, False), points)
    return Rule("steps", _COUNT, _whole_count, points)


def _count(shape: CountShape) -> Rule:
    each = _points(shape.each)
    return Rule("count", _COUNT, _whole_count, lambda figures, _top: each * _number(figures.count))


def _deduct(shape: DeductShape) -> Rule:
    each = {key: _points(points) for key, points in shape.each.items()}

    def fault(figures: Figures) -> Fault | None:
        for key, number in (figures.events or {}).items():
            if key not in each:
                return _unknown_key(f"/events/{pointer_token(key)}", key, each)
            if not_whole := _whole_fault(f"/events/{pointer_token(key)}", number):
                return not_whole
        return None

    def points(figures: Figures, top: Fraction) -> Fraction:
        return top - sum(
            (each[key] * _number(number) for key, number in (figures.events or {}).items()), Fraction(0)
        )

    return Rule("deduct", (frozenset({"events"}),), fault, points)


_MAKERS: dict[type, Callable[[Any], Rule]] = {
    JudgementShape: _judgement,
    ChoiceShape: _choice,
    RateShape: _rate,
    StepsShape: _steps,
    CountShape: _count,
    DeductShape: _deduct,
}

_RATIO = (frozenset({"numerator", "denominator"}), frozenset({"percent"}))
_COUNT = (frozenset({"count"}),)


def _fits(_figures: Figures) -> Fault | None:
    return None


def _points(text: str) -> Fraction:
    return Fraction(points_of(text), POINT)


def _number(value: str | int | None) -> Fraction:
    return Fraction(value or 0)


def _last(values: list[Fraction]) -> Fraction:
    return values[-1] if values else Fraction(0)


def _ratio(figures: Figures) -> Fraction:
    if figures.percent is not None:
        return Fraction(figures.percent) / 100
    return _number(figures.numerator) / _number(figures.denominator)


def _ratio_fault(figures: Figures, over: bool) -> Fault | None:
    if figures.percent is not None:
        if not over and millionths_of(figures.percent) > 100 * MILLION:
            return Fault(
                "/percent", "Tỷ lệ không được lớn hơn 100 %.", "The percentage must not be above 100."
            )
        return None
    denominator = millionths_of(figures.denominator or 0)
    if denominator == 0:
        return Fault(
            "/denominator",
            "Mẫu số bằng 0: hãy đề nghị không đánh giá tiêu chí này.",
            "The denominator is 0: ask for the leaf to be excluded.",
        )
    if not over and millionths_of(figures.numerator or 0) > denominator:
        return Fault(
            "/numerator",
            "Tử số không được lớn hơn mẫu số.",
            "The numerator must not be above the denominator.",
        )
    return None


def _whole_count(figures: Figures) -> Fault | None:
    return _whole_fault("/count", figures.count)


def _whole_fault(pointer: str, value: str | int | None) -> Fault | None:
    if millionths_of(value or 0) % MILLION == 0:
        return None
    return Fault(pointer, "Số lượng phải là số nguyên.", "A count must be a whole number.")


def _unknown_key(pointer: str, key: str, known: dict[str, Fraction]) -> Fault:
    listed = ", ".join(known)
    return Fault(pointer, f"Không có mục {key}; có: {listed}.", f"There is no {key}; there are: {listed}.")

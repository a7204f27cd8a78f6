"""What a rule in a rubric may be refused for, each fault with its place. Source: scoring.md, "A rubric"."""

from collections.abc import Iterator
from fractions import Fraction

from shared.codec.faults import Fault
from shared.codec.figures import DEEPEST
from shared.codec.names import pointer_token
from shared.codec.numbers import decimals_of, points_of
from shared.codec.rubric_shape import (
    BestOfShape,
    ChecklistShape,
    ChoiceShape,
    CountShape,
    DeductShape,
    GrowthShape,
    JudgementShape,
    RateShape,
    RollupShape,
    RuleShape,
    StepsShape,
    SumShape,
    SurveyShape,
    TimelyShape,
)

_HELD_BY_NONE = JudgementShape | SurveyShape | RollupShape


def rule_faults(rule: RuleShape, place: str, scale: int, depth: int = 1) -> Iterator[Fault]:
    """Every fault of a rule at `place`; `scale`: the decimals that its points may have."""
    if depth > DEEPEST:
        yield Fault(
            place,
            f"Cách tính lồng vào nhau tối đa {DEEPEST} cấp.",
            f"Rules may lie at most {DEEPEST} deep in one another.",
        )
        return
    for at, points in _points_of(rule):
        yield from decimals_fault(place + at, points, scale)
    yield from _own_faults(rule, place, scale)
    for at, held in _held_by(rule):
        yield from _held_fault(held, f"{place}{at}/kind")
        yield from rule_faults(held, place + at, scale, depth + 1)


def maximum_faults(maximum: str, place: str, scale: int, whose: str) -> Iterator[Fault]:
    """A maximum is above 0, without more decimals than the rubric has."""
    if points_of(maximum) == 0:
        yield Fault(
            place, f"Điểm chuẩn của {whose} phải lớn hơn 0.", f"The maximum of {whose} must be above 0."
        )
    yield from decimals_fault(place, maximum, scale)


def decimals_fault(pointer: str, points: str | None, scale: int) -> Iterator[Fault]:
    """Points, where stated, have no more decimals than the rubric's, as they are written."""
    if points is not None and decimals_of(points) > scale:
        yield Fault(
            pointer,
            f"{points} có quá {scale} chữ số thập phân mà bộ chỉ số cho phép.",
            f"{points} has more than the {scale} decimals that the rubric allows.",
        )


def _own_faults(rule: RuleShape, place: str, scale: int) -> Iterator[Fault]:
    match rule:
        case JudgementShape(step=str(step)) if points_of(step) == 0:
            yield Fault(f"{place}/step", "Bước điểm phải lớn hơn 0.", "The step must be above 0.")
        case RateShape(target=str(target)) | GrowthShape(target=target) if Fraction(target) == 0:
            yield Fault(f"{place}/target", "Mục tiêu phải lớn hơn 0.", "The target must be above 0.")
        case StepsShape(steps=steps) if len({Fraction(step.from_) for step in steps}) < len(steps):
            yield Fault(f"{place}/steps", "Hai bậc có cùng ngưỡng.", "Two steps start at the same value.")
        case SumShape(parts=parts):
            for key, part in parts.items():
                yield from maximum_faults(part.max, f"{place}/parts/{pointer_token(key)}/max", scale, key)
        case RollupShape():
            yield from _rollup_faults(rule, f"{place}/from")
        case _:
            pass


def _rollup_faults(rule: RollupShape, place: str) -> Iterator[Fault]:
    if rule.of == "share" and rule.from_ is None:
        yield Fault(
            place,
            "Cần ngưỡng from, ví dụ 0.8: tỷ lệ đơn vị đạt từ 80 % điểm chuẩn trở lên.",
            "This takes `from`, such as 0.8: the share of units with 80 % of the maximum or more.",
        )
    if rule.of == "mean" and rule.from_ is not None:
        yield Fault(
            place,
            "Trung bình (mean) không có ngưỡng; hãy bỏ from.",
            "A mean has no threshold; leave `from` out.",
        )
    if rule.from_ is not None and Fraction(rule.from_) > 1:
        yield Fault(
            place,
            "Ngưỡng là tỷ lệ, không lớn hơn 1 (80 % viết là 0.8).",
            "The threshold is a ratio, not above 1 (80 % is 0.8).",
        )


def _held_by(rule: RuleShape) -> Iterator[tuple[str, RuleShape]]:
    """The rules that lie in a rule, with their pointers from it."""
    match rule:
        case SumShape(parts=parts):
            yield from ((f"/parts/{pointer_token(key)}/rule", part.rule) for key, part in parts.items())
        case BestOfShape(rules=rules):
            yield from ((f"/rules/{n}", held) for n, held in enumerate(rules))
        case _:
            pass


def _held_fault(held: RuleShape, place: str) -> Iterator[Fault]:
    if isinstance(held, _HELD_BY_NONE):
        kind = held.__struct_config__.tag
        yield Fault(
            place,
            f"sum và best_of không chứa cách tính {kind}.",
            f"sum and best_of hold no {kind}.",
        )


def _points_of(rule: RuleShape) -> Iterator[tuple[str, str]]:
    """The points that a rule states, with their pointers from it."""
    match rule:
        case JudgementShape(step=str(step)):
            yield "/step", step
        case ChoiceShape(levels=named):
            yield from _named("/levels", named)
        case ChecklistShape(items=named):
            yield from _named("/items", named)
        case DeductShape(each=named):
            yield from _named("/each", named)
        case StepsShape(steps=steps):
            yield from ((f"/steps/{n}/points", step.points) for n, step in enumerate(steps))
        case CountShape(each=each):
            yield "/each", each
        case TimelyShape(on_time=on_time, late=late):
            yield "/on_time", on_time
            yield "/late", late
        case _:
            pass


def _named(place: str, points: dict[str, str]) -> Iterator[tuple[str, str]]:
    return ((f"{place}/{pointer_token(key)}", text) for key, text in points.items())

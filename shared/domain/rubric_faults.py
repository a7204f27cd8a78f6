"""What a rubric may be refused for, each fault with its place. Source: scoring.md, "A rubric is refused unless"."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter

from shared.codec.faults import Fault
from shared.codec.numbers import decimals_of, points_of, text_of
from shared.codec.rubric_shape import (
    ChoiceShape,
    CountShape,
    CriterionShape,
    DeductShape,
    JudgementShape,
    PartShape,
    RateShape,
    RubricShape,
    RuleShape,
    StepsShape,
)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A leaf with its place and the code that its own must lie under (None of a bonus item)."""

    part: PartShape | CriterionShape
    pointer: str
    under: str | None


def rubric_faults(rubric: RubricShape, at: str = "/data/rubric") -> list[Fault]:
    """Every fault of a rubric whose shape is right; an empty list where there is none. `at` is the pointer of the rubric."""
    leaves = [*_placed_leaves(rubric, at)]
    return [
        *_code_faults(rubric, at),
        *(fault for leaf in leaves for fault in _leaf_faults(leaf, rubric.points.scale)),
        *_sum_faults(rubric, at),
        *_grade_faults(rubric, at),
        *_needs_faults(leaves, at),
    ]


def _placed_leaves(rubric: RubricShape, at: str) -> Iterator[_Placed]:
    for a, area in enumerate(rubric.areas):
        for c, criterion in enumerate(area.criteria):
            place = f"{at}/areas/{a}/criteria/{c}"
            if criterion.parts is None:
                yield _Placed(criterion, place, area.code)
            for p, part in enumerate(criterion.parts or []):
                yield _Placed(part, f"{place}/parts/{p}", criterion.code)
    for b, item in enumerate((rubric.bonus.items or []) if rubric.bonus else []):
        yield _Placed(item, f"{at}/bonus/items/{b}", None)


def _codes(rubric: RubricShape, at: str) -> Iterator[tuple[str, str, str | None]]:
    """Every code with its place and the code above it ("" for an area, None for a bonus item)."""
    for a, area in enumerate(rubric.areas):
        yield area.code, f"{at}/areas/{a}/code", ""
        for c, criterion in enumerate(area.criteria):
            yield criterion.code, f"{at}/areas/{a}/criteria/{c}/code", area.code
            for p, part in enumerate(criterion.parts or []):
                yield part.code, f"{at}/areas/{a}/criteria/{c}/parts/{p}/code", criterion.code
    for b, item in enumerate((rubric.bonus.items or []) if rubric.bonus else []):
        yield item.code, f"{at}/bonus/items/{b}/code", None


def _code_faults(rubric: RubricShape, at: str) -> Iterator[Fault]:
    seen: set[str] = set()
    for code, place, above in _codes(rubric, at):
        if code in seen:
            yield Fault(place, f"Mã {code} bị trùng.", f"The code {code} stands twice.")
        seen.add(code)
        if above is None:
            if not code[0].isalpha():
                yield Fault(place, f"Mã điểm thưởng {code} phải bắt đầu bằng chữ.", f"The bonus code {code} must start with a letter.")
        elif not code[0].isdigit() or ("." in code if not above else not code.startswith(above + ".")):
            where = f"dưới {above}" if above else "một số, không có dấu chấm"
            wanted = f"under {above}" if above else "a number without points"
            yield Fault(place, f"Mã {code} phải là {where}.", f"The code {code} must be {wanted}.")


def _leaf_faults(leaf: _Placed, scale: int) -> Iterator[Fault]:
    part, place = leaf.part, leaf.pointer
    if part.max is None:
        yield Fault(f"{place}/max", f"Tiêu chí {part.code} thiếu điểm chuẩn.", f"The criterion {part.code} has no maximum and no parts.")
    elif points_of(part.max) == 0:
        yield Fault(f"{place}/max", f"Điểm chuẩn của {part.code} phải lớn hơn 0.", f"The maximum of {part.code} must be above 0.")
    else:
        yield from _decimals_fault(f"{place}/max", part.max, scale)
    if part.rule is None:
        yield Fault(f"{place}/rule", f"Tiêu chí {part.code} thiếu cách tính.", f"The criterion {part.code} has no rule.")
    else:
        yield from _rule_faults(part.rule, f"{place}/rule", scale)


def _rule_faults(rule: RuleShape, place: str, scale: int) -> Iterator[Fault]:
    for at, points in _rule_points(rule):
        yield from _decimals_fault(place + at, points, scale)
    match rule:
        case JudgementShape(step=str(step)) if points_of(step) == 0:
            yield Fault(f"{place}/step", "Bước điểm phải lớn hơn 0.", "The step must be above 0.")
        case RateShape(target=str(target)) if Fraction(target) == 0:
            yield Fault(f"{place}/target", "Mục tiêu phải lớn hơn 0.", "The target must be above 0.")
        case StepsShape(steps=steps) if len({step.from_ for step in steps}) < len(steps):
            yield Fault(f"{place}/steps", "Hai bậc có cùng ngưỡng.", "Two steps start at the same value.")
        case _:
            pass


def _rule_points(rule: RuleShape) -> Iterator[tuple[str, str]]:
    match rule:
        case JudgementShape(step=str(step)):
            yield "/step", step
        case ChoiceShape(levels=levels):
            yield from ((f"/levels/{key}", points) for key, points in levels.items())
        case StepsShape(steps=steps):
            yield from ((f"/steps/{n}/points", step.points) for n, step in enumerate(steps))
        case CountShape(each=each):
            yield "/each", each
        case DeductShape(each=events):
            yield from ((f"/each/{key}", points) for key, points in events.items())
        case _:
            pass


def _decimals_fault(pointer: str, points: str, scale: int) -> Iterator[Fault]:
    if decimals_of(points) > scale:
        yield Fault(
            pointer,
            f"{points} có quá {scale} chữ số thập phân mà bộ chỉ số cho phép.",
            f"{points} has more than the {scale} decimals that the rubric allows.",
        )


def _sum_faults(rubric: RubricShape, at: str) -> Iterator[Fault]:
    total = 0
    for a, area in enumerate(rubric.areas):
        area_sum = 0
        for c, criterion in enumerate(area.criteria):
            parts = sum(points_of(part.max) for part in criterion.parts or [])
            if criterion.parts is not None:
                yield from _sum_fault(f"{at}/areas/{a}/criteria/{c}/max", criterion.max, parts)
                if criterion.rule is not None:
                    yield Fault(
                        f"{at}/areas/{a}/criteria/{c}/rule",
                        f"{criterion.code} có tiêu chí thành phần nên không có cách tính riêng.",
                        f"{criterion.code} has parts, so it has no rule of its own.",
                    )
            area_sum += parts if criterion.parts is not None else points_of(criterion.max or "0")
        yield from _sum_fault(f"{at}/areas/{a}/max", area.max, area_sum)
        total += area_sum
    yield from _sum_fault(f"{at}/total", rubric.total, total)


def _sum_fault(pointer: str, stated: str | None, found: int) -> Iterator[Fault]:
    if stated is not None and points_of(stated) != found:
        yield Fault(pointer, f"Ghi {stated}, nhưng tổng là {text_of(found)}.", f"It says {stated}, but the sum is {text_of(found)}.")


def _grade_faults(rubric: RubricShape, at: str) -> Iterator[Fault]:
    starts = [points_of(grade.from_) for grade in rubric.grades]
    if any(later >= earlier for earlier, later in zip(starts, starts[1:], strict=False)) or starts[-1] != 0:
        yield Fault(f"{at}/grades", "Các mức xếp loại phải giảm dần và kết thúc ở 0.", "The grades must fall strictly and end at 0.")


def _needs_faults(leaves: list[_Placed], at: str) -> Iterator[Fault]:
    codes = {leaf.part.code for leaf in leaves}
    graph: dict[str, list[str]] = {}
    for leaf in leaves:
        for n, code in enumerate(leaf.part.needs or []):
            if code not in codes:
                yield Fault(f"{leaf.pointer}/needs/{n}", f"Không có tiêu chí {code}.", f"There is no leaf {code}.")
        graph[leaf.part.code] = [code for code in leaf.part.needs or [] if code in codes]
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = " → ".join(error.args[1])
        first = error.args[1][0]
        place = next(leaf.pointer for leaf in leaves if leaf.part.code == first)
        yield Fault(f"{place}/needs", f"Điều kiện needs lặp vòng: {circle}.", f"The needs go round in a circle: {circle}.")

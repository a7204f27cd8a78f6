"""What a rubric may be refused for, each fault with its place. Source: scoring.md, "A rubric"."""

from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from shared.codec.faults import Fault
from shared.codec.numbers import points_of, text_of
from shared.codec.rubric_shape import CriterionShape, PartShape, RubricShape
from shared.domain.rule_faults import decimals_fault, maximum_faults, rule_faults

_MOST_CIRCLES = 10
_MOST_OF_A_CIRCLE = 10


@dataclass(frozen=True, slots=True)
class _Placed:
    """A leaf and the pointer to it."""

    part: PartShape | CriterionShape
    pointer: str


def rubric_faults(rubric: RubricShape, at: str = "/data/rubric") -> list[Fault]:
    """Every fault of a rubric whose shape is right; an empty list where there is none. `at` points at it."""
    leaves = [*_placed_leaves(rubric, at)]
    return [
        *_code_faults(rubric, at),
        *(fault for leaf in leaves for fault in _leaf_faults(leaf, rubric.points.scale)),
        *_group_faults(rubric, at),
        *_bonus_faults(rubric, at),
        *_grade_faults(rubric, at),
        *_needs_faults(leaves),
    ]


def _placed_criteria(rubric: RubricShape, at: str) -> Iterator[tuple[CriterionShape, str, str]]:
    """Every criterion with its pointer and its area's code."""
    for a, area in enumerate(rubric.areas):
        for c, criterion in enumerate(area.criteria):
            yield criterion, f"{at}/areas/{a}/criteria/{c}", area.code


def _placed_items(rubric: RubricShape, at: str) -> Iterator[_Placed]:
    for b, item in enumerate((rubric.bonus.items or []) if rubric.bonus else []):
        yield _Placed(item, f"{at}/bonus/items/{b}")


def _placed_leaves(rubric: RubricShape, at: str) -> Iterator[_Placed]:
    for criterion, place, _ in _placed_criteria(rubric, at):
        if criterion.parts is None:
            yield _Placed(criterion, place)
        for p, part in enumerate(criterion.parts or []):
            yield _Placed(part, f"{place}/parts/{p}")
    yield from _placed_items(rubric, at)


def _codes(rubric: RubricShape, at: str) -> Iterator[tuple[str, str, str | None]]:
    """Every code with its pointer and the code above it ("" of an area, None of a bonus item)."""
    for a, area in enumerate(rubric.areas):
        yield area.code, f"{at}/areas/{a}/code", ""
    for criterion, place, area in _placed_criteria(rubric, at):
        yield criterion.code, f"{place}/code", area
        for p, part in enumerate(criterion.parts or []):
            yield part.code, f"{place}/parts/{p}/code", criterion.code
    for item in _placed_items(rubric, at):
        yield item.part.code, f"{item.pointer}/code", None


def _code_faults(rubric: RubricShape, at: str) -> Iterator[Fault]:
    seen: set[str] = set()
    for code, place, above in _codes(rubric, at):
        if code in seen:
            yield Fault(place, f"Mã {code} bị trùng.", f"The code {code} stands twice.")
        seen.add(code)
        if above is None:
            if not code[0].isalpha():
                yield Fault(
                    place,
                    f"Mã điểm thưởng {code} phải bắt đầu bằng chữ.",
                    f"The bonus code {code} must start with a letter.",
                )
        elif not code[0].isdigit() or ("." in code if not above else not code.startswith(above + ".")):
            where = f"nằm dưới {above}" if above else "bắt đầu bằng chữ số, không có dấu chấm"
            wanted = f"lie under {above}" if above else "start with a digit and have no point"
            yield Fault(place, f"Mã {code} phải {where}.", f"The code {code} must {wanted}.")


def _leaf_faults(leaf: _Placed, scale: int) -> Iterator[Fault]:
    part, place = leaf.part, leaf.pointer
    if part.max is None:
        yield Fault(
            f"{place}/max",
            f"Tiêu chí {part.code} thiếu điểm chuẩn.",
            f"The criterion {part.code} has no maximum and no parts.",
        )
    else:
        yield from maximum_faults(part.max, f"{place}/max", scale, part.code)
    if part.rule is None:
        yield Fault(
            f"{place}/rule",
            f"Tiêu chí {part.code} thiếu cách tính.",
            f"The criterion {part.code} has no rule.",
        )
    else:
        yield from rule_faults(part.rule, f"{place}/rule", scale)


def _group_faults(rubric: RubricShape, at: str) -> Iterator[Fault]:
    """Faults of what stands over leaves: criteria with parts, areas, the whole."""
    scale, total = rubric.points.scale, 0
    for a, area in enumerate(rubric.areas):
        found = sum(_sum_of(criterion) for criterion in area.criteria)
        yield from _sum_fault(f"{at}/areas/{a}/max", area.max, found, scale)
        total += found
    for criterion, place, _ in _placed_criteria(rubric, at):
        if criterion.parts is not None:
            yield from _sum_fault(f"{place}/max", criterion.max, _sum_of(criterion), scale)
            yield from _leaf_field_faults(criterion, place)
    yield from _sum_fault(f"{at}/total", rubric.total, total, scale)


def _sum_of(criterion: CriterionShape) -> int:
    if criterion.parts is None:
        return points_of(criterion.max or "0")
    return sum(points_of(part.max) for part in criterion.parts)


def _leaf_field_faults(criterion: CriterionShape, place: str) -> Iterator[Fault]:
    for name in ("rule", "evidence", "source", "needs"):
        if getattr(criterion, name) is not None:
            yield Fault(
                f"{place}/{name}",
                f"{criterion.code} có tiêu chí thành phần: hãy ghi {name} ở từng thành phần.",
                f"{criterion.code} has parts: state {name} of each part.",
            )


def _sum_fault(pointer: str, stated: str | None, found: int, scale: int) -> Iterator[Fault]:
    yield from decimals_fault(pointer, stated, scale)
    if stated is not None and points_of(stated) != found:
        total = text_of(found)
        yield Fault(
            pointer, f"Ghi {stated}, nhưng tổng là {total}.", f"It says {stated}, but the sum is {total}."
        )


def _bonus_faults(rubric: RubricShape, at: str) -> Iterator[Fault]:
    if rubric.bonus:
        yield from decimals_fault(f"{at}/bonus/max", rubric.bonus.max, rubric.points.scale)


def _grade_faults(rubric: RubricShape, at: str) -> Iterator[Fault]:
    starts = [points_of(grade.from_) for grade in rubric.grades]
    for n, (higher, lower) in enumerate(pairwise(starts), start=1):
        if lower >= higher:
            yield Fault(
                f"{at}/grades/{n}/from",
                "Mỗi mức xếp loại phải bắt đầu thấp hơn mức trước.",
                "Each grade must start below the one before.",
            )
    if starts[-1] != 0:
        yield Fault(
            f"{at}/grades/{len(starts) - 1}/from",
            "Mức xếp loại cuối phải bắt đầu ở 0.",
            "The last grade must start at 0.",
        )


def _needs_faults(leaves: list[_Placed]) -> Iterator[Fault]:
    places = {leaf.part.code: leaf.pointer for leaf in leaves}
    graph: dict[str, list[str]] = {}
    for leaf in leaves:
        for n, code in enumerate(leaf.part.needs or []):
            if code not in places:
                yield Fault(
                    f"{leaf.pointer}/needs/{n}", f"Không có tiêu chí {code}.", f"There is no leaf {code}."
                )
        graph[leaf.part.code] = [code for code in leaf.part.needs or [] if code in places]
    for circle in _circles(graph):
        named = " → ".join(circle[:_MOST_OF_A_CIRCLE]) + (" …" if len(circle) > _MOST_OF_A_CIRCLE else "")
        yield Fault(
            f"{places[circle[0]]}/needs",
            f"Điều kiện needs lặp vòng: {named}.",
            f"The needs go round in a circle: {named}.",
        )


def _circles(graph: dict[str, list[str]]) -> Iterator[list[str]]:
    """Circles that share no leaf, the first ten; each ends where it began."""
    left = graph
    for _ in range(_MOST_CIRCLES):
        try:
            TopologicalSorter(left).prepare()
        except CycleError as error:
            circle: list[str] = error.args[1]
            yield circle
            left = {code: needs for code, needs in left.items() if code not in circle}
        else:
            return

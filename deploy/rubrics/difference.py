"""What changed between two rubrics, leaf by leaf, in lines that people read."""

from collections.abc import Iterator
from typing import Any

import yaml
from msgspec import to_builtins

from shared.codec.numbers import points_of, text_of
from shared.codec.rubric_shape import PartShape, RubricShape
from shared.domain.rubric import area_parts, source_of

Pair = tuple[PartShape | None, PartShape | None]
"""A leaf before and after: None where it was not there, or is no more."""


def differences(before: RubricShape, after: RubricShape) -> list[str]:
    """One line a change; none where nothing changed but the id."""
    pairs = paired_leaves(before, after)
    renumbered = {old.code: new.code for old, new in pairs if old and new}
    return [
        *_of_the_whole(before, after),
        *_of_areas(before, after),
        *(line for old, new in pairs for line in _of_a_leaf(old, new, renumbered)),
    ]


def paired_leaves(before: RubricShape, after: RubricShape) -> list[Pair]:
    """The leaves of the later rubric with what they were, then those that are no more.

    A leaf was what its `was` names, else what had its code, unless another says that it was that one.
    """
    old = {leaf.code: leaf for leaf in _leaves(before)}
    new = list(_leaves(after))
    claimed = {leaf.was: leaf.code for leaf in reversed(new) if leaf.was in old}
    origins = [leaf.was if leaf.was in old else leaf.code for leaf in new]
    pairs: list[Pair] = [
        (old.get(origin or "") if claimed.get(origin, leaf.code) == leaf.code else None, leaf)
        for leaf, origin in zip(new, origins, strict=True)
    ]
    kept = {leaf.code for leaf, _ in pairs if leaf}
    return [*pairs, *((leaf, None) for code, leaf in old.items() if code not in kept)]


def _leaves(rubric: RubricShape) -> Iterator[PartShape]:
    for area in rubric.areas:
        yield from area_parts(area.criteria)
    if rubric.bonus:
        yield from rubric.bonus.items or []


def _of_a_leaf(old: PartShape | None, new: PartShape | None, renumbered: dict[str, str]) -> Iterator[str]:
    if old is None and new is not None:
        worth = text_of(points_of(new.max))
        lacking = f" (was: {new.was}?)" if new.was else ""
        yield f"+ {new.code} {new.name}: thêm mới, điểm chuẩn {worth} · added, maximum {worth}{lacking}"
    elif new is None and old is not None:
        worth = text_of(points_of(old.max))
        yield f"- {old.code} {old.name}: bỏ, điểm chuẩn {worth} · removed, maximum {worth}"
    elif old is not None and new is not None:
        if old.code != new.code:
            yield (
                f"> {new.code} {new.name}: đánh số lại, trước là {old.code} · renumbered, formerly {old.code}"
            )
        yield from _of_fields(old, new, renumbered)


def _of_fields(old: PartShape, new: PartShape, renumbered: dict[str, str]) -> Iterator[str]:
    needs = [renumbered.get(code, code) for code in old.needs or []]
    yield from _change(new.code, ("tên", "name"), old.name, new.name)
    yield from _change(new.code, ("điểm chuẩn", "maximum"), _points(old.max), _points(new.max))
    yield from _change(new.code, ("cách tính", "rule"), _told(old.rule), _told(new.rule))
    yield from _change(
        new.code, ("tài liệu bắt buộc", "evidence"), old.evidence or "optional", new.evidence or "optional"
    )
    yield from _change(new.code, ("nguồn số liệu", "source"), source_of(old), source_of(new))
    yield from _change(new.code, ("điều kiện", "needs"), _told(sorted(needs)), _told(sorted(new.needs or [])))
    yield from _change(
        new.code, ("tài liệu", "documents"), _told(old.documents or []), _told(new.documents or [])
    )


def _of_the_whole(before: RubricShape, after: RubricShape) -> Iterator[str]:
    yield from _change("*", ("tên", "name"), before.name, after.name)
    yield from _change("*", ("căn cứ", "basis"), before.basis, after.basis)
    yield from _change("*", ("tổng điểm chuẩn", "total"), _total(before), _total(after))
    yield from _change("*", ("làm tròn điểm", "points"), _told(before.points), _told(after.points))
    yield from _change("*", ("làm tròn chỉ số", "index"), _told(before.index), _told(after.index))
    yield from _change("*", ("xếp loại", "grades"), _told(before.grades), _told(after.grades))
    bonus = [rubric.bonus.max if rubric.bonus else None for rubric in (before, after)]
    yield from _change("*", ("điểm thưởng tối đa", "bonus"), *(_points(one) for one in bonus))


def _of_areas(before: RubricShape, after: RubricShape) -> Iterator[str]:
    old, new = ({area.code: area for area in rubric.areas} for rubric in (before, after))
    for code, area in new.items():
        if code not in old:
            yield f"+ {code} {area.name}: thêm lĩnh vực · area added"
            continue
        yield from _change(code, ("tên", "name"), old[code].name, area.name)
        sums = [_sum(one.criteria) for one in (old[code], area)]
        yield from _change(code, ("điểm chuẩn", "maximum"), *sums)
    for code, area in old.items():
        if code not in new:
            yield f"- {code} {area.name}: bỏ lĩnh vực · area removed"


def _change(code: str, label: tuple[str, str], old: str | None, new: str | None) -> Iterator[str]:
    if old != new:
        vi, en = label
        change = f"{old or '–'} → {new or '–'}"
        yield f"~ {code}: {vi} {change} · {en} {change}"


def _total(rubric: RubricShape) -> str:
    return text_of(sum(points_of(leaf.max) for area in rubric.areas for leaf in area_parts(area.criteria)))


def _sum(criteria: Any) -> str:
    return text_of(sum(points_of(leaf.max) for leaf in area_parts(criteria)))


def _points(text: str | None) -> str | None:
    return None if text is None else text_of(points_of(text))


def _told(value: Any) -> str:
    """As it stands in YAML, on one line."""
    told = yaml.safe_dump(
        to_builtins(value), default_flow_style=True, allow_unicode=True, sort_keys=False, width=10**6
    )
    return told.removesuffix("\n").removesuffix("\n...")

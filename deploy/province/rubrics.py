"""Rubrics of the made-up province: one for each kind of unit and year, with every kind of rule."""

from collections.abc import Iterator
from copy import deepcopy
from fractions import Fraction
from random import Random
from typing import Any

from deploy.province.evaluate.numbers import ZERO, text_of
from deploy.province.measures import MEASURES

JSON = dict[str, Any]

FEWEST_LEAVES = 12
AREAS = (
    "Chỉ đạo điều hành",
    "Thể chế",
    "Thủ tục hành chính",
    "Tổ chức bộ máy",
    "Chế độ công vụ",
    "Tài chính công",
    "Chính quyền số",
    "Tác động của cải cách",
)
GRADES = (("Xuất sắc", "90"), ("Tốt", "80"), ("Khá", "65"), ("Trung bình", "50"), ("Yếu", "0"))
_KINDS = tuple(kind for kind in MEASURES if kind != "rollup")
_HALF = Fraction(1, 2)
_LARGEST = Fraction(3)
_TOTAL = Fraction(100)


def make_rubric(id_: str, name: str, leaves: int, chance: Random, below: JSON | None = None) -> JSON:
    """A rubric of so many leaves, of a hundred points where that can be.

    `below` is the rubric of the unit's own children, where it has some: two leaves then roll theirs up.
    """
    maxima = _maxima(leaves, chance)
    first = chance.randrange(len(_KINDS))
    made = [_leaf(_KINDS[(first + n) % len(_KINDS)], maxima[n], chance) for n in range(leaves)]
    if below is not None:
        one, other, *_ = leaves_of(below)
        made[-1] = _rolled_up(one, maxima[-1], {"of": "mean"})
        made[-2] = _rolled_up(other, maxima[-2], {"of": "share", "from": "0.8"})
    areas = min(len(AREAS), leaves // 4)
    parts = [made[n * leaves // areas : (n + 1) * leaves // areas] for n in range(areas)]
    return {
        "id": id_,
        "name": name,
        "basis": "Quyết định minh họa, không có thật",
        "points": {"scale": 2, "rounding": chance.choice(["half_up", "down"])},
        "index": {
            "scale": chance.choice([2, 3]),
            "rounding": chance.choice(["half_up", "down"]),
            "cap": "100",
        },
        "grades": [{"name": grade, "from": start} for grade, start in GRADES],
        "total": text_of(sum(maxima, ZERO)),
        "bonus": {"max": "2", "items": _bonus_items(chance)},
        "areas": [_area(n, part) for n, part in enumerate(parts, start=1)],
    }


def next_year(rubric: JSON, id_: str, name: str) -> JSON:
    """The same a year later: the criteria of the second area change places, and say what they were."""
    later: JSON = deepcopy(rubric) | {"id": id_, "name": name}
    area = later["areas"][1]
    area["criteria"] = [*area["criteria"][1:], area["criteria"][0]]
    moved = [*leaves_of({"areas": [area]})]
    before = [leaf["code"] for leaf in moved]
    _number(area)
    renamed = dict(zip(before, (leaf["code"] for leaf in moved), strict=True))
    for was, leaf in zip(before, moved, strict=True):
        leaf["was"] = was
        leaf["needs"] = [renamed[code] for code in leaf["needs"]]
    return later


def leaves_of(rubric: JSON) -> Iterator[JSON]:
    """The leaves of the areas, in order."""
    for area in rubric["areas"]:
        for criterion in area["criteria"]:
            yield from criterion.get("parts", [criterion])


def _maxima(leaves: int, chance: Random) -> list[Fraction]:
    """Half points and more; they are a hundred together where that can be."""
    found = [_HALF * chance.randint(1, 6) for _ in range(leaves)]
    if not _HALF * leaves <= _TOTAL <= _LARGEST * leaves:
        return found
    while (lacking := _TOTAL - sum(found, ZERO)) != 0:
        n = chance.randrange(leaves)
        found[n] += _HALF if lacking > 0 and found[n] < _LARGEST else ZERO
        found[n] -= _HALF if lacking < 0 and found[n] > _HALF else ZERO
    return found


def _leaf(kind: str, maximum: Fraction, chance: Random) -> JSON:
    leaf: JSON = {"name": MEASURES[kind].name, "max": text_of(maximum), "needs": []}
    leaf["rule"] = MEASURES[kind].rule(maximum, chance)
    if kind == "survey" or (kind == "rate" and chance.random() < 0.25):
        return leaf | {"source": "survey"}
    if kind == "growth":
        leaf["source"] = "system"
    if chance.random() < 0.15:
        leaf |= {"evidence": "required", "documents": ["Báo cáo có số liệu trích xuất"]}
    return leaf


def _rolled_up(below: JSON, maximum: Fraction, how: JSON) -> JSON:
    name = f"{MEASURES['rollup'].name}: {below['name']}"
    rule = {"kind": "rollup", "leaf": below["code"], **how}
    return {"name": name, "max": text_of(maximum), "needs": [], "rule": rule}


def _bonus_items(chance: Random) -> list[JSON]:
    one = Fraction(1)
    return [
        {"code": f"B.{n}", "name": name, "max": "1", "rule": MEASURES[kind].rule(one, chance)}
        for n, (name, kind) in enumerate((("Tin bài về cải cách", "steps"), ("Sáng kiến", "count")), start=1)
    ]


def _area(number: int, leaves: list[JSON]) -> JSON:
    """Its first leaf is a criterion, the others are parts of criteria; the last needs the first."""
    criteria: list[JSON] = [leaves[0]]
    for n in range(1, len(leaves), 3):
        criteria.append({"name": f"Nhóm tiêu chí {len(criteria)}", "parts": leaves[n : n + 3]})
    area: JSON = {"code": str(number), "name": AREAS[number - 1], "criteria": criteria}
    area["max"] = text_of(sum((Fraction(leaf["max"]) for leaf in leaves), ZERO))
    _number(area)
    leaves[-1]["needs"] = [leaves[0]["code"]]
    return area


def _number(area: JSON) -> None:
    for c, criterion in enumerate(area["criteria"], start=1):
        criterion["code"] = f"{area['code']}.{c}"
        for p, part in enumerate(criterion.get("parts", []), start=1):
            part["code"] = f"{area['code']}.{c}.{p}"

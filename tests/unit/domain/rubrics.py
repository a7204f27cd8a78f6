"""Rubrics for tests, as the JSON that `RubricPublished` carries."""

from typing import Any

JSON = dict[str, Any]

JUDGEMENT: JSON = {"kind": "judgement"}
RATE: JSON = {"kind": "rate"}
GRADES = [("Xuất sắc", "95"), ("Tốt", "80"), ("Khá", "65"), ("Trung bình", "50"), ("Yếu", "0")]


def leaf(code: str, maximum: str = "1", rule: JSON | None = None, **others: Any) -> JSON:
    """A leaf: a criterion, a part, or a bonus item."""
    return {"code": code, "name": f"Tiêu chí {code}", "max": maximum, "rule": rule or JUDGEMENT, **others}


def rubric(
    *leaves: JSON,
    id_: str = "bo",
    scale: int = 2,
    rounding: str = "half_up",
    bonus: JSON | None = None,
    index: JSON | None = None,
    **others: Any,
) -> JSON:
    """A rubric of these leaves, each put under the area and the criterion that its code names."""
    made: JSON = {
        "id": id_,
        "name": f"Bộ chỉ số {id_}",
        "points": {"scale": scale, "rounding": rounding},
        "index": {"scale": 2, "rounding": "half_up", **(index or {})},
        "grades": [{"name": name, "from": start} for name, start in GRADES],
        "areas": _areas(leaves),
        **others,
    }
    return made | ({"bonus": bonus} if bonus is not None else {})


def _areas(leaves: tuple[JSON, ...]) -> list[JSON]:
    areas: dict[str, JSON] = {}
    criteria: dict[str, JSON] = {}
    for one in leaves:
        tokens = one["code"].split(".")
        area = areas.setdefault(
            tokens[0], {"code": tokens[0], "name": f"Lĩnh vực {tokens[0]}", "criteria": []}
        )
        if len(tokens) == 2:
            area["criteria"].append(one)
            continue
        above = ".".join(tokens[:2])
        if above not in criteria:
            criteria[above] = {"code": above, "name": f"Tiêu chí {above}", "parts": []}
            area["criteria"].append(criteria[above])
        criteria[above]["parts"].append(one)
    return list(areas.values())

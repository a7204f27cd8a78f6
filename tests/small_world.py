"""A small world for tests that send real messages: who sends what, as bytes.

Everything is about one root, whose name is given: a province with the districts a and b, their communes a/x
and b/x, a rubric, and the rounds `2023` of the province and of both districts, and `2022`, which is over.
"""

import json
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

JSON = dict[str, Any]

OPEN = {"opens": "2020-01-01T00:00:00Z", "closes": "2090-01-01T00:00:00Z"}
PAST = {"opens": "2020-01-01T00:00:00Z", "closes": "2020-01-02T00:00:00Z"}
RATE = {"kind": "rate"}


@dataclass(frozen=True)
class Message:
    """What a tenant sends: the `type` it is sent under, the bytes, and the `id` that can be used, if any."""

    name: str
    tenant: str
    roles: tuple[str, ...]
    type: str
    raw: bytes
    id: str | None


@dataclass(frozen=True)
class Place:
    """A root, and how messages are written in it."""

    root: str

    def id_of(self, name: str) -> str:
        """The same id for the same name in the same root."""
        return str(uuid5(NAMESPACE_URL, f"{self.root}/{name}"))

    def envelope(self, name: str, tenant: str, type_: str, subject: str, data: object) -> JSON:
        return {
            "specversion": "1.0",
            "id": self.id_of(name),
            "type": type_,
            "source": tenant,
            "subject": subject,
            "time": "2023-12-05T08:30:00+07:00",
            "data": data,
        }

    def good(self, name: str, tenant: str, role: str, type_: str, subject: str, data: JSON) -> Message:
        raw = written(self.envelope(name, tenant, type_, subject, data))
        return Message(name, tenant, (role,), type_, raw, self.id_of(name))

    def district(self, name: str, type_: str, data: object, **attributes: Any) -> JSON:
        """District a says something of its own dossier."""
        unit = f"{self.root}/a"
        return self.envelope(name, unit, type_, f"{unit}@2023", data) | attributes

    def council(self, name: str, type_: str, data: object, **attributes: Any) -> JSON:
        """The province says something of district a's dossier."""
        return self.envelope(name, self.root, type_, f"{self.root}/a@2023", data) | attributes


def written(envelope: JSON) -> bytes:
    """JSON as most would write it."""
    return json.dumps(envelope, ensure_ascii=False).encode()


def rubric(**changed: Any) -> JSON:
    """Two areas: 1.1 (3, a rate), 1.2 (2), 2.1 (1, half a point each)."""
    return {
        "id": "bo",
        "name": "Bộ chỉ số",
        "points": {"scale": 2, "rounding": "half_up"},
        "index": {"scale": 2, "rounding": "half_up"},
        "grades": [{"name": "Tốt", "from": "80"}, {"name": "Yếu", "from": "0"}],
        "areas": [
            {"code": "1", "name": "Một", "criteria": [leaf("1.1", "3", RATE), leaf("1.2", "2")]},
            {"code": "2", "name": "Hai", "criteria": [leaf("2.1", "1", {"kind": "count", "each": "0.5"})]},
        ],
    } | changed


def leaf(code: str, maximum: str, rule: JSON | None = None, **others: Any) -> JSON:
    return {"code": code, "name": code, "max": maximum, "rule": rule or {"kind": "judgement"}, **others}


def rubric_with(*leaves: JSON) -> JSON:
    """A rubric of one area with these leaves, under an id of its own."""
    return rubric(id="sai", areas=[{"code": "1", "name": "Một", "criteria": list(leaves)}])


def round_of(units: list[str], kind: str, **changed: Any) -> JSON:
    return {
        "round": "2023",
        "name": "Năm 2023",
        "kind": "annual",
        "period": {"from": "2023-01-01", "to": "2023-12-31"},
        "rubrics": {kind: "bo"},
        "units": units,
        "filing": OPEN,
        "appraisal": OPEN,
        "disputes": OPEN,
    } | changed


def world(root: str) -> list[Message]:
    """What must have been said, in this order."""
    place = Place(root)
    units = [(root, "province"), (f"{root}/a", "district"), (f"{root}/b", "district")]
    units += [(f"{root}/a/x", "commune"), (f"{root}/b/x", "commune")]

    def registered(unit: str, kind: str) -> Message:
        data = {"unit": unit, "name": f"Đơn vị {unit}", "kind": kind, "effective": "2020-01-01"}
        return place.good(f"unit {unit}", root, "registrar", "UnitRegistered", unit, data)

    def opened(authority: str, round_: JSON) -> Message:
        subject = f"{authority}@{round_['round']}"
        return place.good(f"round {subject}", authority, "chair", "RoundOpened", subject, round_)

    districts = [f"{root}/a", f"{root}/b"]
    return [
        *(registered(unit, kind) for unit, kind in units),
        place.good("rubric", root, "chair", "RubricPublished", root, {"rubric": rubric()}),
        opened(root, round_of(districts, "district")),
        opened(root, round_of(districts, "district", round="2022", filing=PAST, appraisal=PAST)),
        opened(f"{root}/a", round_of([f"{root}/a/x"], "commune")),
        opened(f"{root}/b", round_of([f"{root}/b/x"], "commune")),
    ]


def neighbour(root: str, name: str, tenant: str) -> Message:
    """An emission that is always recorded, from district a or from the province, as often as you like."""
    place = Place(root)
    if tenant == root:
        data = {"bonus": name.replace(" ", "-"), "points": "0.1", "reason": "sáng kiến"}
        return place.good(name, root, "council", "BonusAwarded", f"{root}/a@2023", data)
    data = {"leaves": ["1.1"], "lead": f"Phòng {name}"}
    return place.good(name, tenant, "head", "LeafAssigned", f"{root}/a@2023", data)

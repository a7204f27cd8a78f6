"""A province with one district, a rubric and an open round: what emissions are judged on here."""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

import asyncpg

from shared.domain.emission import Caller
from shared.domain.root import Root
from shared.ledger.answers import Outcome
from shared.ledger.arrivals import Arrival, arrive
from shared.ledger.recording import record

TIME = "2023-12-05T08:30:00+07:00"
OPEN = {"opens": "2020-01-01T00:00:00Z", "closes": "2090-01-01T00:00:00Z"}
RUBRIC = {
    "id": "t",
    "name": "Bộ chỉ số",
    "points": {"scale": 2, "rounding": "half_up"},
    "index": {"scale": 2, "rounding": "half_up"},
    "grades": [{"name": "Tốt", "from": "80"}, {"name": "Yếu", "from": "0"}],
    "areas": [
        {
            "code": "3",
            "name": "Cải cách thủ tục hành chính",
            "criteria": [
                {"code": "3.4", "name": "Đúng hạn", "max": "3", "rule": {"kind": "rate"}},
                {"code": "3.5", "name": "Công khai", "max": "1", "rule": {"kind": "judgement"}},
            ],
        }
    ],
}


def raw(type_: str, source: str, subject: str, data: Mapping[str, Any], **more: Any) -> bytes:
    """An emission as it is sent."""
    envelope = {"specversion": "1.0", "id": str(uuid4()), "type": type_, "source": source, "subject": subject}
    return json.dumps({**envelope, "time": TIME, "data": data, **more}, ensure_ascii=False).encode()


def sent(tenant: str, roles: Iterable[str], message: bytes, type_: str | None = None) -> Arrival:
    """A message as it arrives from a tenant, under the type that it names unless another is given."""
    under: str = type_ or json.loads(message)["type"]
    root = tenant.partition("/")[0]
    return arrive(Caller(tenant, root, under, frozenset(roles), frozenset(), "9f3c0a1b2c3d4e5f"), message)


class Scene:
    """A root in which `<root>/a` files for the round 2023; `state` is what one writer holds of it."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.unit = f"{root}/a"
        self.dossier = f"{root}/a@2023"
        self.state = Root(root)

    def filing(self, points: str = "2.5", **data_or_envelope: Any) -> bytes:
        """A claim for leaf 3.4; `note` and `figures` go into its data, anything else into the envelope."""
        data = {"leaf": "3.4", "self_points": points}
        data |= {name: data_or_envelope.pop(name) for name in ("note", "figures") if name in data_or_envelope}
        return raw("SubmissionFiled", self.unit, self.dossier, data, **data_or_envelope)

    def filed(self, message: bytes, type_: str = "SubmissionFiled") -> Arrival:
        """What the unit's filer sends, arriving."""
        return sent(self.unit, ["filer"], message, type_)

    def score(self, points: str, **data: Any) -> Arrival:
        """A score of the council for leaf 3.4, arriving."""
        data = {"leaf": "3.4", "points": points, "opinion": "Chưa đủ", **data}
        return sent(self.root, ["council"], raw("ScoreAppraised", self.root, self.dossier, data))

    def opening(self) -> list[Arrival]:
        """Everything up to the open round: four events."""
        return [
            self._registered(self.root, "province"),
            self._registered(self.unit, "district"),
            sent(self.root, ["chair"], raw("RubricPublished", self.root, self.root, {"rubric": RUBRIC})),
            sent(self.root, ["chair"], raw("RoundOpened", self.root, f"{self.root}@2023", self._round())),
        ]

    def _registered(self, path: str, kind: str) -> Arrival:
        data = {"unit": path, "name": path, "kind": kind, "effective": "2020-01-01"}
        return sent(self.root, ["registrar"], raw("UnitRegistered", self.root, path, data))

    def _round(self) -> dict[str, Any]:
        return {
            "round": "2023",
            "name": "Đánh giá 2023",
            "kind": "annual",
            "period": {"from": "2023-01-01", "to": "2023-12-31"},
            "rubrics": {"district": "t"},
            "units": [self.unit],
            "filing": OPEN,
            "appraisal": OPEN,
            "disputes": OPEN,
        }

    async def record(self, connection: asyncpg.Connection, *arrivals: Arrival) -> list[Outcome]:
        """Record a batch on this writer's state; every emission is answered."""
        outcomes = await record(connection, self.state, arrivals)
        assert None not in outcomes
        return [outcome for outcome in outcomes if outcome]


async def opened(root: str, connection: asyncpg.Connection) -> Scene:
    """A scene with its round open."""
    scene = Scene(root)
    outcomes = await scene.record(connection, *scene.opening())
    assert [outcome["status"] for outcome in outcomes] == ["recorded"] * 4, outcomes
    return scene

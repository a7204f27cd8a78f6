"""A small country: a province, two districts with communes, two rounds; and who may ask about it.

{root}                  province            appraises {root}/a, /b, /c in its round 2023, and in 2024
├── {root}/a            district            appraises {root}/a/x, /y in its round 2023; released in {root}'s
│   ├── {root}/a/x      commune
│   └── {root}/a/y      commune
├── {root}/b            district            not released
└── {root}/c            district            nothing happened to its dossier yet
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

import asyncpg
import msgspec

from shared.codec.canonical import canonical

WINDOWS = {
    name: {"opens": "2023-12-01T00:00:00.000000Z", "closes": "2024-01-01T00:00:00.000000Z"}
    for name in ("filing", "appraisal", "disputes")
}
RUBRIC: Mapping[str, Any] = {
    "id": "district-2023",
    "name": "Bộ chỉ số CCHC cấp huyện 2023",
    "points": {"scale": 2, "rounding": "half_up"},
    "index": {"scale": 2, "rounding": "half_up"},
    "grades": [{"name": "Tốt", "from": "80"}, {"name": "Yếu", "from": "0"}],
    "bonus": {
        "max": "2",
        "items": [{"code": "B.1", "name": "Tin bài", "max": "1", "rule": {"kind": "judgement"}}],
    },
    "areas": [
        {
            "code": "3",
            "name": "Thủ tục hành chính",
            "criteria": [
                {"code": "3.4", "name": "Kết quả giải quyết", "max": "3", "rule": {"kind": "rate"}},
                {
                    "code": "3.12",
                    "name": "Dịch vụ công trực tuyến",
                    "parts": [
                        {
                            "code": "3.12.3",
                            "name": "Hồ sơ trực tuyến",
                            "max": "0.50",
                            "rule": {"kind": "rate"},
                        }
                    ],
                },
            ],
        },
        {
            "code": "4",
            "name": "Tổ chức bộ máy",
            "criteria": [{"code": "4.1", "name": "Sắp xếp", "max": "1.5", "rule": {"kind": "judgement"}}],
        },
    ],
}
AREAS = [
    {
        "code": "3",
        "name": "Thủ tục hành chính",
        "max": 3500,
        "points": 2026,
        "assessed": 3500,
        "excluded": 0,
        "lost": 1474,
    },
    {
        "code": "4",
        "name": "Tổ chức bộ máy",
        "max": 1500,
        "points": 0,
        "assessed": 0,
        "excluded": 1500,
        "lost": 0,
    },
]
PROBLEM = canonical(
    {
        "type": "window-closed",
        "title": {"vi": "Đã hết thời hạn", "en": "The window has closed"},
        "detail": {"vi": "Đề nghị gia hạn", "en": "Ask for an extension"},
        "pointer": "/data/leaf",
    }
).decode()


@dataclass
class Batch:
    """Emissions to append at once. Texts by field; the data commits to them."""

    streams: list[str] = field(default_factory=list)
    versions: list[int] = field(default_factory=list)
    ids: list[Any] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    texts: list[tuple[int, str, bytes, str]] = field(default_factory=list)

    def add(
        self, stream: str, version: int, name: str, data: Mapping[str, Any], texts: Mapping[str, str]
    ) -> None:
        ordinal = len(self.streams) + 1
        committed = dict(data)
        for text_field, text in texts.items():
            salt = sha256(f"{stream}{version}{text_field}".encode()).digest()[:16]
            committed[text_field] = {"sha256": sha256(salt + text.encode()).hexdigest()}
            self.texts.append((ordinal, text_field, salt, text))
        id_ = uuid4()
        body = {
            "actor": "0123456789abcdef",
            "data": committed,
            "id": str(id_),
            "shape": 1,
            "source": stream.split("@", maxsplit=1)[0],
            "subject": stream,
            "time": "2023-12-05T08:30:00+07:00",
            "type": name,
            "version": version,
        }
        self.streams.append(stream)
        self.versions.append(version)
        self.ids.append(id_)
        self.names.append(name)
        self.bodies.append(canonical(body))


@dataclass
class World:
    """Writes what scoring and the write services would have written, as the superuser."""

    connection: asyncpg.Connection
    root: str
    heads: dict[str, int] = field(default_factory=dict)
    position: int = 0

    async def record(
        self, stream: str, name: str, data: Mapping[str, Any], texts: Mapping[str, str] | None = None
    ) -> int:
        """Append one event; its position."""
        return (await self.record_all([(stream, name, data, texts or {})]))[0]

    async def record_all(
        self, events: Sequence[tuple[str, str, Mapping[str, Any], Mapping[str, str]]]
    ) -> list[int]:
        """Append events in one transaction, and let the read model take them in; their positions."""
        batch = Batch()
        for stream, name, data, texts in events:
            self.heads[stream] = self.heads.get(stream, 0) + 1
            batch.add(stream, self.heads[stream], name, data, texts)
        rows = await self._append(batch, [])
        await self.take_in()
        return [row["position"] for row in rows]

    async def refuse(
        self, tenant: str, key: str, excerpt: bytes = b'{"id": 1}', type_: str | None = "SubmissionFiled"
    ) -> None:
        """Write a refusal down."""
        refusal = (tenant, key, sha256(key.encode()).digest(), type_, "0123456789abcdef", PROBLEM, excerpt)
        await self._append(Batch(), [refusal])

    async def take_in(self) -> None:
        """Say that the read model has come as far as the ledger."""
        await self.connection.execute(
            "UPDATE read.progress SET position = (SELECT position FROM ledger.head WHERE root = $1) WHERE root = $1",
            self.root,
        )

    async def _append(self, batch: Batch, refusals: Sequence[tuple[Any, ...]]) -> list[asyncpg.Record]:
        size = len(batch.streams)
        occurred = [datetime.fromisoformat("2023-12-05T08:30:00+07:00")] * size
        ordinals, fields, salts, texts = zip(*batch.texts, strict=True) if batch.texts else ((), (), (), ())
        columns = zip(*refusals, strict=True) if refusals else ((),) * 7
        async with self.connection.transaction():
            head = await self.connection.fetchrow(
                "SELECT * FROM ledger.lock_root($1, '{}', '{}', '{}')", self.root
            )
            return await self.connection.fetch(
                "SELECT * FROM ledger.append($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24)",
                self.root,
                head["position"],
                head["recorded_at"],
                batch.streams,
                batch.versions,
                batch.ids,
                batch.names,
                [1] * size,
                [s.split("@")[0] for s in batch.streams],
                ["0123456789abcdef"] * size,
                occurred,
                [None] * size,
                batch.bodies,
                list(ordinals),
                list(fields),
                list(salts),
                list(texts),
                *(list(c) for c in columns),
            )

    async def put(self, table: str, **columns: Any) -> None:
        """Insert a row into the read model."""
        names = ["root", *columns]
        places = ", ".join(f"${n}" for n in range(1, len(names) + 1))
        await self.connection.execute(
            f"INSERT INTO read.{table} ({', '.join(names)}) VALUES ({places})", self.root, *columns.values()
        )

    async def unit(self, path: str, kind: str) -> None:
        """A unit."""
        parent = path.rpartition("/")[0] or None
        await self.put(
            "unit",
            path=path,
            parent=parent,
            name=f"Đơn vị {path}",
            kind=kind,
            valid_from=date(2020, 1, 1),
            valid_until=None,
        )

    async def dossier(self, unit: str, round_: str, **changes: Any) -> None:
        """A dossier: 91.026 of 97.5, unless `changes` says otherwise."""
        columns: dict[str, Any] = {
            "authority": unit.rpartition("/")[0],
            "kind": "district",
            "rubric": RUBRIC["id"],
            "status": "open",
            "released": False,
            "self_index": 95_000_000,
            "index": 93_360_000,
            "grade": "Tốt",
            "points": 91_026,
            "assessed": 97_500,
            "excluded": 2_500,
            "lost": 6_474,
            "coverage": 10_000,
            "final": True,
            "bonus": 500,
            "penalties": 250,
            "areas": canonical(AREAS).decode(),
            "position": 1,
        }
        await self.put("dossier", unit=unit, round=round_, **{**columns, **changes})

    async def leaf(self, unit: str, round_: str, code: str, **changes: Any) -> None:
        """A leaf that was filed and appraised."""
        columns: dict[str, Any] = {
            "self_points": 3000,
            "appraised": 526,
            "computed": 530,
            "unit_computed": 2970,
            "support": "UNSUPPORTED",
            "excluded": None,
            "lost": 2474,
            "figures": '{"denominator":"25254","numerator":"13491"}',
            "council_figures": '{"percent":"52.6"}',
            "filed_at": None,
            "appraised_at": None,
            "responsible": ["Văn phòng"],
        }
        await self.put("leaf", unit=unit, round=round_, code=code, **{**columns, **changes})

    async def change(
        self, unit: str, round_: str, position: int, index: int | None, self_index: int | None = None
    ) -> None:
        """A row of a dossier's history."""
        await self.put(
            "history",
            unit=unit,
            round=round_,
            position=position,
            name="ScoreAppraised",
            recorded_at=datetime.fromisoformat("2023-12-06T01:30:00.123456+00:00"),
            self_index=self_index,
            index=index,
            points=91_026,
            assessed=97_500,
        )

    async def round(self, authority: str, round_: str, units: list[str], **changes: Any) -> None:
        """A round."""
        columns = {
            "name": f"Kỳ {round_}",
            "kind": "annual",
            "rubrics": '{"district":"district-2023"}',
            "windows": canonical(WINDOWS).decode(),
            "released": False,
            "published": False,
            "position": 1,
        }
        await self.put("round", authority=authority, round=round_, units=units, **{**columns, **changes})

    async def rubric(self, authority: str, body: Mapping[str, Any] = RUBRIC) -> None:
        """A rubric."""
        raw = canonical(body)
        await self.put(
            "rubric",
            id=body["id"],
            authority=authority,
            name=body["name"],
            hash=sha256(raw).hexdigest(),
            body=raw,
            position=1,
        )


async def build(connection: asyncpg.Connection, root: str) -> World:
    """The world of the module's docstring, on a root that was prepared."""
    world = World(connection, root)
    a, b, c = (f"{root}/{name}" for name in "abc")
    for path, kind in [
        (root, "province"),
        (a, "district"),
        (b, "district"),
        (c, "district"),
        (f"{a}/x", "commune"),
        (f"{a}/y", "commune"),
    ]:
        await world.unit(path, kind)
    await world.rubric(root)
    await world.rubric(root, {**RUBRIC, "id": "unused"})
    await world.rubric(a, {**RUBRIC, "id": "commune-2023"})
    await world.round(root, "2023", [a, b, c])
    await world.round(root, "2024", [b])
    await world.round(a, "2023", [f"{a}/x", f"{a}/y"])
    await _dossiers_of_the_province(world, a, b, c)
    for unit, index in ((f"{a}/x", 80_000_000), (f"{a}/y", None)):
        await world.dossier(unit, "2023", kind="commune", rubric="commune-2023", index=index, released=False)
    return world


async def _dossiers_of_the_province(world: World, a: str, b: str, c: str) -> None:
    for unit, released in ((a, True), (b, False)):
        stream = f"{unit}@2023"
        filed, scored, _ = await world.record_all(
            [
                (
                    stream,
                    "SubmissionFiled",
                    {"leaf": "3.4", "self_points": "3"},
                    {"note": f"Ghi chú của {unit}"},
                ),
                (
                    stream,
                    "ScoreAppraised",
                    {"leaf": "3.4", "points": "0.526"},
                    {"opinion": f"Ý kiến về {unit}"},
                ),
                (stream, "LeafAssigned", {"leaves": ["3.4"], "lead": "Văn phòng"}, {}),
            ]
        )
        await world.dossier(
            unit, "2023", released=released, status="released" if released else "submitted", position=scored
        )
        await world.leaf(unit, "2023", "3.4", filed_at=filed, appraised_at=scored)
        await world.leaf(
            unit,
            "2023",
            "3.12.3",
            self_points=500,
            appraised=500,
            computed=None,
            unit_computed=None,
            support=None,
            lost=0,
            council_figures=None,
            figures=None,
        )
        await world.leaf(
            unit,
            "2023",
            "4.1",
            self_points=None,
            appraised=None,
            computed=None,
            unit_computed=None,
            support=None,
            lost=None,
            excluded="not-due",
            figures=None,
            council_figures=None,
            responsible=[],
        )
        await world.leaf(
            unit,
            "2023",
            "B.1",
            self_points=None,
            appraised=500,
            computed=None,
            unit_computed=None,
            support=None,
            lost=None,
            figures=None,
            council_figures=None,
            responsible=[],
        )
        await world.change(unit, "2023", filed, None, 95_000_000)
        await world.change(unit, "2023", scored, 93_360_000, 95_000_000)
    await world.dossier(
        c,
        "2023",
        self_index=None,
        index=None,
        grade=None,
        points=0,
        assessed=0,
        excluded=0,
        lost=0,
        coverage=0,
        final=False,
        bonus=0,
        penalties=0,
    )
    await world.dossier(b, "2024", released=True, index=70_370_000, grade="Yếu")
    await world.change(b, "2024", 2, 70_370_000)
    # a's own round has a stream of the same name as its dossier in the province's round
    await world.record(f"{a}@2023", "RoundOpened", {"round": "2023"}, {})
    await world.record(a, "UnitRegistered", {"unit": a, "name": "Huyện A"}, {})


def decoded(body: bytes) -> Any:
    """JSON."""
    return msgspec.json.decode(body)

"""Writes what scoring and the write services would have written, as the superuser."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import asyncpg
import msgspec

from shared.codec.canonical import canonical
from tests.integration.query.content import AREAS, RUBRIC, WINDOWS

NO_GROUPS: Mapping[str, str] = MappingProxyType({})
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
            "UPDATE read.progress p SET position = h.position FROM ledger.head h "
            "WHERE p.root = $1 AND h.root = $1",
            self.root,
        )

    async def _append(self, batch: Batch, refusals: Sequence[tuple[Any, ...]]) -> list[asyncpg.Record]:
        size = len(batch.streams)
        occurred = [datetime.fromisoformat("2023-12-05T08:30:00+07:00")] * size
        ordinals, fields, salts, texts = zip(*batch.texts, strict=True) if batch.texts else ((), (), (), ())
        columns = zip(*refusals, strict=True) if refusals else ((),) * 7
        places = ", ".join(f"${number}" for number in range(1, 25))
        async with self.connection.transaction():
            head = await self.connection.fetchrow(
                "SELECT * FROM ledger.lock_root($1, '{}', '{}', '{}')", self.root
            )
            assert head is not None
            return await self.connection.fetch(
                f"SELECT * FROM ledger.append({places})",
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

    async def unit(self, path: str, kind: str, **changes: Any) -> None:
        """A unit."""
        columns: dict[str, Any] = {
            "parent": path.rpartition("/")[0] or None,
            "name": f"Đơn vị {path}",
            "kind": kind,
            "valid_from": date(2020, 1, 1),
            "valid_until": None,
            "ended": False,
        }
        await self.put("unit", path=path, **{**columns, **changes})

    async def dossier(self, unit: str, round_: str, **changes: Any) -> None:
        """A dossier: 91.026 of 97.5, unless `changes` says otherwise."""
        columns: dict[str, Any] = {
            "authority": unit.rpartition("/")[0],
            "kind": "district",
            "rubric": RUBRIC["id"],
            "status": "open",
            "released": False,
            "submitted": False,
            "defaulted": False,
            "gone": False,
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
            "counted": 2,
            "appraised": 2,
            "due": 2,
            "filed": 2,
            "unproved": 0,
            "disputed": 0,
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

    async def evidence(
        self, unit: str, round_: str, code: str, id_: str, attached: int, **changes: Any
    ) -> None:
        """A file of 1,024 bytes that was attached by the event at a position."""
        columns: dict[str, Any] = {
            "sha256": sha256(id_.encode()).hexdigest(),
            "size": 1024,
            "media_type": "application/pdf",
            "number": "215/BC-UBND",
            "dated": date(2023, 12, 10),
            "issuer": None,
            "pages": None,
            "withdrawn": False,
        }
        keys = {"unit": unit, "round": round_, "evidence": id_, "code": code, "attached_at": attached}
        await self.put("evidence", **keys, **{**columns, **changes})

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
            coverage=10_000,
            final=True,
            moved=True,
        )

    async def round(self, authority: str, round_: str, units: list[str], **changes: Any) -> None:
        """A round."""
        columns = {
            "name": f"Kỳ {round_}",
            "kind": "annual",
            "rubrics": '{"district":"district-2023"}',
            "period_from": date(2023, 1, 1),
            "period_to": date(2023, 12, 31),
            "windows": canonical(WINDOWS).decode(),
            "extended": "{}",
            "appraisers": "{}",
            "released": False,
            "published": False,
            "cancelled": False,
            "published_at": None,
            "position": 1,
        }
        await self.put("round", authority=authority, round=round_, units=units, **{**columns, **changes})

    async def grant(self, id_: str, tenant: str, under: str, **changes: Any) -> None:
        """Reading that was granted."""
        columns = {"until": None, "basis": None, "said_at": 1, "revoked": False}
        await self.put("reading", id=id_, tenant=tenant, under=under, **{**columns, **changes})

    async def publish(
        self,
        authority: str,
        round_: str,
        placed: Mapping[str, tuple[int | None, int | None]],
        position: int,
        groups: Mapping[str, str] = NO_GROUPS,
    ) -> None:
        """A publication, and its standings: index and rank by unit."""
        await self.put(
            "publication",
            position=position,
            authority=authority,
            round=round_,
            recorded_at=datetime.fromisoformat("2024-01-20T01:30:00+00:00"),
            document='{"date":"2024-01-20","issuer":"UBND","kind":"decision","number":"12"}',
            rubrics="{}",
            units=list(placed),
        )
        for unit, (index, rank) in placed.items():
            row = {
                "kind": "district",
                "grouped": groups.get(unit),
                "grade": "Tốt",
                "points": 91_026,
                "assessed": 97_500,
            }
            await self.put("standing", position=position, unit=unit, index=index, rank=rank, **row)

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


def decoded(body: bytes) -> Any:
    """JSON."""
    return msgspec.json.decode(body)

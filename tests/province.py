"""A small province for tests that need a ledger with something in it.

One district, two communes, two rounds, real judgements.
"""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import UUID

import asyncpg

from deploy.local.stack import Servers
from shared.domain.emission import Caller
from shared.domain.root import Root
from shared.ledger.answers import Outcome
from shared.ledger.arrivals import arrive
from shared.ledger.evidence import note_put
from shared.ledger.pool import Connection
from shared.ledger.recording import record
from shared.ledger.tail import catch_up

OPEN = {"opens": "2020-01-01T00:00:00Z", "closes": "2090-01-01T00:00:00Z"}
ACTOR = "9f3c0a1b2c3d4e5f"

JUDGED = {"kind": "judgement"}
RUBRIC: dict[str, Any] = {
    "id": "bo-chi-so",
    "name": "Bộ chỉ số thử",
    "points": {"scale": 2, "rounding": "half_up"},
    "index": {"scale": 2, "rounding": "half_up"},
    "grades": [
        {"name": "Tốt", "from": "80"},
        {"name": "Khá", "from": "50"},
        {"name": "Yếu", "from": "0"},
    ],
    "bonus": {"max": "1", "items": [{"code": "B.1", "name": "Tin bài", "max": "1", "rule": JUDGED}]},
    "areas": [
        {
            "code": "1",
            "name": "Chỉ đạo",
            "criteria": [
                {"code": "1.1", "name": "Kế hoạch", "max": "2", "rule": {"kind": "rate"}},
                {"code": "1.2", "name": "Báo cáo", "max": "1", "rule": JUDGED, "needs": ["1.1"]},
            ],
        },
        {
            "code": "2",
            "name": "Thể chế",
            "criteria": [
                {"code": "2.1", "name": "Sáng kiến", "max": "2", "rule": {"kind": "count", "each": "0.5"}}
            ],
        },
    ],
}


@dataclass(slots=True)
class Province:
    """Emits by itself, straight into the ledger, as the write services would.

    `root` is its name and its first unit, `rubric` what the district publishes.
    """

    root: str
    connection: Connection
    rubric: dict[str, Any] = field(default_factory=lambda: RUBRIC)
    state: Root = field(init=False)
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 10**9)))

    def __post_init__(self) -> None:
        self.state = Root(self.root)

    def envelope(
        self, type_: str, source: str, subject: str, data: dict[str, Any], **attributes: Any
    ) -> dict[str, Any]:
        """A CloudEvents envelope with an id of its own, the same in every run."""
        return {
            "specversion": "1.0",
            "id": str(UUID(int=next(self.numbers))),
            "type": type_,
            "source": source,
            "subject": subject,
            "time": "2023-12-05T08:30:00+07:00",
            "data": data,
            **attributes,
        }

    async def emit(self, *envelopes: dict[str, Any], role: str = "") -> list[Outcome | None]:
        """Judge and record these in one batch, as callers that may emit them."""
        roles = frozenset([role] if role else ["filer", "head", "council", "chair", "registrar"])
        arrivals = [
            arrive(
                Caller(envelope["source"], self.root, envelope["type"], roles, frozenset(), ACTOR),
                json.dumps(envelope).encode(),
            )
            for envelope in envelopes
        ]
        await catch_up(self.connection, self.state, with_salts=True)
        return await record(self.connection, self.state, arrivals)

    async def say(self, type_: str, source: str, subject: str, **data: Any) -> Outcome:
        """Emit one that must be recorded."""
        (outcome,) = await self.emit(self.envelope(type_, source, subject, data))
        assert outcome is not None
        assert outcome["status"] == "recorded", outcome
        return outcome

    async def put(self, unit: str, content: bytes) -> dict[str, Any]:
        """Note that the unit has put a file; what its EvidenceAttached says of the file."""
        file = {"sha256": sha256(content).hexdigest(), "size": len(content)}
        assert await note_put(self.connection, unit, file["sha256"], file["size"], 10**9) == "stored"
        return {**file, "name": "báo cáo.pdf", "media_type": "application/pdf", "dated": "2023-12-10"}

    async def open(self, *communes: str) -> None:
        """Register root, district and communes, publish the rubric, open round 2023 of the district."""
        root, district = self.root, f"{self.root}/huyen"
        units = [f"{district}/{name}" for name in communes or ("xa-1", "xa-2")]
        for path, kind in [
            (root, "province"),
            (district, "district"),
            *((unit, "commune") for unit in units),
        ]:
            await self.say(
                "UnitRegistered", root, path, unit=path, name=path, kind=kind, effective="2020-01-01"
            )
        await self.say("RubricPublished", district, district, rubric=self.rubric)
        await self.say(
            "RoundOpened",
            district,
            f"{district}@2023",
            round="2023",
            name="Năm 2023",
            kind="annual",
            period={"from": "2023-01-01", "to": "2023-12-31"},
            rubrics={"commune": self.rubric["id"]},
            units=units,
            filing=OPEN,
            appraisal=OPEN,
            disputes=OPEN,
        )

    async def play(self, commune: str = "xa-1") -> None:
        """A dossier's life.

        Filed, filed again, submitted, appraised, a penalty and a bonus, one leaf excluded, released.
        """
        district = f"{self.root}/huyen"
        unit = f"{district}/{commune}"
        dossier = f"{unit}@2023"
        figures = {"numerator": 1, "denominator": 3}
        await self.say("LeafAssigned", unit, dossier, leaves=["1.1"], lead="Văn phòng", support=["Tư pháp"])
        await self.say(
            "SubmissionFiled",
            unit,
            dossier,
            leaf="1.1",
            self_points="2",
            figures=figures,
            note="theo báo cáo",
        )
        await self.say("SubmissionFiled", unit, dossier, leaf="1.1", self_points="1.5", figures=figures)
        await self.say("SubmissionFiled", unit, dossier, leaf="2.1", self_points="1", figures={"count": 2})
        for id_, code in (("e1", "1.1"), ("e2", "2.1")):
            file = await self.put(unit, f"{unit} {id_}".encode())
            await self.say("EvidenceAttached", unit, dossier, evidence=id_, leaf=code, **file)
        await self.say("EvidenceWithdrawn", unit, dossier, evidence="e2", reason="nhầm tệp")
        await self.say("DossierSubmitted", unit, dossier)
        await self.say(
            "ScoreAppraised", district, dossier, leaf="1.1", points="0.666", opinion="theo số liệu"
        )
        await self.say("ScoreAppraised", district, dossier, leaf="2.1", points="1")
        await self.say("ScoreAppraised", district, dossier, leaf="B.1", points="0.5")
        await self.say(
            "PenaltyApplied", district, dossier, penalty="p1", points="0.25", target="1", reason="nộp muộn"
        )
        await self.say("BonusAwarded", district, dossier, bonus="b1", points="0.75", reason="sáng kiến")
        await self.say(
            "LeafExcluded", district, dossier, leaf="1.2", kind="not-applicable", reason="không có"
        )
        await self.say("AppraisalReleased", district, f"{district}@2023", units=[unit])


@asynccontextmanager
async def province_on(
    servers: Servers, root: str, rubric: dict[str, Any] | None = None
) -> AsyncIterator[Province]:
    """On a root that was prepared; nothing is recorded in it yet."""
    connection = await asyncpg.connect(servers.dsn("parledger_ingest"))
    yield Province(root, connection, rubric or RUBRIC)
    await connection.close()

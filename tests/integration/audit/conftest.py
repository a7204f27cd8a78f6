"""A published round, its public log, and exports of it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from deploy.local.stack import Servers
from services.relay.log import LogMaker
from shared.audit.collect import collect
from shared.audit.file import Content
from shared.ledger.pool import open_pool
from shared.log.folder import LogFolder
from shared.log.note import VerifierKey
from tests.province import Province, province_on

PAST = "2020-02-01T00:00:00Z"


@dataclass
class Published:
    """A province whose round 2023 of the district is published, and where its public log lies."""

    servers: Servers
    province: Province
    folder: Path

    @property
    def root(self) -> str:
        return self.province.root

    @property
    def district(self) -> str:
        return f"{self.root}/huyen"

    @property
    def unit(self) -> str:
        return f"{self.district}/xa-1"

    @property
    def log(self) -> LogFolder:
        return LogFolder(self.folder / self.root)

    @property
    def key(self) -> VerifierKey:
        return self.servers.keys.log_key(self.root).verifier()

    async def logged(self) -> bytes:
        """Bring the public log up to date; its checkpoint."""
        pool = await open_pool(self.servers.dsn("parledger_relay"), "test", most=1)
        try:
            await LogMaker(pool, self.folder, self.servers.keys.log_keys()).extend_all()
        finally:
            await pool.close()
        checkpoint = self.log.checkpoint()
        assert checkpoint is not None
        return checkpoint

    async def exported(
        self, *, unit: str = "", checkpoint: bytes | None = None, with_texts: bool = False
    ) -> Content:
        """What decides a unit's dossier; of xa-1 where none is named."""
        checkpoint = checkpoint or await self.logged()
        connection = await asyncpg.connect(self.servers.dsn("postgres"))
        try:
            dossier = (unit or self.unit, "2023")
            return await collect(connection, self.log, self.key, dossier, checkpoint, with_texts=with_texts)
        finally:
            await connection.close()

    async def position_of(self, name: str, stream: str = "") -> int:
        """The first event of a type in a stream; in xa-1's dossier where none is named."""
        connection = await asyncpg.connect(self.servers.dsn("parledger_scoring"))
        try:
            position = await connection.fetchval(
                "SELECT min(position) FROM ledger.event WHERE root = $1 AND name = $2 AND stream = $3",
                self.root,
                name,
                stream or f"{self.unit}@2023",
            )
        finally:
            await connection.close()
        assert isinstance(position, int)
        return position


async def publish(province: Province) -> None:
    """Two dossiers from the first filing to the publication."""
    district = f"{province.root}/huyen"
    await province.open()
    for commune in ("xa-1", "xa-2"):
        await province.play(commune)
    await province.say(
        "ScoreAppraised", district, f"{district}/xa-2@2023", leaf="2.1", points="1.5", reason="có thêm"
    )
    await close_and_publish(province)


async def close_and_publish(province: Province) -> None:
    """The district's windows close, its results are published."""
    district = f"{province.root}/huyen"
    for window in ("filing", "appraisal", "disputes"):
        await province.say("RoundExtended", district, f"{district}@2023", window=window, closes=PAST)
    document = {"kind": "decision", "number": "12/QĐ-UBND", "date": "2024-03-01", "issuer": "UBND huyện"}
    await province.say("ResultsPublished", district, f"{district}@2023", document=document)


@pytest.fixture
async def published(
    servers: Servers, add_root: Callable[[Servers], Awaitable[str]], tmp_path: Path
) -> AsyncIterator[Published]:
    async with province_on(servers, await add_root(servers)) as province:
        await publish(province)
        yield Published(servers, province, tmp_path / "tlog")

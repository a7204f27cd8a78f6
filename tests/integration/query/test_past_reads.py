"""What is read for a moment of the past: of whom, and how much of a ledger that grows."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import asyncpg
import msgspec
import pytest

from deploy.local.stack import Servers
from services.query.load.past import OF_ROUNDS
from services.query.load.sql import statement
from services.query.snapshot import Pool
from services.scoring import rebuild
from tests.province import Province, province_on

COMMUNES = [f"xa-{n}" for n in range(1, 41)]
ROWS_READ = """
    SELECT coalesce(sum(seq_tup_read), 0)::bigint AS in_turn,
           coalesce(sum(idx_tup_fetch), 0)::bigint AS by_index
    FROM pg_stat_xact_all_tables WHERE schemaname IN ('ledger', 'read') AND starts_with(relname, $1)
"""


@pytest.fixture
async def province(
    servers: Servers, add_root: Callable[[Servers], Awaitable[str]]
) -> AsyncIterator[Province]:
    """Forty communes, of which each filed twice."""
    async with province_on(servers, await add_root(servers)) as province:
        await province.open(*COMMUNES)
        for number in (1, 2):
            await file(province, number)
        yield province


@pytest.fixture
async def reader(query_pool: Pool) -> AsyncIterator[Any]:
    """A connection as the service has them: how it may plan is its own."""
    connection = await query_pool.acquire()
    yield connection
    await query_pool.release(connection)


async def file(province: Province, number: int) -> None:
    """Every commune files something new."""
    said = {"leaf": "1.1", "self_points": f"1.{number:03d}".rstrip("0"), "figures": {"percent": number}}
    units = [f"{province.root}/huyen/{commune}" for commune in COMMUNES]
    envelopes = [province.envelope("SubmissionFiled", unit, f"{unit}@2023", said) for unit in units]
    outcomes = await province.emit(*envelopes)
    assert all(outcome and outcome["status"] == "recorded" for outcome in outcomes)


async def project(servers: Servers, province: Province) -> int:
    """Bring the read model up to the ledger, let the planner know what is there; the last position."""
    done = await rebuild.run(servers.dsn("parledger_scoring"), province.root, lambda *_: None)
    superuser = await asyncpg.connect(servers.dsn("postgres"))
    await superuser.execute("ANALYZE")
    await superuser.close()
    return done.events[province.root]


class Reading:
    """A transaction of a viewer, as the service has them; counted is what is read of tables that begin so."""

    def __init__(self, connection: asyncpg.Connection, viewer: str, root: str, tables: str = "") -> None:
        self.connection, self.viewer, self.root, self.tables = connection, viewer, root, tables

    async def __call__(self, name: str, *arguments: Any) -> tuple[list[asyncpg.Record], dict[str, int]]:
        """The rows of a statement, and how many rows were read for it: in turn, or by an index."""
        async with self.connection.transaction():
            scope = "SELECT scopes FROM ledger.enter($1)"
            [set_] = await self.connection.fetch(scope, self.viewer)
            [before] = await self.connection.fetch(ROWS_READ, self.tables)
            rows = await self.connection.fetch(statement("past", name), set_["scopes"], self.root, *arguments)
            [after] = await self.connection.fetch(ROWS_READ, self.tables)
        return rows, {column: after[column] - before[column] for column in after.keys()}  # noqa: SIM118

    async def deciding(
        self, until: int, dossiers: list[str], rounds: Sequence[str] = (), units: Sequence[str] = ()
    ) -> tuple[list[asyncpg.Record], dict[str, int]]:
        """The events that decide these."""
        return await self("deciding", "2023", dossiers, list(rounds), list(units), until, OF_ROUNDS)


async def test_as_much_is_read_however_many_others_are_recorded(
    servers: Servers, province: Province, reader: asyncpg.Connection
) -> None:
    root, district = province.root, f"{province.root}/huyen"
    unit = f"{district}/xa-7"
    reading = Reading(reader, root, root)
    at = await project(servers, province)

    async def read() -> list[tuple[list[asyncpg.Record], dict[str, int]]]:
        return [
            await reading("standing_at", district, "2023", at),
            await reading.deciding(at, [unit]),
            await reading.deciding(at, [], [district]),
            await reading.deciding(at, [], [], [unit]),
        ]

    young = await read()
    for number in range(3, 30):
        await file(province, number)
    await project(servers, province)
    old = await read()
    for (rows, before), (again, after) in zip(young, old, strict=True):
        assert rows
        assert [tuple(row) for row in rows] == [tuple(row) for row in again]
        assert after["in_turn"] == 0
        assert after["by_index"] <= before["by_index"] + 27, "what the unit itself said since, at most"


async def test_the_position_of_a_moment_is_found_by_halving(
    servers: Servers, province: Province, reader: asyncpg.Connection
) -> None:
    reading = Reading(reader, province.root, province.root, "event")
    for number in range(3, 12):
        await file(province, number)
    head = await project(servers, province)
    moment = await province.connection.fetchval(
        "SELECT recorded_at FROM ledger.event WHERE root = $1 AND position = $2", province.root, head // 2
    )
    [row], read = await reading("moment", moment)
    last = await province.connection.fetchval(
        "SELECT max(position) FROM ledger.event WHERE root = $1 AND recorded_at <= $2", province.root, moment
    )
    assert (row["head"], row["at"], row["to_come"]) == (head, last, False)
    assert read["by_index"] + read["in_turn"] < 40


async def test_only_what_decides_what_the_viewer_may_see_is_handed_out(
    servers: Servers, province: Province, reader: asyncpg.Connection
) -> None:
    root, district = province.root, f"{province.root}/huyen"
    own, other = f"{district}/xa-1", f"{district}/xa-2"
    at = await project(servers, province)

    async def streams(viewer: str, *asked: Any) -> set[str]:
        rows, _ = await Reading(reader, viewer, root).deciding(at, *asked)
        return {subject_of(row["body"]) for row in rows}

    found = await streams(own, [own])
    assert {stream for stream in found if "@" in stream} == {f"{own}@2023", f"{district}@2023"}
    assert await streams(own, [other]) == set()
    assert await streams(own, [], [], [other]) == set()
    assert await streams(own, [], [], [own]) == {own, root}
    assert f"{own}@2023" not in await streams(own, [], [district])
    assert await streams(f"{root}/so", [own], [district], [own]) == set()
    assert await streams("", [own], [district], [own, root]) == set()
    early, _ = await Reading(reader, own, root).deciding(3, [own])
    assert {row["position"] for row in early} <= {1, 2, 3}


def subject_of(body: bytes) -> str:
    """What an event is about."""
    return str(msgspec.json.decode(body)["subject"])

"""A replay beside what stands: it compares, it finds what an administrator has changed, it repairs."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest

from deploy.local.stack import Servers
from services.scoring import rebuild
from services.scoring.rebuild import Compared, Rebuilt
from tests.integration.scoring.test_projection import TABLES
from tests.province import Province
from tests.tampering import rewrite, unguarded
from tests.year import YEAR_RUBRIC, Year


@dataclass
class Standing:
    """A year whose read model stands; `superuser` may change whatever it likes."""

    servers: Servers
    year: Year
    superuser: asyncpg.Connection

    @property
    def root(self) -> str:
        return self.year.province.root

    @property
    def unit(self) -> str:
        return self.year.commune()

    @property
    def head(self) -> int:
        return self.year.province.state.position

    async def replay(self, *, verify: bool = False) -> Rebuilt:
        return await rebuild.run(
            self.servers.dsn("parledger_scoring"), self.root, lambda *_: None, verify=verify
        )

    async def compared(self, *, verify: bool = True) -> Compared:
        return (await self.replay(verify=verify)).compared[self.root]

    async def altered(self, *, verify: bool = True) -> str:
        """What is said of the ledger; the read model must not have been compared nor swapped."""
        before = await self.rows()
        rebuilt = await self.replay(verify=verify)
        assert rebuilt.compared == {}
        assert await self.rows() == before
        return str(rebuilt.altered[self.root])

    async def change(self, statement: str, *arguments: Any) -> None:
        """An administrator's statement; $1 is the root."""
        tag = await self.superuser.execute(statement, self.root, *arguments)
        assert tag.split()[-1] == "1", tag

    async def rows(self) -> dict[str, list[str]]:
        """All that stands, as text, and the tables of a rebuild that were left behind."""
        found = {
            table: [
                row[0]
                for row in await self.superuser.fetch(
                    f"SELECT t::text FROM read.{table} t WHERE root = $1 ORDER BY 1", self.root
                )
            ]
            for table in TABLES
        }
        left = f"SELECT relname FROM pg_class WHERE relname LIKE '%\\_next\\_{self.root}'"
        return {**found, "left": [row[0] for row in await self.superuser.fetch(left)]}


@pytest.fixture
async def standing(
    servers: Servers, add_root: Callable[[Servers], Awaitable[str]]
) -> AsyncIterator[Standing]:
    root = await add_root(servers)
    connection = await asyncpg.connect(servers.dsn("parledger_ingest"))
    superuser = await asyncpg.connect(servers.dsn("postgres"))
    year = Year(Province(root, connection, YEAR_RUBRIC))
    await year.province.open()
    await year.play()
    standing = Standing(servers, year, superuser)
    await standing.replay()
    yield standing
    await superuser.close()
    await connection.close()


async def test_what_stands_is_what_the_ledger_gives(standing: Standing) -> None:
    before = await standing.rows()
    assert all(before[table] for table in TABLES)
    assert await standing.compared() == Compared(standing.head, None)
    assert await standing.rows() == before
    assert await standing.compared(verify=False) == Compared(standing.head, None)
    assert await standing.rows() == before
    assert before["left"] == []


VALUES = [
    ("unit", "UPDATE read.unit SET name = 'Xã khác' WHERE root = $1 AND path LIKE '%/xa-2'", "name"),
    ("dossier", "UPDATE read.dossier SET index = 99000000 WHERE root = $1 AND unit LIKE '%/xa-1' "
                "AND round = '2023'", "index"),
    ("leaf", "UPDATE read.leaf SET appraised = 1999 WHERE root = $1 AND unit LIKE '%/xa-1' "
             "AND round = '2023' AND code = '1.1'", "appraised"),
    ("standing", "UPDATE read.standing SET rank = 9 WHERE root = $1 AND unit LIKE '%/xa-1' "
                 "AND position = (SELECT min(position) FROM read.standing WHERE root = $1)", "rank"),
    ("reading", "UPDATE read.reading SET revoked = NOT revoked WHERE root = $1 AND id = 'g2'", "revoked"),
    ("imported", "UPDATE read.imported SET index = 90000000 WHERE root = $1", "index"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "statement", "column"), VALUES, ids=[one[0] for one in VALUES])
async def test_a_changed_row_is_found_with_its_column_and_its_position_and_is_repaired(
    standing: Standing, table: str, statement: str, column: str
) -> None:
    before = await standing.rows()
    await standing.change(statement)
    changed = await standing.rows()
    [(row, right)] = [
        (row, right) for row, right in zip(changed[table], before[table], strict=True) if row != right
    ]
    found = (await standing.compared()).difference
    assert found is not None
    assert (found.table, found.column, found.key["root"]) == (table, column, standing.root)
    assert found.standing != found.rebuilt
    assert found.position is not None
    assert await standing.rows() == changed
    after = await standing.compared(verify=False)
    assert after.difference is not None
    assert after.difference.column == column
    assert await standing.rows() == before
    assert await standing.compared() == Compared(standing.head, None)
    assert row != right


async def test_the_position_is_that_of_the_event_that_gave_the_value(standing: Standing) -> None:
    await standing.change(
        "UPDATE read.leaf SET appraised = 1 "
        "WHERE root = $1 AND unit = $2 AND round = '2023' AND code = '1.1'",
        standing.unit,
    )
    found = (await standing.compared()).difference
    assert found is not None
    names = await standing.superuser.fetch(
        "SELECT position, name FROM ledger.event WHERE root = $1 AND stream = $2 ORDER BY position",
        standing.root,
        f"{standing.unit}@2023",
    )
    scores = [row["position"] for row in names if row["name"] in ("ScoreAppraised", "DisputeUpheld")]
    assert found.position in scores
    assert found.standing == 1
    assert str(found) == (
        f"read.leaf, unit {standing.unit}, round 2023, code 1.1: appraised is 1, "
        f"and the ledger gives {found.rebuilt} (position {found.position})"
    )


async def test_rows_that_are_missing_or_that_no_event_gives_are_found(standing: Standing) -> None:
    at = await standing.superuser.fetchval(
        "SELECT max(position) FROM read.history WHERE root = $1 AND unit = $2", standing.root, standing.unit
    )
    await standing.change(
        "DELETE FROM read.history WHERE root = $1 AND unit = $2 AND position = $3", standing.unit, at
    )
    missing = (await standing.compared()).difference
    assert missing is not None
    assert (missing.table, missing.column, missing.standing, missing.position) == ("history", "", None, at)
    assert "the row is missing" in str(missing)
    await standing.change(
        "INSERT INTO read.heir SELECT $1, path, $2 FROM read.unit WHERE root = $1 AND path LIKE '%/so'",
        standing.unit,
    )
    extra = (await standing.compared()).difference
    assert extra is not None
    assert (extra.table, extra.column, extra.rebuilt, extra.position) == ("heir", "", None, None)
    assert "the ledger does not give it" in str(extra)


@pytest.mark.parametrize("verify", [True, False])
async def test_an_event_whose_body_was_changed_is_named_and_nothing_is_swapped(
    standing: Standing, verify: bool
) -> None:
    position = await standing.superuser.fetchval(
        "SELECT min(position) FROM ledger.event WHERE root = $1 AND name = 'ScoreAppraised'", standing.root
    )
    await rewrite(standing.servers, standing.root, position, '"points":"', '"points":"1', hashed=False)
    assert await standing.altered(verify=verify) == (
        f"the ledger of {standing.root} was altered: "
        f"position {position} does not have the leaf hash that was recorded with it"
    )


@pytest.mark.parametrize("verify", [True, False])
@pytest.mark.parametrize("which", ["first", "middle", "last"])
async def test_a_position_that_is_missing_is_named(standing: Standing, verify: bool, which: str) -> None:
    position = {"first": 1, "middle": standing.head // 2, "last": standing.head}[which]
    async with unguarded(standing.servers, standing.root) as owner:
        await owner.execute(f"DELETE FROM ledger.event_of_{standing.root} WHERE position = $1", position)
    assert (await standing.altered(verify=verify)).endswith(f"altered: position {position} is missing")


async def test_the_last_events_are_missed_though_the_head_was_set_back_with_them(standing: Standing) -> None:
    async with unguarded(standing.servers, standing.root) as owner:
        last = standing.head - 3
        await owner.execute("ALTER TABLE ledger.head DISABLE TRIGGER USER")
        await owner.execute(f"DELETE FROM ledger.event_of_{standing.root} WHERE position > $1", last)
        await owner.execute("UPDATE ledger.head SET position = $2 WHERE root = $1", standing.root, last)
        for trigger in ("forward_only", "append_only", "by_function"):
            await owner.execute(f"ALTER TABLE ledger.head ENABLE ALWAYS TRIGGER {trigger}")
    assert (await standing.altered()).endswith(f"altered: position {last + 1} is missing")


@pytest.mark.parametrize(
    "change", ["source = source || '-2'", "name = 'ScoreProposed'", "occurred_at = now()", "version = 999"]
)
async def test_columns_that_no_longer_say_what_the_body_says_are_found(
    standing: Standing, change: str
) -> None:
    position = standing.head // 2
    async with unguarded(standing.servers, standing.root) as owner:
        await owner.execute(
            f"UPDATE ledger.event_of_{standing.root} SET {change} WHERE position = $1", position
        )
    assert f"position {position} says something else in a column" in await standing.altered()


async def test_an_event_rewritten_with_its_hash_shows_in_what_stands(standing: Standing) -> None:
    row = await standing.superuser.fetchrow(
        """SELECT position, convert_from(body, 'UTF8')::jsonb -> 'data' ->> 'points' FROM ledger.event
           WHERE root = $1 AND name = 'ScoreAppraised' AND convert_from(body, 'UTF8') LIKE '%"leaf":"1.1"%'
           ORDER BY position LIMIT 1""",
        standing.root,
    )
    assert row is not None
    position, points = row
    await rewrite(standing.servers, standing.root, position, f'"points":"{points}"', '"points":"0.1"')
    found = (await standing.compared()).difference
    assert found is not None
    assert found.position is not None
    assert found.position >= position


async def test_what_does_not_stand_yet_is_no_difference_but_is_checked(standing: Standing) -> None:
    stood = standing.head
    await standing.year.of_root("ReadGranted", grant="g7", to=standing.year.stranger, under=standing.root)
    await standing.year.of_root("ReadRevoked", grant="g7", reason="hết hạn")
    verified = await standing.replay(verify=True)
    assert verified.compared[standing.root] == Compared(stood, None)
    assert verified.events[standing.root] == stood + 2
    await rewrite(standing.servers, standing.root, stood + 1, '"grant":"g7"', '"grant":"g8"', hashed=False)
    assert f"position {stood + 1} " in await standing.altered()
    await rewrite(standing.servers, standing.root, stood + 1, '"grant":"g8"', '"grant":"g7"', hashed=False)
    replayed = await standing.replay()
    assert replayed.compared[standing.root] == Compared(stood, None)
    assert await standing.compared() == Compared(stood + 2, None)


async def test_what_was_never_projected_is_rebuilt_whole(standing: Standing) -> None:
    before = await standing.rows()
    for table in TABLES[:-1]:
        await standing.superuser.execute(f"DELETE FROM read.{table} WHERE root = $1", standing.root)
    await standing.change("UPDATE read.progress SET position = 0, recorded_at = 'epoch' WHERE root = $1")
    assert await standing.compared(verify=False) == Compared(0, None)
    assert await standing.rows() == before


async def test_the_swap_waits_for_who_reads_and_others_read_meanwhile(
    standing: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await standing.rows()
    reader = await asyncpg.connect(standing.servers.dsn("postgres"))
    async with reader.transaction():
        await reader.fetch("SELECT FROM read.story WHERE root = $1", standing.root)
        replaying = asyncio.create_task(standing.replay())
        await asyncio.sleep(3)
        assert not replaying.done()
        assert await standing.rows() | {"left": []} == before  # waits for a lock of a second at most
    assert (await replaying).compared[standing.root].difference is None
    assert await standing.rows() == before
    monkeypatch.setattr(rebuild, "_SWAP_WITHIN", 0.0)
    async with reader.transaction():
        await reader.fetch("SELECT FROM read.story WHERE root = $1", standing.root)
        with pytest.raises(rebuild.StillRead, match="start the replay again"):
            await standing.replay()
    await reader.close()


async def test_a_second_one_waits_and_then_says_so(
    standing: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild, "_TURN_WITHIN", 0.3)
    async with its_turn(standing):
        with pytest.raises(rebuild.RebuildUnderWay, match="another replay"):
            await standing.replay()
    await standing.replay()
    first, second = await asyncio.gather(standing.replay(), standing.replay(), return_exceptions=True)
    assert [isinstance(one, Rebuilt | rebuild.RebuildUnderWay) for one in (first, second)] == [True, True]
    assert await standing.compared() == Compared(standing.head, None)


@asynccontextmanager
async def its_turn(standing: Standing) -> AsyncIterator[None]:
    """Another rebuild of the root at work."""
    other = await asyncpg.connect(standing.servers.dsn("parledger_scoring"))
    await other.fetchval(
        "SELECT pg_advisory_lock(hashtextextended('parledger.rebuild ' || $1, 0))", standing.root
    )
    yield
    await other.close()

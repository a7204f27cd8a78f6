"""What the database itself grants the query service: rows in scope, and nothing to write."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from deploy.local.keys import SUPERUSER
from deploy.local.stack import Servers
from services.query.config import Config
from services.query.load import dossiers, events, evidence, items, rounds, units
from services.query.load.keys import (
    DossierKey,
    EventsKey,
    HistoryKey,
    PositionKey,
    RemediationKey,
    RoundKey,
    RubricKey,
    StoryKey,
    UnitKey,
)
from services.query.load.sql import statement
from services.query.load.units import Kin
from services.query.rows.dossiers import DossierRow
from services.query.snapshot import Pool, Snapshot, make_pool
from tests.integration.query.world import World

TABLES = [
    "ledger.event",
    "ledger.text",
    "ledger.refusal",
    "ledger.refusal_excerpt",
    "read.progress",
    "read.unit",
    "read.heir",
    "read.reading",
    "read.imported",
    "read.rubric",
    "read.round",
    "read.publication",
    "read.standing",
    "read.dossier",
    "read.leaf",
    "read.adjustment",
    "read.dispute",
    "read.plan",
    "read.history",
    "read.story",
    "read.evidence",
]


@pytest.fixture
async def as_query(servers: Servers) -> AsyncIterator[asyncpg.Connection]:
    """A plain connection of the service's role, without what its pool asks for."""
    connection = await asyncpg.connect(servers.dsn("parledger_query"))
    yield connection
    await connection.close()


async def all_tables(superuser: asyncpg.Connection) -> list[str]:
    rows = await superuser.fetch(
        "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables "
        "WHERE schemaname IN ('ledger', 'read', 'public')"
    )
    return [row["name"] for row in rows]


async def test_the_role_reads_these_tables_and_no_partition_by_itself(
    superuser: asyncpg.Connection, world: World
) -> None:
    readable = "SELECT has_any_column_privilege('parledger_query', $1::text, 'SELECT')"
    tables = await all_tables(superuser)
    assert len(tables) > len(TABLES)
    assert {table for table in tables if await superuser.fetchval(readable, table)} == set(TABLES)


@pytest.mark.parametrize("scope", [None, "", "/", "nobody"])
async def test_without_a_scope_no_row_of_any_table_is_seen(
    as_query: asyncpg.Connection, world: World, scope: str | None
) -> None:
    await world.refuse(f"{world.root}/a", "x")
    if scope is not None:
        await as_query.execute("SELECT set_config('parledger.scope', $1, false)", scope)
    for table in TABLES:
        assert await as_query.fetchval(f"SELECT count(*) FROM {table}") == 0, table


async def test_every_table_has_rows_that_somebody_sees(as_query: asyncpg.Connection, world: World) -> None:
    await world.refuse(f"{world.root}/a", "x")
    await as_query.execute("SELECT set_config('parledger.scope', $1, false)", world.root)
    for table in TABLES:
        assert await as_query.fetchval(f"SELECT count(*) FROM {table}") > 0, table


async def test_the_scope_holds_where_a_statement_forgets_it(
    as_query: asyncpg.Connection, world: World
) -> None:
    root, b = world.root, f"{world.root}/b"
    for unit in (root, f"{root}/a", b):
        await world.refuse(unit, f"of-{unit}", unit.encode())
    await as_query.execute("SELECT set_config('parledger.scope', $1, false)", b)

    async def seen(column: str, table: str) -> set[str]:
        return {row["seen"] for row in await as_query.fetch(f"SELECT {column} AS seen FROM {table}")}

    assert await seen("unit", "read.dossier") == {b}
    assert await seen("unit", "read.leaf") == {b}
    assert await seen("unit", "read.history") == {b}
    assert await seen("path", "read.unit") == {root, b}
    assert await seen("authority || '@' || round", "read.round") == {f"{root}@2023", f"{root}@2024"}
    assert await seen("id", "read.rubric") == {"district-2023"}
    for table in ("imported", "adjustment", "dispute", "plan", "story", "evidence"):
        assert await seen("unit", f"read.{table}") <= {b}
    for table in ("heir", "reading", "publication", "standing"):
        assert await as_query.fetchval(f"SELECT count(*) FROM read.{table}") == 0, table
    assert await seen("root", "read.progress") == {root}
    assert await seen("stream", "ledger.event") == {f"{b}@2023"}
    assert await seen("text", "ledger.text") == {f"Ghi chú của {b}", f"Ý kiến về {b}"}
    assert await seen("tenant", "ledger.refusal") == {b}
    assert await seen("convert_from(excerpt, 'UTF8')", "ledger.refusal_excerpt") == {b}


async def test_who_stands_in_published_results_sees_the_rows_and_names_of_those_beside_it(
    as_query: asyncpg.Connection, world: World
) -> None:
    a, x, y = (f"{world.root}/{unit}" for unit in ("a", "a/x", "a/y"))
    await world.put("heir", unit=x, heir=f"{world.root}/c")
    await as_query.execute("SELECT set_config('parledger.scope', $1, false)", x)

    async def seen(column: str, table: str) -> set[str]:
        return {row["seen"] for row in await as_query.fetch(f"SELECT {column} AS seen FROM {table}")}

    assert await seen("unit", "read.standing") == {x, y}
    assert await seen("authority", "read.publication") == {a}
    assert await seen("path", "read.unit") == {world.root, a, x, y, f"{world.root}/c"}
    assert await seen("unit", "read.dossier") == {x}
    await as_query.execute("SELECT set_config('parledger.scope', $1, false)", f"{x}/z")
    assert await seen("unit", "read.standing") == set(), "not what is below it"
    assert await seen("path", "read.unit") == {world.root, a, x}


async def test_the_predicate_holds_where_row_level_security_does_not(servers: Servers, world: World) -> None:
    root, a, b = world.root, f"{world.root}/a", f"{world.root}/b"
    await world.refuse(a, "x")
    everything = await make_pool(Config(servers.dsn(SUPERUSER), "", "", None, "", 0, False))
    try:
        async with Snapshot(everything, b) as snapshot:
            of_a, of_x = DossierKey(a, "2023"), DossierKey(f"{a}/x", "2023")
            assert await units.units(snapshot, root, [UnitKey(a), UnitKey(f"{a}/x")]) == [None, None]
            assert [row.path for row in await units.units_below(snapshot, root, None, "", 9)] == [b]
            assert await units.kin(snapshot, root, [UnitKey(f"{root}/c")]) == [Kin()]
            assert await units.line(snapshot, f"{root}/c", whole=True) == []
            assert await units.readings(snapshot, root, "", 9) == []
            assert await rounds.rounds(snapshot, root, [RoundKey(a, "2023")]) == [None]
            assert await rounds.publications(snapshot, root, [PositionKey(root, 1)]) == [None]
            assert await rounds.published_standings(snapshot, RoundKey(a, "2022")) == []
            assert await rounds.standings_of_units(snapshot, root, [of_x]) == [None]
            keys = [RubricKey(root, "commune-2023"), RubricKey(root, "unused")]
            assert await rounds.rubrics(snapshot, root, keys) == [None, None]
            assert await rounds.rubric_bodies(snapshot, root, ["commune-2023", "unused"]) == {}
            assert await dossiers.dossiers(snapshot, root, [of_a]) == [None]
            [of_round] = await dossiers.dossiers_of_rounds(snapshot, root, [RoundKey(root, "2023")])
            assert [row.unit for row in of_round] == [b]
            of_root = RoundKey(root, "2023")
            assert await dossiers.page_of_round(snapshot, of_root, "", 9, to_do=False) == []
            assert await dossiers.dossiers_of_units(snapshot, root, [a]) == []
            assert await dossiers.earlier_dossiers(snapshot, root, [of_a]) == [[]]
            assert await dossiers.leaves(snapshot, root, [of_a]) == [{}]
            assert await dossiers.history(snapshot, root, [HistoryKey(a, "2023", 0, 9)]) == [[]]
            assert await dossiers.last_changes(snapshot, root, [a]) == {}
            assert await dossiers.imported(snapshot, root, [f"{root}/c"]) == []
            assert await snapshot.position("nobody") == 0
            assert await items.adjustments(snapshot, root, [of_a]) == [[]]
            assert await items.disputes(snapshot, root, [of_a]) == [[]]
            assert await items.plans(snapshot, root, [of_a]) == [[]]
            assert await items.remediation(snapshot, root, [RemediationKey(a, True, "", 9)]) == [[]]
            assert await evidence.standing(snapshot, root, [of_a]) == [{}]
            assert await events.event(snapshot, root, 1) is None
            assert await events.events(snapshot, root, [EventsKey(f"{a}@2023", False, 0, 9)]) == [[]]
            assert await events.story(snapshot, root, [StoryKey(a, "2023", "3.4", False, 0, 9)]) == [[]]
            keys_of_texts = [PositionKey(root, 1), PositionKey(root, 2)]
            assert await events.texts(snapshot, root, keys_of_texts) == [{}, {}]
            assert await events.refusals(snapshot, b, a, 0, 9) == []
    finally:
        await everything.close()


async def test_a_path_that_only_begins_alike_is_not_below(as_query: asyncpg.Connection, world: World) -> None:
    await world.unit(f"{world.root}/bb", "district")
    await world.dossier(f"{world.root}/bb", "2023")
    await as_query.execute("SELECT set_config('parledger.scope', $1, false)", f"{world.root}/b")
    assert await as_query.fetchval("SELECT count(*) FROM read.unit WHERE path LIKE '%bb'") == 0
    assert await as_query.fetchval("SELECT count(*) FROM read.dossier WHERE unit LIKE '%bb'") == 0


async def test_the_role_writes_nothing(
    as_query: asyncpg.Connection, superuser: asyncpg.Connection, world: World
) -> None:
    await as_query.execute("SELECT set_config('parledger.scope', $1, false)", world.root)
    for table in await all_tables(superuser):
        for attempt in (
            f"INSERT INTO {table} DEFAULT VALUES",
            f"DELETE FROM {table}",
            f"TRUNCATE {table}",
            f"DROP TABLE {table}",
            f"COPY {table} FROM STDIN",
            f"MERGE INTO {table} USING (SELECT) AS s ON false WHEN NOT MATCHED THEN INSERT DEFAULT VALUES",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await as_query.execute(attempt)
        columns = await superuser.fetch(
            "SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0", table
        )
        for column in columns:
            name = column["attname"]
            with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.GeneratedAlwaysError)):
                await as_query.execute(f"UPDATE {table} SET {name} = {name}")


@pytest.mark.parametrize(
    "attempt",
    [
        "SELECT ledger.prepare_root('mine')",
        "SELECT ledger.purge_excerpts()",
        "SELECT read.begin_rebuild('mine')",
        "SELECT read.finish_rebuild('mine')",
        "SELECT ledger.lock_root('mine', '{}', '{}', '{}')",
        "SELECT * FROM ledger.head",
        "SET ROLE parledger_owner",
        "SET ROLE parledger_scoring",
        "SET SESSION AUTHORIZATION postgres",
        "SET row_security = off; TABLE read.unit",
        "CREATE TABLE public.mine ()",
        "CREATE TABLE read.mine ()",
        "CREATE FUNCTION ledger.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE SCHEMA mine",
        "ALTER POLICY caller ON read.unit USING (true)",
        "COPY (SELECT 1) TO '/tmp/parledger-mine'",
        "SELECT pg_read_file('/etc/passwd')",
    ],
)
async def test_the_role_does_nothing_else(as_query: asyncpg.Connection, attempt: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_query.execute(attempt)


async def test_a_connection_forgets_its_scope_with_the_request(query_pool: Pool, world: World) -> None:
    async with Snapshot(query_pool, world.root) as snapshot:
        assert await snapshot.position(world.root) > 0
    connection = await query_pool.acquire()
    try:
        [row] = await connection.fetch("SELECT ledger.scope() AS scope, count(*) AS seen FROM read.unit")
        assert (row["scope"], row["seen"]) == (None, 0)
    finally:
        await query_pool.release(connection)


async def test_all_of_a_request_is_seen_at_one_moment(query_pool: Pool, world: World) -> None:
    async with Snapshot(query_pool, world.root) as snapshot:
        before = await snapshot.position(world.root)
        await world.record(
            f"{world.root}/a@2023", "LeafAssigned", {"leaves": ["3.4"], "lead": "Phòng Nội vụ"}
        )
        await world.dossier(f"{world.root}/b", "2025")
        await world.round(world.root, "2025", [f"{world.root}/b"])
        assert await snapshot.position(world.root) == before
        assert await events.event(snapshot, world.root, before) is not None
        assert await events.event(snapshot, world.root, before + 1) is None
        sql = statement("dossiers", "dossiers_of_units")
        dossiers = await snapshot.fetch(DossierRow, sql, world.root, [f"{world.root}/b"])
    assert {row.round for row in dossiers} == {"2023", "2024"}


async def test_a_rebuild_waits_for_who_is_reading(servers: Servers, query_pool: Pool, world: World) -> None:
    scoring = await asyncpg.connect(servers.dsn("parledger_scoring"))
    try:
        async with Snapshot(query_pool, world.root) as snapshot:
            assert await snapshot.position(world.root) > 0
            with pytest.raises(asyncpg.LockNotAvailableError):
                await _rebuild_empty(scoring, world.root)
            assert await dossiers.dossiers_of_units(snapshot, world.root, [f"{world.root}/b"])
        await _rebuild_empty(scoring, world.root)
        async with Snapshot(query_pool, world.root) as snapshot:
            assert await dossiers.dossiers_of_units(snapshot, world.root, [f"{world.root}/b"]) == []
    finally:
        await scoring.close()


async def _rebuild_empty(scoring: asyncpg.Connection, root: str) -> None:
    """Swap in tables without a row, unless somebody reads."""
    async with scoring.transaction():
        await scoring.execute("SET LOCAL lock_timeout = '100ms'")
        await scoring.execute("SELECT read.begin_rebuild($1)", root)
        await scoring.execute("SELECT read.finish_rebuild($1)", root)


async def test_the_services_own_connections_only_read(query_pool: Pool) -> None:
    connection = await query_pool.acquire()
    try:
        [row] = await connection.fetch(
            "SELECT current_setting('transaction_read_only') AS readonly, "
            "current_setting('statement_timeout') AS timeout"
        )
        assert (row["readonly"], row["timeout"]) == ("on", "5s")
    finally:
        await query_pool.release(connection)

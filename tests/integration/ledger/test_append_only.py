"""The ledger refuses every change to everybody, its owner and the superuser included."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from tests.integration.ledger.conftest import Connect
from tests.integration.ledger.protocol import Head, append, event, refusal

ROLES = (
    "postgres",
    "parledger_owner",
    "parledger_ingest",
    "parledger_appraisal",
    "parledger_relay",
    "parledger_scoring",
    "parledger_query",
)
TABLES = """
    SELECT c.oid::regclass::text AS name, quote_ident(a.attname) AS column
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = 1
    WHERE c.relnamespace = 'ledger'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1
"""
CHANGES = ("UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0}", "TRUNCATE {0} CASCADE")


@pytest.fixture
async def tables(
    superuser: asyncpg.Connection, ingest: asyncpg.Connection, root: str
) -> list[asyncpg.Record]:
    """Every table and partition of the ledger, none of them empty."""
    texts = [(1, "note", bytes(16), "một")]
    await append(ingest, root, event("a", 1), texts=texts, refusals=[refusal("x", b"y")])
    found = await superuser.fetch(TABLES)
    assert {row["name"] for row in found} >= {
        "ledger.head",
        "ledger.event",
        f"ledger.event_of_{root.replace('-', '_')}",
        "ledger.text",
        "ledger.refusal",
        "ledger.refusal_excerpt",
    }
    return found


@pytest.fixture
async def undone(connect: Connect) -> AsyncIterator[asyncpg.Connection]:
    """Another connection of the superuser, in a transaction that is rolled back."""
    async with connect("postgres") as connection:
        transaction = connection.transaction()
        await transaction.start()
        yield connection
        await transaction.rollback()


async def refuses(connection: asyncpg.Connection, statement: str) -> bool:
    """Is it refused? Whatever it did is undone."""
    attempt = connection.transaction()
    await attempt.start()
    try:
        await connection.execute(statement)
    except asyncpg.InsufficientPrivilegeError:
        return True
    else:
        return False
    finally:
        await attempt.rollback()


async def test_the_roles_tried_here_are_all_there_are(superuser: asyncpg.Connection) -> None:
    rows = await superuser.fetch("SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_'")
    assert {row["rolname"] for row in rows} == set(ROLES)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("change", CHANGES)
async def test_no_table_takes_a_change_from_anybody(
    undone: asyncpg.Connection, tables: list[asyncpg.Record], role: str, change: str
) -> None:
    """The head's move to the last event is the one exception, and only an append makes it."""
    await undone.execute(f"SET LOCAL ROLE {role}")
    taken = [table["name"] for table in tables if not await refuses(undone, change.format(*table.values()))]
    assert taken == []


@pytest.mark.parametrize("change", [*CHANGES, "INSERT INTO {0} DEFAULT VALUES"])
async def test_nor_where_triggers_are_off_as_a_replica_has_them(
    undone: asyncpg.Connection, tables: list[asyncpg.Record], change: str
) -> None:
    await undone.execute("SET LOCAL session_replication_role = replica")
    taken = [table["name"] for table in tables if not await refuses(undone, change.format(*table.values()))]
    assert taken == []


@pytest.mark.parametrize("role", ROLES)
async def test_nobody_inserts_but_by_the_functions(
    undone: asyncpg.Connection, tables: list[asyncpg.Record], role: str
) -> None:
    await undone.execute(f"SET LOCAL ROLE {role}")
    statements = ("INSERT INTO {0} DEFAULT VALUES", "COPY {0} FROM '/dev/null'")
    taken = [
        (table["name"], statement)
        for table in tables
        for statement in statements
        if not await refuses(undone, statement.format(*table.values()))
    ]
    assert taken == []


async def test_a_merge_is_refused_too(
    undone: asyncpg.Connection, root: str, tables: list[asyncpg.Record]
) -> None:
    merge = "MERGE INTO ledger.event e USING (SELECT 1) AS x ON e.root = '{}' WHEN MATCHED THEN {}"
    assert await refuses(undone, merge.format(root, "DELETE"))
    assert await refuses(undone, merge.format(root, "UPDATE SET name = 'Other'"))


@pytest.mark.parametrize(
    "change",
    [
        "position = position + 1",
        "position = position - 1",
        "recorded_at = recorded_at + interval '1 hour'",
        "root = 'other'",
    ],
)
async def test_a_head_stands_at_its_last_event_even_for_a_function(
    undone: asyncpg.Connection, root: str, tables: list[asyncpg.Record], change: str
) -> None:
    await undone.execute("SET LOCAL parledger.by_function = 'yes'")
    assert await refuses(undone, f"UPDATE ledger.head SET {change} WHERE root = '{root}'")
    assert await refuses(undone, f"DELETE FROM ledger.head WHERE root = '{root}'")


async def test_a_refusal_outlives_its_excerpt_which_goes_after_90_days(
    ingest: asyncpg.Connection, superuser: asyncpg.Connection, root: str, another_root: str
) -> None:
    now = datetime.now(UTC)
    old, young = Head(0, now - timedelta(days=90, minutes=1)), Head(0, now - timedelta(days=89, hours=23))
    await append(ingest, root, refusals=[refusal("a", b"1", b"old")], head=old)
    await append(ingest, another_root, refusals=[refusal("b", b"2", b"young")], head=young)
    assert await ingest.fetchval("SELECT ledger.purge_excerpts()") >= 1
    roots = [root, another_root]
    kept = await superuser.fetch("SELECT excerpt FROM ledger.refusal_excerpt WHERE root = ANY($1)", roots)
    assert [row["excerpt"] for row in kept] == [b"young"]
    assert await superuser.fetchval("SELECT count(*) FROM ledger.refusal WHERE root = ANY($1)", roots) == 2
    async with superuser.transaction():
        await superuser.execute("SET LOCAL parledger.by_function = 'yes'")
        assert await refuses(superuser, f"DELETE FROM ledger.refusal_excerpt WHERE root = '{another_root}'")

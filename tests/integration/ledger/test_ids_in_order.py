"""The unique key of what was sent has the id first, in a ledger of before and in a new one (0007)."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from deploy import migrations
from deploy.local.stack import Servers
from deploy.migrations import migrate

_FIRST = "0199c0de-7f3a-7c21-9d44-0a1b2c3d4e5f"
_EVENT = """
INSERT INTO ledger.event (root, position, stream, version, event_id, name, shape, source, actor,
                          occurred_at, recorded_at, body, leaf_hash)
VALUES ('qt', $1, $2, $3, $4, 'SubmissionFiled', 1, $5, 'a', now(), now(), '{}', sha256('{}'))
"""
_UNIQUE = """
SELECT string_agg(a.attname, ' ' ORDER BY k.n)
FROM pg_index i CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k (attnum, n)
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
WHERE i.indrelid = $1::text::regclass AND i.indisunique GROUP BY i.indexrelid ORDER BY 1
"""


@pytest.fixture
async def before(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[asyncpg.Connection]:
    """A database as it was before, with a root and an event in it."""
    superuser = await asyncpg.connect(servers.dsn("postgres"))
    await superuser.execute("CREATE DATABASE of_before")
    connection = await asyncpg.connect(servers.dsn("postgres"), database="of_before")
    older = [step for step in migrations.migrations() if step.name < "0007"]
    with monkeypatch.context() as patched:
        patched.setattr(migrations, "migrations", lambda: older)
        await migrate(connection)
    await connection.execute("SELECT ledger.prepare_root('qt')")
    await connection.execute("SET parledger.by_function = 'yes'")
    await connection.execute(_EVENT, 1, "qt/a@2023", 1, _FIRST, "qt/a")
    yield connection
    await connection.close()
    await superuser.execute("DROP DATABASE of_before")
    await superuser.close()


async def test_a_ledger_of_before_keeps_its_events_and_its_three_unique_keys(
    before: asyncpg.Connection,
) -> None:
    assert "root source event_id" in [row[0] for row in await before.fetch(_UNIQUE, "ledger.event_of_qt")]
    assert any(name.startswith("0007") for name in await migrate(before))
    await before.execute("SELECT ledger.prepare_root('dn')")
    for table in ("ledger.event", "ledger.event_of_qt", "ledger.event_of_dn"):
        assert [row[0] for row in await before.fetch(_UNIQUE, table)] == [
            "root event_id source",
            "root position",
            "root stream version",
        ]
    assert await before.fetchval("SELECT event_id::text FROM ledger.event") == _FIRST
    other = _FIRST.replace("5f", "60")
    for position, stream, version, id_, source in (
        (1, "qt/b@2023", 1, other, "qt/b"),
        (2, "qt/a@2023", 1, other, "qt/a"),
        (2, "qt/b@2023", 1, _FIRST, "qt/a"),
    ):
        with pytest.raises(asyncpg.UniqueViolationError):
            await before.execute(_EVENT, position, stream, version, id_, source)
    await before.execute(_EVENT, 2, "qt/b@2023", 1, _FIRST, "qt/b")  # another sender may use the same id
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
        await before.execute("DELETE FROM ledger.event_of_qt")


async def test_whoever_looks_an_emission_up_reads_one_row(before: asyncpg.Connection) -> None:
    await migrate(before)
    await before.execute(
        """INSERT INTO ledger.event (root, position, stream, version, event_id, name, shape, source, actor,
               occurred_at, recorded_at, body, leaf_hash)
           SELECT 'qt', n, 'qt/x' || n % 50 || '@2023', n, gen_random_uuid(), 'SubmissionFiled', 1,
                  'qt/x' || n % 50, 'a', now(), now(), '{}', sha256('{}')
           FROM generate_series(2, 20000) AS n"""
    )
    await before.execute("SET plan_cache_mode = force_custom_plan")
    await before.execute("SET enable_seqscan = off")  # as ledger.lock_root has them
    plan = "\n".join(
        row[0]
        for row in await before.fetch(
            "EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) SELECT * FROM ledger.event e WHERE e.root = 'qt' AND "
            f"e.source = 'qt/a' AND e.event_id = '{_FIRST}' LIMIT 1"
        )
    )
    assert "event_of_qt_root_event_id_source" in plan, plan
    assert "Rows Removed" not in plan, plan

"""Bounds on every wait in PostgreSQL: of each role, of each door, and of a transaction that is left open."""

import asyncpg
import pytest

from deploy.local.keys import SUPERUSER
from deploy.local.postgres import ROLES
from deploy.local.stack import Servers
from services.query.config import Config
from services.query.snapshot import make_pool
from shared.ledger.pool import Connection, open_connection, open_pool
from tests.patience import PATIENCE

BOUNDS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")


async def bounds_of(connection: Connection) -> dict[str, int]:
    """Milliseconds, 0 where there is none."""
    rows = await connection.fetch(
        "SELECT name, setting::int FROM pg_settings WHERE name = ANY($1)", [*BOUNDS, "transaction_timeout"]
    )
    return {row["name"]: row["setting"] for row in rows}


@pytest.mark.parametrize("role", ROLES)
async def test_whoever_connects_as_a_service_has_bounds_also_by_hand(servers: Servers, role: str) -> None:
    connection = await asyncpg.connect(servers.dsn(role))
    try:
        bounds = await bounds_of(connection)
    finally:
        await connection.close()
    assert {name: bounds[name] for name in BOUNDS} == dict(zip(BOUNDS, (30_000, 10_000, 60_000), strict=True))
    # A rebuild folds a whole ledger in one snapshot; it holds no head row.
    assert bounds["transaction_timeout"] == (0 if role == "parledger_scoring" else 300_000)


async def test_every_door_has_bounds(servers: Servers) -> None:
    pool = await open_pool(servers.dsn("parledger_ingest"), "bounds", most=1)
    async with pool.acquire() as pooled:
        of_pool = await bounds_of(pooled)
    await pool.close()
    single = await open_connection(servers.dsn(SUPERUSER), "bounds")
    of_single = await bounds_of(single)
    await single.close()
    asked = await make_pool(Config(servers.dsn("parledger_query"), "", "", None, "", 0, False))
    of_query = await bounds_of(await asked.acquire())  # type: ignore[arg-type]
    assert of_query["statement_timeout"] == 5_000
    assert all(found[name] for found in (of_pool, of_single, of_query) for name in BOUNDS)
    asked.terminate()  # type: ignore[attr-defined]


async def test_a_transaction_that_is_left_open_does_not_hold_a_root(
    servers: Servers, unused_root: str
) -> None:
    """A service that is stuck in a batch, with a shorter bound so that the test does not take a minute."""
    await servers.add_root(unused_root)
    locked = "SELECT FROM ledger.head WHERE root = $1 FOR UPDATE"
    stuck = await open_connection(
        servers.dsn(SUPERUSER), "stuck", settings={"idle_in_transaction_session_timeout": "300ms"}
    )
    other = await open_connection(servers.dsn(SUPERUSER), "other")
    await stuck.execute("BEGIN")
    await stuck.fetch(locked, unused_root)
    async with other.transaction():
        await other.fetch(locked, unused_root, timeout=PATIENCE)
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)):
        await stuck.execute("COMMIT")
    await other.close()
    stuck.terminate()

"""However many roots there are, who asks is asked about its own and those that granted it something."""

from typing import Any

import asyncpg
import pytest

from deploy.local.keys import SUPERUSER
from deploy.local.stack import Servers
from services.query.load.sql import statement
from services.scoring import rebuild
from tests.integration.plans.asked import UNIT
from tests.integration.plans.filled import LARGE

_MORE = 6
_SCANS = """
    SELECT coalesce(sum(seq_scan + coalesce(idx_scan, 0)), 0)::bigint AS scans
    FROM pg_stat_xact_all_tables WHERE schemaname IN ('ledger', 'read')
"""
_SCOPE = "SELECT scopes FROM ledger.enter($1)"


async def scans_of(connection: Any, viewer: str) -> list[int]:
    """How many tables are gone through for the scopes of a viewer, and for what it may know of two units."""
    found: list[int] = []
    async with connection.transaction():
        [before] = await connection.fetch(_SCANS)
        [scope] = await connection.fetch(_SCOPE, viewer)
        [after] = await connection.fetch(_SCANS)
        found.append(after["scans"] - before["scans"])
        units = statement("units", "units")
        await connection.fetch(units, scope["scopes"], LARGE, [UNIT, f"{LARGE}/dong"])
        [last] = await connection.fetch(_SCANS)
        found.append(last["scans"] - after["scans"])
    return found


async def test_as_many_tables_are_read_however_many_roots_there_are(
    servers: Servers, connections: dict[str, Any]
) -> None:
    connection, viewers = connections["query"], (LARGE, UNIT, f"bo-{LARGE}/noi-vu")

    async def scans() -> list[list[int]]:
        found: list[list[int]] = []
        for mode in ("force_custom_plan", "force_generic_plan"):
            await connection.execute(f"SET plan_cache_mode = {mode}")
            found += [await scans_of(connection, viewer) for viewer in viewers]
        await connection.execute("RESET plan_cache_mode")
        return found

    few = await scans()
    superuser = await asyncpg.connect(servers.dsn(SUPERUSER))
    for number in range(_MORE):
        await superuser.execute("SELECT ledger.prepare_root($1)", f"them-{number}")
    await superuser.close()
    assert await scans() == few
    assert max(scopes for scopes, _ in few) <= 8


async def test_grants_and_heirs_are_known_across_roots_after_a_rebuild_too(
    servers: Servers, connections: dict[str, Any]
) -> None:
    connection, guest = connections["query"], f"bo-{LARGE}/noi-vu"
    for rebuilt in (False, True):
        if rebuilt:
            await rebuild.run(servers.dsn("parledger_scoring"), LARGE, lambda *_: None)
        scopes = await connection.fetchval("SELECT ledger.scopes_of($1)", guest)
        assert set(scopes) == {f"{guest}/", f"{LARGE}/huyen/"}
        heir = await connection.fetchval("SELECT ledger.scopes_of($1)", f"{LARGE}/huyen/xa-moi")
        assert set(heir) == {f"{LARGE}/huyen/{name}/" for name in ("xa-moi", "xa-1", "xa-2")}


async def test_nobody_reads_or_writes_them_by_themselves(connections: dict[str, Any]) -> None:
    for connection in (connections["query"], connections["scoring"]):
        for sql in ("SELECT FROM read.granted", "SELECT FROM read.inherited", "DELETE FROM read.granted"):
            with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.ReadOnlySQLTransactionError)):
                await connection.execute(sql)

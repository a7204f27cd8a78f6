"""One of each service is at work, and only while it holds its lease."""

import asyncio
import contextlib

import asyncpg
import pytest

from deploy.local.stack import Servers
from shared.ledger import lease
from shared.ledger.lease import while_leased
from tests.patience import PATIENCE

_END_SESSION = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE application_name = 'parledger-' || $1 || '-lease'
"""


async def _lose_the_lease(servers: Servers, name: str) -> None:
    connection = await asyncpg.connect(servers.dsn("postgres"))
    try:
        assert await connection.fetchval(_END_SESSION, name) == 1
    finally:
        await connection.close()


async def test_work_that_a_cancellation_does_not_reach_is_cancelled_again(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "_ENDS_WITHIN", 0.5)
    begun, stop = asyncio.Semaphore(0), asyncio.Event()
    at_work = most = 0

    async def work() -> None:
        nonlocal at_work, most
        at_work, most = at_work + 1, max(most, at_work + 1)
        begun.release()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        try:
            await asyncio.Event().wait()
        finally:
            at_work -= 1

    leased = asyncio.create_task(while_leased(servers.dsn("parledger_scoring"), "deaf", stop, work))
    async with asyncio.timeout(PATIENCE):
        await begun.acquire()
        await _lose_the_lease(servers, "deaf")
        await begun.acquire()
        stop.set()
        await leased
    assert (at_work, most) == (0, 1)

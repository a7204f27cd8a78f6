"""One active of each service: a lease in PostgreSQL; the others stand by.

The lease keeps order, it is no fence: that is the head row's lock in the ledger, and the expected sequence
at the feed.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

import asyncpg

from shared.ledger.pool import open_connection

_log = logging.getLogger("parledger.lease")
_TRY_AGAIN = 1.0
_ENDS_WITHIN = 5.0  # seconds for what is taken to be given back
_TAKE = "SELECT pg_try_advisory_lock(hashtext('parledger'), hashtext($1))"


async def while_leased(dsn: str, name: str, stop: asyncio.Event, work: Callable[[], Awaitable[None]]) -> None:
    """Run `work` while this process holds the lease `name`, until `stop` is set.

    Where the lease's connection is lost, `work` is cancelled and the lease asked for again. `work` may end
    by an exception, which is logged; it is then started again.
    """
    while not stop.is_set():
        try:
            connection = await open_connection(dsn, f"{name}-lease", timeout=10)
        except (OSError, asyncpg.PostgresError, TimeoutError) as error:
            _log.warning("%s cannot reach PostgreSQL (%s); trying again", name, type(error).__name__)
            await _pause(stop)
            continue
        try:
            await _hold(connection, name, stop, work)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
            _log.warning("%s lost its lease (%s)", name, type(error).__name__)
            await _pause(stop)
        finally:
            with suppress(Exception):
                await connection.close(timeout=2)


async def _hold(
    connection: asyncpg.Connection, name: str, stop: asyncio.Event, work: Callable[[], Awaitable[None]]
) -> None:
    stands_by = False
    while not await connection.fetchval(_TAKE, name):
        if not stands_by:
            _log.info("another %s is at work; this one stands by", name)
            stands_by = True
        await _pause(stop)
        if stop.is_set():
            return
    lost = asyncio.Event()
    connection.add_termination_listener(lambda _connection: lost.set())
    while not stop.is_set() and not lost.is_set():
        await _work_until(name, work, stop, lost)


async def _work_until(name: str, work: Callable[[], Awaitable[None]], *ends: asyncio.Event) -> None:
    working = asyncio.ensure_future(work())
    waiting = [asyncio.ensure_future(end.wait()) for end in ends]
    try:
        await asyncio.wait([working, *waiting], return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            error = None if working.cancelled() else working.exception()
            _log.error("%s failed and starts again", name, exc_info=error)
            await asyncio.sleep(_TRY_AGAIN / 2)
    finally:
        for task in waiting:
            task.cancel()
        await _end(name, working)


async def _end(name: str, working: asyncio.Future[None]) -> None:
    """Cancel the work, again and again until it has ended: a cancellation can be lost on its way.

    Work that went on without the lease would keep this process from ever asking for it again.
    """
    while not working.done():
        working.cancel()
        if (await asyncio.wait([working], timeout=_ENDS_WITHIN))[1]:
            _log.warning("%s has not ended its work, and is told again", name)
    if not working.cancelled() and (error := working.exception()) is not None:
        _log.debug("%s ended its work (%s)", name, type(error).__name__)


async def _pause(stop: asyncio.Event) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(_TRY_AGAIN):
            await stop.wait()

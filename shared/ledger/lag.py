"""How far behind the ledger somebody is who reads it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

import asyncpg

from shared.ledger.pool import Pool
from shared.ledger.statements import load

Work = Callable[[], Awaitable[None]]
Tell = Callable[[str, int, float], None]
"""Called with (root, events it is behind, seconds since the first of them was recorded, or 0)."""

_SQL = load("shared.ledger.sql", "ledger.sql")
_EVERY = 5.0


def measured(work: Work, pool: Pool, positions: Callable[[], Mapping[str, int]], tell: Tell | None) -> Work:
    """`work`, with its lag told every five seconds while it runs; `work` itself where nobody wants to know.

    `positions` says how far it has come, by root. The ledger's clock alone is asked.
    """
    if tell is None:
        return work

    async def work_and_measure() -> None:
        measuring = asyncio.ensure_future(_measure(pool, positions, tell))
        try:
            await work()
        finally:
            measuring.cancel()
            with suppress(asyncio.CancelledError):
                await measuring

    return work_and_measure


async def _measure(pool: Pool, positions: Callable[[], Mapping[str, int]], tell: Tell) -> None:
    while True:
        # Who works says aloud that the database is gone: this one waits until it is back.
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
            reached = dict(positions())
            async with pool.acquire() as connection:
                rows = await connection.fetch(_SQL["behind"], list(reached), list(reached.values()))
            for row in rows:
                tell(row["root"], row["events"], row["seconds"])
        await asyncio.sleep(_EVERY)

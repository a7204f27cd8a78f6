"""How long tests wait for what is bound to come.

It is no measure of anything: it ends what hangs, and is long enough for a machine that is busy otherwise.
"""

import asyncio
from collections.abc import Callable

PATIENCE = 60.0
"""Seconds."""


async def until(condition: Callable[[], object], within: float = PATIENCE) -> None:
    """Return once the condition holds. TimeoutError where it does not come to hold."""
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - what is waited for sets no event
            await asyncio.sleep(0.01)

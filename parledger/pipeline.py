"""Many emissions, their outcomes in the same order, never more than a window of them in memory."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterable
from dataclasses import dataclass

from parledger.emission import Emission
from parledger.errors import EmitError
from parledger.keeper import Keeper
from parledger.outcomes import Outcome
from parledger.outstanding import Pending

Emissions = Iterable[Emission] | AsyncIterable[Emission]


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one emission: an `outcome`, or the `error` that kept it from one."""

    emission: Emission
    outcome: Outcome | None
    error: EmitError | None


class Pipeline:
    """Takes emissions while fewer than `window` wait for an outcome, or for the caller to take it.

    What one service judges is under way together; before the other service's turn, all outcomes are awaited.
    """

    def __init__(self, keeper: Keeper, emissions: Emissions, window: int) -> None:
        if window < 1:
            raise ValueError(f"a window of {window} lets nothing through")
        self._keeper = keeper
        self._emissions = emissions
        self._free = asyncio.Semaphore(window)
        self._taken: asyncio.Queue[Pending | None] = asyncio.Queue()
        self._under_way: set[asyncio.Future[Outcome]] = set()
        self._service = ""

    async def attempts(self) -> AsyncGenerator[Attempt, None]:
        """One attempt for each emission, in order. Closing this early forgets what is under way."""
        pump = asyncio.create_task(self._pump(), name="parledger pipeline")
        try:
            while (pending := await self._taken.get()) is not None:
                yield await self._attempt(pending)
                self._free.release()
            await pump
        finally:
            pump.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await pump
            while not self._taken.empty():
                if (pending := self._taken.get_nowait()) is not None:
                    self._keeper.forget(pending)

    async def _pump(self) -> None:
        try:
            async for emission in _each(self._emissions):
                await self._free.acquire()
                await self._turn_of(emission.judged_by)
                pending = await self._keeper.take(emission)
                self._under_way.add(pending.answer)
                pending.answer.add_done_callback(self._under_way.discard)
                self._taken.put_nowait(pending)
        finally:
            self._taken.put_nowait(None)

    async def _turn_of(self, service: str) -> None:
        if service != self._service and self._under_way:
            await asyncio.wait(set(self._under_way))
        self._service = service

    async def _attempt(self, pending: Pending) -> Attempt:
        try:
            return Attempt(pending.emission, await self._keeper.outcome(pending), None)
        except EmitError as error:
            return Attempt(pending.emission, None, error)
        finally:
            self._keeper.forget(pending)


async def _each(emissions: Emissions) -> AsyncIterator[Emission]:
    if isinstance(emissions, AsyncIterable):
        async for emission in emissions:
            yield emission
    else:
        for emission in emissions:
            yield emission

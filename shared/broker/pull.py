"""The standing pull.

One consumer's messages in order, for the services whose throughput and order rest on it.
"""

import asyncio
import logging
from contextlib import suppress

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import ConnectionClosedError, Error

from shared.broker.generation import Generation, NotYetDue
from shared.broker.room import Room
from shared.broker.sturdy import withstand

log = logging.getLogger("parledger.broker.pull")

_TICK = 0.5
_SHORTEST_PAUSE = 0.05
_LONGEST_PAUSE = 5.0
_LONGEST_PAUSE_UNTIL_DUE = 1.0
_LIVED_LONG = 1.0


class StandingPull:
    """One consumer's messages, in stream order, through one request that is made again before it runs dry.

    What a caller may assume:
    - Within a *generation* (from a start, or a loss of the connection, to the next one) every message is
      taken once, in the stream's order, and none is left out. Second copies are dropped here.
    - A new generation begins with the oldest message that is not acknowledged: it brings again what was taken
      and not acknowledged in the one before. So a caller judges every message idempotently, and never passes
      over one that it took: it acknowledges it, or calls `give_back`, or stops.
    - `take` never returns a message of a generation that ended; `ack` ignores one: it is taken again.
    - At most a batch is in hand beside what was taken; the server sends no more than was asked for.
    - It outlives servers that restart and consumers that vanish: `take` waits. It raises only when the client
      is closed.

    One caller takes, one StandingPull pulls from a durable. A second one does not turn the order of either,
    but both begin new generations all the time.
    """

    def __init__(
        self, nc: Client, stream: str, durable: str, *, batch: int = 500, room: Room | None = None
    ) -> None:
        """`durable` is a pull consumer of `stream` with ack policy ALL.

        `nc` stays the caller's, and is made sturdy. `room` is shared by the pulls of one process.
        """
        self._room = room or Room()
        self._client = nc
        self._stream, self._durable, self._batch = stream, durable, batch
        self._generation: Generation | None = None
        self._task: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._news = asyncio.Event()

    async def start(self) -> None:
        """Begins to pull; it does not wait for the server or the consumer to be there."""
        withstand(self._client)
        self._task = asyncio.create_task(self._keep(), name=f"pull {self._stream} {self._durable}")
        self._task.add_done_callback(lambda _: self._news.set())

    async def take(self, most: int | None = None) -> list[Msg]:
        """Waits for at least one message, and returns what there is at once, at most a batch, in order.

        `most`: no more than so many.

        After `stop` it returns nothing. ConnectionClosedError if the client was closed.
        """
        while self._task is not None:
            if self._generation is not None and (batch := await self._generation.take(most)):
                return batch
            if self._task.done():
                self._task.result()
            self._news.clear()
            await self._news.wait()
        return []

    async def ack(self, last: Msg) -> None:
        """Acknowledges a message that was taken, and all before it: to be called after their commit.

        Nothing waits for the server: an acknowledgement that gets lost brings the messages again. A message
        of an older generation is ignored.
        """
        if self._generation is not None:
            await self._generation.acknowledge(last)

    async def give_back(self) -> None:
        """Gives back all that is not acknowledged, to begin with it anew.

        For a caller whose transaction failed.
        """
        if self._generation is not None:
            self._generation.end("given back")

    async def stop(self) -> None:
        """Stops pulling, and gives back what is not acknowledged, so that a successor gets it at once."""
        task, self._task = self._task, None
        self._news.set()
        # Again and again: a request that is answered just then loses the cancellation (Python 3.11).
        while task is not None and not task.done():
            task.cancel()
            await asyncio.wait([task], timeout=_TICK)
        if task is not None and not task.cancelled():
            task.exception()
        if self._closing is not None:
            await self._closing

    async def _keep(self) -> None:
        pause = _SHORTEST_PAUSE
        loop = asyncio.get_running_loop()
        while True:
            await self._until_connected()
            begun = loop.time()
            longest = await self._one_generation()
            # Generations that end soon tell that something is wrong: the next begins later and later.
            pause = _SHORTEST_PAUSE if loop.time() - begun > _LIVED_LONG else min(2 * pause, longest)
            await asyncio.sleep(pause)

    async def _one_generation(self) -> float:
        """Lives through one generation.

        Answers the longest pause, in seconds, that is fit before the next.
        """
        generation = Generation(
            self._client, self._stream, self._durable, self._batch, self._news.set, self._room
        )
        try:
            await generation.open()
            self._generation = generation
            await self._until_over(generation)
            log.info("%s %s begins anew: %s", self._stream, self._durable, generation.why)
        except NotYetDue:
            log.debug("%s %s waits for what is out", self._stream, self._durable)
            return _LONGEST_PAUSE_UNTIL_DUE
        except (TimeoutError, Error) as fault:
            log.warning("%s %s cannot pull: %r", self._stream, self._durable, fault)
        finally:
            self._generation = None
            self._closing = asyncio.create_task(self._close(generation))
            await asyncio.shield(self._closing)
        return _LONGEST_PAUSE

    async def _close(self, generation: Generation) -> None:
        with suppress(Error, asyncio.TimeoutError):
            await generation.close()

    async def _until_over(self, generation: Generation) -> None:
        while not generation.over.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(_TICK):
                    await generation.over.wait()
            generation.check()

    async def _until_connected(self) -> None:
        while not self._client.is_connected:
            if self._client.is_closed:
                raise ConnectionClosedError
            await asyncio.sleep(_SHORTEST_PAUSE)

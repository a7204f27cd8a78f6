"""Places for requests: so many are at work, so many wait, and nobody takes all of them.

Whoever finds none is told at once to come back: a service that is asked for more than it can do stays one
that answers.
"""

import asyncio
import random
from collections import Counter, deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

_LONGEST_RETRY = 3  # seconds; drawn each time, so that not all who were sent away come back together


class Crowded(Exception):
    """There is no place at the moment. `retry_after`: seconds after which to try again."""

    def __init__(self) -> None:
        self.retry_after = random.randint(1, _LONGEST_RETRY)  # noqa: S311 - spreads clients, guards nothing
        super().__init__(f"too much is asked for at the moment: try again in {self.retry_after} s")


class Places:
    """`at_work` places, and `waiting` in front of them; one caller has at most `share` of either.

    Those who wait come in turns, one of each caller, who has waited longest first; after `patience` seconds
    they are told to come back.
    """

    def __init__(self, at_work: int, waiting: int = 0, *, share: float = 0.75, patience: float = 5.0) -> None:
        self._free = at_work
        self._room = at_work + waiting
        self._most_at_work = max(1, int(at_work * share))
        self._most = max(1, int((at_work + waiting) * share))
        self._patience = patience
        self._at_work = Counter[str]()
        self._here = Counter[str]()
        self._queues: dict[str, deque[asyncio.Future[None]]] = {}

    @asynccontextmanager
    async def place(self, caller: str) -> AsyncGenerator[None]:
        """A place for this caller's request, until the context ends. Raises `Crowded`."""
        await self.take(caller)
        try:
            yield
        finally:
            self.leave(caller)

    async def take(self, caller: str) -> None:
        """Take a place, to be given back by `leave`. Raises `Crowded`."""
        if self._here.total() >= self._room or self._here[caller] >= self._most:
            raise Crowded
        self._here[caller] += 1
        if self._free and self._at_work[caller] < self._most_at_work:
            self._begin(caller)
            return
        turn = asyncio.get_running_loop().create_future()
        self._queues.setdefault(caller, deque()).append(turn)
        try:
            async with asyncio.timeout(self._patience):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self._end(caller)  # its turn came just then
            _lessen(self._here, caller)
            if isinstance(error, TimeoutError):
                raise Crowded from error
            raise

    def leave(self, caller: str) -> None:
        """Give a place back; whoever's turn it is takes it."""
        _lessen(self._here, caller)
        self._end(caller)

    def _begin(self, caller: str) -> None:
        self._free -= 1
        self._at_work[caller] += 1

    def _end(self, caller: str) -> None:
        self._free += 1
        _lessen(self._at_work, caller)
        for waiting in list(self._queues):
            while self._free and self._at_work[waiting] < self._most_at_work:
                turn = self._next_of(waiting)
                if turn is None:
                    break
                self._begin(waiting)
                turn.set_result(None)

    def _next_of(self, caller: str) -> "asyncio.Future[None] | None":
        """The one of a caller's that waits longest, if any; the caller goes to the end of the line."""
        queue = self._queues.pop(caller, deque())
        while queue:
            turn = queue.popleft()
            if not turn.done():
                if queue:
                    self._queues[caller] = queue
                return turn
        return None


def _lessen(counter: Counter[str], caller: str) -> None:
    """One less; a caller without any is not kept."""
    counter[caller] -= 1
    if not counter[caller]:
        del counter[caller]

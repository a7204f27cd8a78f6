"""A write service's desk: for each root, take what came, judge and record it, answer, acknowledge.

The answer goes out after the commit. What is taken and not acknowledged comes again: it is then found in the
ledger and gets its first answer. So nothing is lost and nothing is judged twice, whatever ends in between.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache

import asyncpg
from nats.aio.client import Client
from nats.aio.msg import Msg

from shared.broker import subjects
from shared.broker.outbox import publish_all
from shared.broker.pubacks import is_stray_puback
from shared.broker.pull import StandingPull
from shared.broker.room import Room
from shared.codec.canonical import canonical
from shared.domain.emission import Caller
from shared.domain.root import Root
from shared.hosting.logs import name_of, without_words
from shared.intake.watch import Batch, Watch, make_watch
from shared.ledger.answers import Outcome
from shared.ledger.arrivals import Arrival, arrive, read_ahead
from shared.ledger.pool import Connection, Pool
from shared.ledger.recording import record
from shared.ledger.tail import catch_up, roots

_log = logging.getLogger("parledger.intake")
_LOOK_FOR_ROOTS = 0.5
_SLOWEST_RETRY = 5.0
_AT_A_TIME = 40
"""Messages read without looking whether PostgreSQL or NATS have answered: half a millisecond."""

FAIR = 125
"""Messages of a root that are judged at once while other roots wait for their turn."""

Taken = Callable[[str], bool]
"""Does this service answer emissions sent under this type?"""


@dataclass(slots=True)
class Desk:
    """One write service at work on every root.

    `durable` is its consumer, `takes` tells which types it answers; so many roots are `waiting` for a
    connection to PostgreSQL.
    """

    pool: Pool
    client: Client
    durable: str
    takes: Taken
    watch: Watch = field(default_factory=make_watch)
    room: Room = field(default_factory=Room)
    waiting: int = 0

    async def run(self) -> None:
        """Serve every root that is prepared, and those that come; ends when it is cancelled."""
        async with asyncio.TaskGroup() as tasks:
            served: set[str] = set()
            while True:
                for root in await self._roots():
                    if root not in served:
                        served.add(root)
                        tasks.create_task(self.serve(root))
                await asyncio.sleep(_LOOK_FOR_ROOTS)

    async def _roots(self) -> Sequence[str]:
        try:
            async with self.pool.acquire() as connection:
                return list(await roots(connection))
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
            _end_where_cancelled()
            _log.warning("cannot look for roots (%s)", type(error).__name__)
            return []

    async def serve(self, root: str) -> None:
        """Serve one root; ends when it is cancelled."""
        while True:
            pull = StandingPull(self.client, subjects.emit_stream(root), self.durable, room=self.room)
            try:
                await pull.start()
                await self._take_in(root, pull)
            except Exception as error:
                _end_where_cancelled()
                _log.warning("the desk for %s starts again", root, extra={"why": without_words(error)})
                await asyncio.sleep(_LOOK_FOR_ROOTS)
            finally:
                await pull.stop()

    async def _take_in(self, root: str, pull: StandingPull) -> None:
        """Judge batch after batch; while one is being committed, the last is answered and the next read."""
        state = Root(root)
        async with asyncio.TaskGroup() as tasks:
            coming = tasks.create_task(self._read(pull))
            answered = tasks.create_task(_nothing())
            while True:
                last, arrivals = await coming
                coming = tasks.create_task(self._read(pull))
                batch = self.watch.batch(root)
                outcomes: Sequence[Outcome | None] = ()
                if arrivals:
                    state, outcomes = await self._record(state, arrivals, batch)
                await answered
                answered = tasks.create_task(self._answer(pull, last, batch, arrivals, outcomes))

    async def _read(self, pull: StandingPull) -> tuple[Msg, list[Arrival]]:
        """The last message of the next batch, and those of it that this service answers.

        Read by few at a time: the batch that is being recorded goes first whenever it can.
        """
        messages = await pull.take(FAIR if self.waiting else None)
        arrivals = list[Arrival]()
        for start in range(0, len(messages), _AT_A_TIME):
            for message in messages[start : start + _AT_A_TIME]:
                if arrival := self._arrival(message):
                    read_ahead(arrival)
                    arrivals.append(arrival)
            await asyncio.sleep(0)
        return messages[-1], arrivals

    def _arrival(self, message: Msg) -> Arrival | None:
        """What a message brings, where it is an emission for this service.

        A tenant may have the server acknowledge to any subject, so an acknowledgement may stand in any feed.
        """
        if is_stray_puback(message.data):
            return None
        try:
            caller = caller_of(message.subject)
        except ValueError:
            _log.warning("passed over what nobody may emit, %d bytes", len(message.data))
            return None
        return arrive(caller, message.data) if self.takes(caller.type) else None

    async def _record(
        self, state: Root, arrivals: Sequence[Arrival], batch: Batch
    ) -> tuple[Root, Sequence[Outcome | None]]:
        """Record a batch, trying again until it is committed; the state to go on with, and the outcomes."""
        wait = 0.05
        while True:
            try:
                async with self._turn() as connection:
                    if not state.position:
                        await catch_up(connection, state, with_salts=True)
                    batch.begins()
                    outcomes = await record(connection, state, arrivals)
                    batch.committed()
                    return state, outcomes
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
                _end_where_cancelled()
                _log.warning(
                    "%s: a batch of %d was not recorded, trying again: %s",
                    state.name,
                    len(arrivals),
                    name_of(error),
                )
                state = Root(state.name)
                await asyncio.sleep(wait)
                wait = min(2 * wait, _SLOWEST_RETRY)

    @asynccontextmanager
    async def _turn(self) -> AsyncGenerator[Connection]:
        """A connection, when it is this root's turn: roots come by it in the order in which they ask."""
        self.waiting += 1
        try:
            connection = await self.pool.acquire()
        finally:
            self.waiting -= 1
        try:
            yield connection
        finally:
            await self.pool.release(connection)

    async def _answer(
        self,
        pull: StandingPull,
        last: Msg,
        batch: Batch,
        arrivals: Sequence[Arrival],
        outcomes: Sequence[Outcome | None],
    ) -> None:
        """Tell the outcomes of a batch that is committed, then acknowledge it.

        In this order on one connection: where the acknowledgement has come, the outcomes have.
        """
        if arrivals:
            told = [
                (_outcome_subject(arrival), canonical(outcome))
                for arrival, outcome in zip(arrivals, outcomes, strict=True)
                if outcome is not None
            ]
            await publish_all(self.client, [*told, (subjects.wake_subject(batch.root), b"")])
        await pull.ack(last)
        if arrivals:
            batch.answered(arrivals, outcomes)


def _end_where_cancelled() -> None:
    """Raise CancelledError if the task that runs was cancelled: an error may have taken its place.

    A transaction whose connection is gone ends by the error of its rollback, whatever it was ended by.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def _nothing() -> None:
    """Nothing is to be answered yet."""


@lru_cache(maxsize=4096)
def caller_of(subject: str) -> Caller:
    """Who sent on this subject, as the server vouches for it."""
    sender = subjects.parse_emit_subject(subject)
    return Caller(sender.tenant, sender.root, sender.type, sender.roles, sender.areas, sender.actor)


def _outcome_subject(arrival: Arrival) -> str:
    if arrival.id is None:
        return subjects.malformed_subject(arrival.caller.tenant, arrival.raw)
    return _outcomes_before_id(arrival.caller.tenant) + arrival.key


@lru_cache(maxsize=4096)
def _outcomes_before_id(tenant: str) -> str:
    return subjects.outcomes_of(tenant).removesuffix(">")

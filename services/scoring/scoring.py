"""The projector at work: recorded events from the feed, in batches, to rows of the read model.

The feed tells what is new; the ledger fills in where the feed does not reach (a start, a gap, a restored
feed).
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import time_ns

from nats.aio.client import Client
from nats.aio.msg import Msg

from services.scoring.projection import Changes, Projection
from services.scoring.store import SQL, Moved, write
from services.scoring.watch import Watch, make_watch
from shared.broker.pull import StandingPull
from shared.broker.subjects import RECORDED, SCORING
from shared.codec.envelope import instant, microseconds
from shared.codec.feed import FeedEvent, read_feed_event
from shared.codec.shapes import decode_data
from shared.domain.events import Recorded
from shared.domain.root import Root
from shared.ledger.pool import Pool
from shared.ledger.tail import pages, roots

_log = logging.getLogger("parledger.scoring")
_BATCH = 1_000
ROOTS_AT_A_TIME = 3
"""Roots whose rows are written at once; catching up takes two connections of each."""


@dataclass(slots=True)
class Scoring:
    """One projector for every root. `reached`: as of which position its rows stand, for who measures it."""

    pool: Pool
    client: Client
    projections: dict[str, Projection] = field(default_factory=dict[str, Projection])
    reached: dict[str, int] = field(default_factory=dict[str, int])
    watch: Watch = field(default_factory=make_watch)
    places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(ROOTS_AT_A_TIME))

    async def run(self) -> None:
        """Project what is recorded, as it is told, until it is cancelled or fails; then start it anew."""
        self.projections.clear()
        async with self.pool.acquire() as connection:
            for root in await roots(connection):
                await self._catch_up(root)
        pull = StandingPull(self.client, RECORDED, SCORING, batch=_BATCH)
        await pull.start()
        try:
            while True:
                messages = await pull.take()
                await self._project(_by_root(messages))
                await pull.ack(messages[-1])
        finally:
            await pull.stop()

    async def _project(self, by_root: Mapping[str, Sequence[FeedEvent]]) -> None:
        """Project what came of each root: a few roots at a time, so that one that is slow holds up few.

        Errors: the first of any; the others' rows are written all the same.
        """

        async def one(root: str, events: Sequence[FeedEvent]) -> None:
            async with self.places:
                began = time_ns()
                await self._take_in(root, events)
                self.watch.projected(root, events, began)

        ended = await asyncio.gather(
            *(one(root, events) for root, events in by_root.items()), return_exceptions=True
        )
        for error in ended:
            if error is not None:
                raise error

    async def _take_in(self, root: str, events: Sequence[FeedEvent]) -> None:
        """Project a root's events of one batch.

        Those it has are passed over, a gap is filled from the ledger.
        """
        projection = self.projections.get(root)
        if projection is None or events[0].position > projection.root.position + 1:
            await self._catch_up(root)
            projection = self.projections[root]
        fresh = [event for event in events if event.position > projection.root.position]
        if not fresh:
            return
        if [event.position for event in fresh] != list(
            range(projection.root.position + 1, fresh[-1].position + 1)
        ):
            await self._catch_up(root)
            return
        expected = projection.root.position
        for event in fresh:
            projection.apply(_recorded(event))
        try:
            await self._write(projection, expected)
        except Moved:
            await self._catch_up(root)

    async def _catch_up(self, root: str) -> None:
        """Fold the ledger up to where the rows stand, then project what came after it."""
        self.projections.pop(root, None)
        projection = Projection(Root(root))
        async with self.pool.acquire() as connection:
            standing = self.reached[root] = await connection.fetchval(SQL["progress"], root) or 0
            async for page in pages(connection, root, 0):
                expected = max(projection.root.position, standing)
                for event in page:
                    projection.apply(event)
                    if event.position == standing:
                        projection.changes = Changes()
                if projection.root.position > standing:
                    await self._write(projection, expected)
                projection.changes = Changes()
        self.projections[root] = projection

    async def _write(self, projection: Projection, expected: int) -> None:
        async with self.pool.acquire() as connection:
            await write(connection, projection, expected)
        self.reached[projection.root.name] = projection.root.position
        projection.changes = Changes()


def _by_root(messages: Sequence[Msg]) -> dict[str, list[FeedEvent]]:
    found: dict[str, list[FeedEvent]] = {}
    for message in messages:
        event = read_feed_event(message.data)
        found.setdefault(event.root, []).append(event)
    return found


def _recorded(event: FeedEvent) -> Recorded:
    shape = int(event.dataschema.rpartition("/")[2])
    return Recorded(
        root=event.root,
        position=event.position,
        stream=event.subject,
        version=event.version,
        event_id=event.id,
        name=event.type,
        shape=shape,
        source=event.source,
        actor=event.actor,
        occurred=event.time,
        recorded_us=microseconds(instant(event.recordedat)),
        data=decode_data(event.type, shape, event.data),
    )

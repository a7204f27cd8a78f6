"""From the ledger to the feed: every event once, in order, without a gap per root.

The ledger is the outbox, the feed's own last message tells how far it was told. Each publish names the
sequence that the root's last message must have: the server refuses a relay that is not up to date (error
10071), which then looks again.
"""

import asyncio
import json
import logging
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import time_ns

import msgspec
from asyncpg import Record
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from services.relay.publisher import Message, Publisher
from services.relay.watch import Watch, make_watch
from shared.broker import subjects
from shared.codec.envelope import time_text
from shared.codec.feed import FeedEvent, write_feed_event
from shared.codec.names import parse_subject
from shared.hosting.logs import name_of
from shared.ledger.pool import Pool
from shared.ledger.records import read_body
from shared.ledger.statements import load
from shared.ledger.tail import roots

_SQL = load("shared.ledger.sql", "ledger.sql")
_log = logging.getLogger("parledger.relay")
_PAGE = 1_000
_MOST_UNDER_WAY = 2_000
"""Events that were published and are not acknowledged, of all roots, before more are read."""
_POLL = 0.25
_BREATH = 0.01
"""Seconds from one round of telling to the next, or twice what it took: what comes meanwhile is one page."""
_ACKNOWLEDGED_WITHIN = 10.0
_EXPECTED = "Nats-Expected-Last-Subject-Sequence"
_OF = "Nats-Expected-Last-Subject-Sequence-Subject"


@dataclass(frozen=True, slots=True)
class _Told:
    """How far a root was told: the last position, and its sequence in the feed (0, 0 where nothing was)."""

    position: int
    sequence: int


_NOTHING_TOLD = _Told(0, 0)


@dataclass(frozen=True, slots=True)
class _Page:
    """A root's page that was published: `waiting` for the feed's acknowledgement; then told up to `end`."""

    root: str
    rows: list[Record]
    began: int
    waiting: asyncio.Future[int]
    end: _Told


@dataclass(slots=True)
class Relay:
    """One relay at work. It reads the ledger and publishes on `par.recorded.…`; it can do nothing else.

    `reached` is how far each root was told, kept for who measures it, also while the feed is away.
    """

    pool: Pool
    client: Client
    publisher: Publisher = field(init=False)
    watch: Watch = field(default_factory=make_watch)
    told: dict[str, _Told] = field(default_factory=dict[str, _Told])
    reached: dict[str, int] = field(default_factory=dict[str, int])
    last_sequence: int = 0

    async def run(self) -> None:
        """Tell the feed what is recorded, as it is recorded, until it is cancelled or fails.

        Then start it anew.
        """
        wake, hinted, clock = asyncio.Event(), set[str](), asyncio.get_running_loop().time

        async def hint(message: Msg) -> None:
            hinted.add(subjects.root_of_wake(message.subject))
            wake.set()

        hints = await self.client.subscribe(subjects.WAKES, cb=hint)  # pyright: ignore[reportUnknownMemberType] - untyped
        await self.resume()
        try:
            more = await self.tell_all()
            while True:
                if not more and not await _set_within(_POLL, wake):
                    more = await self.tell_all()  # a hint may have got lost
                    continue
                began = clock()
                roots_to_tell = more | hinted
                hinted.clear()
                wake.clear()
                more = await self.tell(roots_to_tell)
                if not more:
                    took = clock() - began
                    await asyncio.sleep(max(_BREATH - took, took))
        finally:
            with suppress(Exception):
                await hints.unsubscribe()
                await self.publisher.close()

    async def resume(self) -> None:
        """Forget how far the feed was told, and look at its end."""
        self.told.clear()
        self.publisher = Publisher(self.client)
        await self.publisher.open()
        info = await JetStreamContext(self.client).stream_info(subjects.RECORDED)
        self.last_sequence = info.state.last_seq

    async def tell_all(self) -> set[str]:
        """Tell a page of every root that has news; the roots that may have more. Errors: as `tell`."""
        async with self.pool.acquire() as connection:
            heads = await roots(connection)
        return await self.tell(
            root for root, head in heads.items() if root not in self.told or head > self.told[root].position
        )

    async def tell(self, news: Iterable[str]) -> set[str]:
        """Tell a page of each of these roots; those that may have more.

        Roots do not wait for each other: many pages are under way at once. Errors:
        `nats.js.errors.APIError` 10071 where this relay is not up to date.
        """
        more, under_way = set[str](), list[_Page]()
        async with self.pool.acquire() as connection:
            for root in news:
                told = self.told.get(root)
                if told is None:
                    told = self.told[root] = await self._last_told(root)
                    self.reached[root] = told.position
                rows = await connection.fetch(_SQL["feed_page"], root, told.position, _PAGE)
                if events := _readable(root, told, rows):
                    under_way.append(await self._publish(root, told, rows, events))
                    if len(rows) == _PAGE:
                        more.add(root)
                if sum(len(page.rows) for page in under_way) >= _MOST_UNDER_WAY:
                    await self._acknowledged(under_way)
                    under_way = []
        await self._acknowledged(under_way)
        return more

    async def _last_told(self, root: str) -> _Told:
        try:
            last = await JetStreamContext(self.client).get_last_msg(
                subjects.RECORDED, subjects.recorded_of(root)
            )
        except NotFoundError:
            return _NOTHING_TOLD
        return _Told(json.loads(last.data or b"{}")["position"], last.seq or 0)

    async def _publish(self, root: str, told: _Told, rows: list[Record], events: list[FeedEvent]) -> "_Page":
        began, every, before = time_ns(), subjects.recorded_of(root), told.sequence
        messages: list[Message] = []
        for event in events:
            headers = {_EXPECTED: str(before), _OF: every}
            messages.append((_subject(event), write_feed_event(event), headers))
            self.last_sequence += 1
            before = self.last_sequence
        end = _Told(events[-1].position, before)
        return _Page(root, rows, began, await self.publisher.publish(messages), end)

    async def _acknowledged(self, under_way: Sequence["_Page"]) -> None:
        """Wait until the feed has these pages; only then were they told."""
        async with asyncio.timeout(_ACKNOWLEDGED_WITHIN):
            answers = await asyncio.gather(*(page.waiting for page in under_way), return_exceptions=True)
        for answer in answers:
            if isinstance(answer, BaseException):
                raise answer
        for page in under_way:
            self.told[page.root] = page.end
            self.reached[page.root] = page.end.position
            self.watch.told(page.root, page.rows, page.began)


async def _set_within(seconds: float, event: asyncio.Event) -> bool:
    """Is it set by then?"""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()


def _readable(root: str, told: _Told, rows: list[Record]) -> list[FeedEvent]:
    """The events of a page; none where one cannot be read: that stops its own root and no other."""
    try:
        return [feed_event(root, row) for row in rows]
    except msgspec.MsgspecError as error:
        _log.error("%s: an event after position %d cannot be read: %s", root, told.position, name_of(error))
        return []


def _subject(event: FeedEvent) -> str:
    subject = parse_subject(event.subject)
    return subjects.recorded_subject(event.root, event.type, subject.unit if subject else event.root)


def feed_event(root: str, row: Record) -> FeedEvent:
    """A row of the ledger's feed page as the feed tells it."""
    body = read_body(row["body"])
    known = {"traceparent": row["traceparent"]} if row["traceparent"] else {}
    return FeedEvent(
        id=body.id,
        type=body.type,
        source=body.source,
        subject=body.subject,
        time=body.time,
        dataschema=f"{body.type}/{body.shape}",
        data=body.data,
        root=root,
        position=row["position"],
        version=body.version,
        recordedat=time_text(row["recorded_at"]),
        actor=body.actor,
        leafhash=row["leaf_hash"].hex(),
        **known,
    )

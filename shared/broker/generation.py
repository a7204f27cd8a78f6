"""One generation of a standing pull.

One subscription that brings every message once and in the stream's order.

How the order is kept. A pull consumer delivers again what was not acknowledged, once `ack_wait` is over or it
was given back; until then newer messages would come before it. So a generation begins by getting all that is
out into its hands: it gives back whatever may be out, asks for as many messages as are out, and looks again.
If all that is out by now is in its hands, it sorts it, and nothing older can come any more. If not, some of
it is not due: another generation tries again a moment later. From then on the consumer's own sequence, which
counts every delivery, tells that nothing went elsewhere; and a message whose place in the stream was seen is
a second copy of one in hand, and is dropped.
"""

import asyncio
import json
from collections import deque
from collections.abc import Callable

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.js import JetStreamContext

from shared.broker.deliveries import Deliveries, acknowledgement_subject, look, sequences, stream_sequence
from shared.broker.room import Room

HEARTBEAT = 5.0
"""Seconds between two signs of life of a request that nothing comes to."""
SILENCE = 3 * HEARTBEAT
"""Seconds of a request without a sign of life, after which it counts as lost."""
STANDS_FOR = 30.0
"""Seconds after which a request that nothing came to is made anew."""
MOST_BYTES = 1024 * 1024
"""Bytes that one request brings at most: a batch of usual messages, or three of the largest.

One stands for each root, so this times their number comes on top of what is in hand.
"""

MOST_CALLED_BACK = 10_000
"""Places in the stream that are given back at a start.

What is out further back comes when `ack_wait` is over.
"""

_A_MOMENT = 0.02
_SECOND = 1_000_000_000
_BENIGN = ("Batch Completed", "Message Size Exceeds MaxBytes", "Exceeded MaxRequestMaxBytes")


class NotYetDue(Exception):
    """Something is out that is not due yet: to go on would let newer messages overtake it.

    Try again a moment later.
    """


class Generation:
    """One subscription's life: `open`, then `take` and `acknowledge` while it is `usable`, then `close`."""

    def __init__(
        self, client: Client, stream: str, durable: str, batch: int, news: Callable[[], None], room: Room
    ) -> None:
        """`news` is called when there is something to take, or the generation ended.

        `room` bounds what all that share it have in hand.
        """
        self._client = client
        self._jetstream = JetStreamContext(client, timeout=2)
        self._stream, self._durable, self._batch = stream, durable, batch
        self._news = news
        self._room = room
        self._asking: asyncio.Task[None] | None = None
        self._inbox = client.new_inbox()
        self._next = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}"
        self._reconnects = client.stats["reconnects"]
        self._subscription: Subscription | None = None
        self._opened = False
        self._in_hand: deque[Msg] = deque()
        self._taken: deque[Msg] = deque()
        self._bytes = 0
        self._highest = 0
        self._delivered = 0
        self._request = 0
        self._remaining = 0
        self._came = 0
        self._asked = self._heard = 0.0
        self._request_over = asyncio.Event()
        self.over = asyncio.Event()
        self.why = ""

    # --- its life

    async def open(self) -> None:
        """Gets into its hands all that is out, then asks for more. NotYetDue, or an error of nats'."""
        # No bytes are too many here: what may come is bounded by what is asked for.
        self._subscription = await self._client.subscribe(  # pyright: ignore[reportUnknownMemberType]
            f"{self._inbox}.*", cb=self._receive, pending_bytes_limit=0
        )
        before = await self._look()
        self._delivered = before.delivered
        if before.out:
            await self._call_back(before)
            await self._gather(before.out)
            now = await self._look()
            older = [message for message in self._in_hand if stream_sequence(message) > now.floor]
            if now.out != len(older) or now.delivered != self._delivered:
                raise NotYetDue
            self._in_hand = deque(sorted(older, key=stream_sequence))
        self._highest = max(before.newest, *map(stream_sequence, self._in_hand), 0)
        self._opened = True
        await self._ask()
        self._news()

    async def close(self) -> None:
        """Ends the subscription and gives back what is not acknowledged, so that it is due at once."""
        self.end("closed")
        held = (*self._taken, *self._in_hand)
        self._room.leave(sum(len(message.data) for message in held))
        if self._subscription is None or self._client.is_closed:
            return
        await self._subscription.unsubscribe()
        if self._client.is_connected:
            for message in held:
                await self._client.publish(message.reply, b"-NAK")
            await self._client.flush(2)

    def end(self, why: str) -> None:
        """Ends it: nothing of it can be taken or acknowledged any more."""
        if not self.over.is_set():
            self.why = why
            self.over.set()
            self._request_over.set()
            self._news()

    def check(self) -> None:
        """Ends it if the connection is another one by now, or its request has been silent for too long."""
        if not self._is_connected():
            self.end("the connection was lost")
        elif self._remaining and asyncio.get_running_loop().time() - self._heard > SILENCE:
            self.end(f"no sign of life for {SILENCE} s")

    # --- what its owner does with it

    @property
    def usable(self) -> bool:
        """Whether what is in hand may be taken.

        It was opened, did not end, and the connection is still the same.
        """
        return self._opened and not self.over.is_set() and self._is_connected()

    async def take(self, most: int | None = None) -> list[Msg]:
        """What is in hand, at most a batch, or so many, in order.

        Nothing if there is none or the generation is not usable.
        """
        if not self.usable:
            return []
        number = min(most or self._batch, self._batch, len(self._in_hand))
        # Before they leave our hands: whoever is cancelled while asking has taken nothing.
        await self._ask(number)
        if not self.usable:
            return []
        batch = [self._in_hand.popleft() for _ in range(number)]
        self._bytes -= sum(len(message.data) for message in batch)
        self._taken.extend(batch)
        return batch

    async def acknowledge(self, last: Msg) -> None:
        """Acknowledges a message that was taken, and all before it. One of another generation: nothing."""
        if not self.usable or not any(message is last for message in reversed(self._taken)):
            return
        await self._client.publish(last.reply)
        done = [self._taken.popleft()]
        while done[-1] is not last:
            done.append(self._taken.popleft())
        self._room.leave(sum(len(message.data) for message in done))
        await self._ask()

    # --- asking

    async def _ask(self, leaving: int = 0) -> None:
        """Asks for as many as there is room for, unless a request stands or it is less than half a batch."""
        room = self._batch - len(self._in_hand) + leaving
        full = room < max(1, self._batch // 2) or (self._bytes > MOST_BYTES // 2 and room < self._batch)
        if self._remaining or full or self.over.is_set():
            return
        if self._room.full and (self._in_hand or self._taken):
            self._room.call(self._ask_again)
            return
        await self._send(
            room, {"expires": int(STANDS_FOR * _SECOND), "idle_heartbeat": int(HEARTBEAT * _SECOND)}
        )

    def _ask_again(self) -> None:
        """There is room again."""
        if self.usable:
            self._asking = asyncio.create_task(self._ask())

    async def _call_back(self, state: Deliveries) -> None:
        """Makes what is out due at once, by its place in the stream.

        We need not have received it to give it back.
        """
        last = state.newest
        for place in range(max(state.floor, last - MOST_CALLED_BACK) + 1, last + 1):
            subject = acknowledgement_subject(self._stream, self._durable, place, state.delivered)
            await self._client.publish(subject, b"-NAK")
        await self._client.flush(2)
        await asyncio.sleep(_A_MOMENT)

    async def _gather(self, out: int) -> None:
        """Asks for as many as are out, as long as something comes."""
        came = -1
        while len(self._in_hand) < out and len(self._in_hand) > came and not self.over.is_set():
            came = len(self._in_hand)
            self._request_over.clear()
            await self._send(out - came, {"no_wait": True})
            async with asyncio.timeout(2):
                await self._request_over.wait()

    async def _send(self, batch: int, how: dict[str, object]) -> None:
        self._request += 1
        self._remaining, self._came = batch, 0
        self._asked = self._heard = asyncio.get_running_loop().time()
        request = {"batch": batch, "max_bytes": MOST_BYTES, **how}
        await self._client.publish(
            self._next, json.dumps(request).encode(), reply=f"{self._inbox}.{self._request}"
        )

    async def _look(self) -> Deliveries:
        return await look(self._jetstream, self._stream, self._durable)

    # --- what comes

    async def _receive(self, message: Msg) -> None:
        self._heard = asyncio.get_running_loop().time()
        if message.subject.startswith(self._inbox):
            return await self._hear(message)
        stream, consumer = sequences(message)
        if consumer != self._delivered + 1 and not self.over.is_set():
            self.end("a message went elsewhere")
        self._delivered = consumer
        if self._opened and not self.over.is_set():
            if stream <= self._highest:
                return await self._after_message()
            self._highest = stream
        self._bytes += len(message.data)
        self._room.take(len(message.data))
        self._in_hand.append(message)
        self._news()
        return await self._after_message()

    async def _after_message(self) -> None:
        self._came += 1
        self._remaining = max(0, self._remaining - 1)
        if not self._remaining:
            await self._after_request()

    async def _hear(self, sign: Msg) -> None:
        """A sign of the server's, not a message: a heartbeat, or the end of a request."""
        headers = sign.headers or {}
        status, description = headers.get("Status", ""), headers.get("Description", "")
        if status == "100" or sign.subject != f"{self._inbox}.{self._request}":
            return
        self._remaining = 0
        if status in {"404", "408"} or description.startswith(_BENIGN):
            await self._after_request()
        else:
            self.end(f"the server answered {status} {description}")

    async def _after_request(self) -> None:
        self._request_over.set()
        if not self._opened:
            return
        lived = asyncio.get_running_loop().time() - self._asked
        if self._came == 0 and lived < 1:
            return self.end("a request ended at once, without a message")
        await self._ask()

    def _is_connected(self) -> bool:
        return self._client.is_connected and self._client.stats["reconnects"] == self._reconnects

"""One tenant's connection to the broker, with the tenant's own token: what HTTP brings goes the way of all.

The broker asks the callout who it is, grants what the token grants and no more, and closes the connection
when the token expires. It never mends itself: whoever needs it next opens another.
"""

import asyncio
import contextlib
import json
from typing import Any, cast

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from services.ingest.door.caller import Bearer
from shared.broker.sturdy import withstand
from shared.broker.subjects import emit_subject, inbox_prefix, outcomes_of

_NO_RESPONDERS = "503"
_TOO_LARGE = 10054


class CourierError(Exception):
    """An emission has no outcome."""


class FeedAway(CourierError):
    """The broker, or the root's feed at it, is not there; it may have taken the emission."""


class FeedFull(CourierError):
    """The feed has no room at the moment."""


class FeedTakesLess(CourierError):
    """The emission has more bytes than the feed takes."""


class Rejected(CourierError):
    """The broker rejects the token."""


class Unanswered(CourierError):
    """No outcome came in time; the emission may yet be recorded."""


class Courier:
    """Publishes as one bearer, and hears the outcomes of the bearer's unit. Made by `open`."""

    def __init__(self, bearer: Bearer) -> None:
        self.lost = False
        self._caller = bearer.caller
        self._client = Client()
        self._inbox = ""
        self._number = 0
        self._feed: dict[int, asyncio.Future[None]] = {}
        self._outcomes: dict[str, asyncio.Future[bytes]] = {}

    @classmethod
    async def open(cls, url: str, bearer: Bearer) -> "Courier":
        """Connect. Raises `Rejected` or `FeedAway`."""
        courier = cls(bearer)
        try:
            await courier._connect(url, bearer)
        except (nats.errors.Error, OSError, TimeoutError) as error:
            await courier.close()
            if "authorization" in str(error).lower():
                raise Rejected(str(error)) from error
            raise FeedAway(f"{type(error).__name__}: {error}") from error
        except BaseException:
            await courier.close()
            raise
        return courier

    async def deliver(self, raw: bytes, type_: str, key: str, within: float) -> bytes:
        """Publish an emission under its type, and wait for its outcome, which is told under `key`.

        One at a time under a key. Raises `FeedAway`, `FeedFull`, `FeedTakesLess` or `Unanswered`.
        """
        loop = asyncio.get_running_loop()
        self._number += 1
        number = self._number
        taken, outcome = self._feed[number], self._outcomes[key] = loop.create_future(), loop.create_future()
        try:
            async with asyncio.timeout(within):
                await self._publish(type_, raw, number)
                await asyncio.wait({taken, outcome}, return_when=asyncio.FIRST_COMPLETED)
                if not outcome.done():
                    taken.result()
                return await outcome
        except TimeoutError as error:
            raise Unanswered from error
        finally:
            del self._feed[number], self._outcomes[key]
            for future in (taken, outcome):
                if not future.cancel() and not future.cancelled():
                    future.exception()  # heard, whichever came first

    async def close(self) -> None:
        """Close the connection; who still waits hears that it is away."""
        self._lose()
        with contextlib.suppress(nats.errors.Error, OSError, TimeoutError):
            async with asyncio.timeout(3):
                await self._client.close()

    async def _connect(self, url: str, bearer: Bearer) -> None:
        await self._client.connect(
            servers=[url],
            token=bearer.token,
            name=f"parledger-http {self._caller.tenant}",
            inbox_prefix=inbox_prefix(self._caller.tenant),
            error_cb=_silent,
            closed_cb=self._closed,
            disconnected_cb=self._closed,
            allow_reconnect=False,
            max_reconnect_attempts=1,
            connect_timeout=5,
        )
        if not self._client.is_connected:
            raise FeedAway("the broker closed the connection at once")
        withstand(self._client)
        self._inbox = self._client.new_inbox()
        mine = outcomes_of(self._caller.tenant).removesuffix(">")
        await self._hear(f"{self._inbox}.*", self._heard_feed)
        await self._hear(f"{mine}*", self._heard_outcome)
        await self._hear(f"{mine}malformed.*", self._heard_outcome)
        await self._client.flush(timeout=5)

    async def _hear(self, subject: str, callback: Any) -> None:
        await self._client.subscribe(subject, cb=callback)  # pyright: ignore[reportUnknownMemberType] - nats-py's own gap

    async def _publish(self, type_: str, raw: bytes, number: int) -> None:
        subject = emit_subject(self._caller.tenant, type_, self._caller.as_)
        try:
            await self._client.publish(subject, raw, reply=f"{self._inbox}.{number}")
        except nats.errors.MaxPayloadError as error:
            raise FeedTakesLess from error
        except (nats.errors.Error, OSError) as error:
            self._lose()
            raise FeedAway(f"{type(error).__name__}: {error}") from error

    async def _heard_feed(self, message: Msg) -> None:
        future = self._feed.get(int(message.subject.rpartition(".")[2]))
        if future is None or future.done():
            return
        fault = _fault_of(message)
        if fault is None:
            future.set_result(None)
        else:
            future.set_exception(fault)

    async def _heard_outcome(self, message: Msg) -> None:
        future = self._outcomes.get(message.subject.rpartition(".")[2])
        if future is not None and not future.done():
            future.set_result(message.data)

    async def _closed(self) -> None:
        self._lose()

    def _lose(self) -> None:
        self.lost = True
        for future in (*self._feed.values(), *self._outcomes.values()):
            if not future.done():
                future.set_exception(FeedAway("the connection is lost"))
                future.exception()  # whoever waits still gets it; nobody has to


def _fault_of(message: Msg) -> CourierError | None:
    """What keeps the feed from taking it; None where it took it."""
    if (message.headers or {}).get("Status") == _NO_RESPONDERS:
        return FeedAway("the root has no feed")
    answer = cast("dict[str, dict[str, Any]]", json.loads(message.data))
    if "error" not in answer:
        return None
    return FeedTakesLess() if answer["error"].get("err_code") == _TOO_LARGE else FeedFull()


async def _silent(_error: Exception) -> None:
    """What goes wrong is heard by whoever waits."""

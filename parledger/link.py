"""One connection to the broker, until it is lost. It never mends itself.

A library that reconnects by itself sends what lay in its buffer, and what was lost in the socket never, so
the order would break. Here whoever holds the link opens a new one and sends everything without an outcome
again.
"""

import asyncio
import contextlib
import json
import re
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Any, Protocol

import nats.errors
from nats.aio.client import Client as Broker
from nats.aio.msg import Msg

from parledger.bearer import Bearer
from parledger.errors import NotPermitted, TooLargeForTheFeed, Unauthorized, Unavailable

_DENIED = re.compile(r"permissions violation for (publish|subscription) to \"([^\"]*)\"", re.IGNORECASE)
_NO_RESPONDERS = "503"
_LARGER_THAN_THE_FEED_TAKES = 10054


class FeedAnswer(Enum):
    """What the feed says to a publish. `ACCEPTED` promises nothing: the outcome does."""

    ACCEPTED = "accepted"
    NO_ROOM = "no room"
    TOO_LARGE = "too large"
    NO_FEED = "no feed"


class Listener(Protocol):
    """Who holds a link and hears what comes of it."""

    def heard_outcome(self, key: str, raw: bytes) -> None:
        """An outcome, by id or digest."""
        ...

    def heard_feed(self, number: int, answer: FeedAnswer) -> None:
        """What the feed says to what was sent under this number."""
        ...

    def heard_denial(self, subject: str) -> None:
        """Publishing on this subject (in whatever case) is not permitted."""
        ...

    def heard_loss(self) -> None:
        """The link is lost."""
        ...


class Link:
    """One connection of a bearer. Made by `open`."""

    def __init__(self, bearer: Bearer, listener: Listener) -> None:
        self.lost = False
        self._bearer = bearer
        self._listener = listener
        self._broker = Broker()
        self._inbox = ""
        self._may_not_hear: str | None = None

    @classmethod
    async def open(cls, servers: list[str], token: str, bearer: Bearer, listener: Listener) -> "Link":
        """Connect and hear outcomes. Raises `Unavailable`, `Unauthorized` or `NotPermitted`."""
        link = cls(bearer, listener)
        try:
            await link._connect(servers, token)
            await link._listen()
        except (nats.errors.Error, OSError) as error:
            await link.close()
            raise _explained(error, servers) from error
        except BaseException:
            await link.close()
            raise
        return link

    async def send(self, subject: str, payload: bytes, number: int) -> None:
        """Publish; the feed answers by `heard_feed`.

        A lost link sends nothing. Raises `TooLargeForTheFeed`.
        """
        try:
            await self._broker.publish(subject, payload, reply=f"{self._inbox}.{number}")
        except nats.errors.MaxPayloadError as error:
            raise TooLargeForTheFeed(too_large(len(payload))) from error
        except (nats.errors.Error, OSError):
            self._lose()

    async def close(self) -> None:
        """Close the connection, within seconds also where the broker does not answer."""
        self.lost = True
        with contextlib.suppress(nats.errors.Error, OSError):
            async with asyncio.timeout(3):
                await self._broker.close()
                transport = self._broker._transport  # pyright: ignore[reportPrivateUsage]
                if transport is not None:
                    # nats-py may still be closing it, in a task that nobody waits for
                    transport.close()
                    await transport.wait_closed()

    async def _connect(self, servers: list[str], token: str) -> None:
        await self._broker.connect(
            servers=servers,
            token=token,
            name=f"parledger {self._bearer.tenant}",
            inbox_prefix=self._bearer.inbox_prefix(),
            error_cb=self._hear_error,
            closed_cb=self._hear_close,
            allow_reconnect=False,
            max_reconnect_attempts=1,
            reconnect_time_wait=0,
            connect_timeout=5,
            flush_timeout=5,
            ping_interval=10,
        )
        if not self._broker.is_connected:
            # Who waits two seconds for its token to be read is pinged by the broker; nats-py is lost then.
            raise Unavailable(
                f"the broker at {', '.join(servers)} takes too long to read the token: "
                "is the whole platform running?"
            )

    async def _listen(self) -> None:
        self._inbox = self._broker.new_inbox()
        await self._hear(f"{self._inbox}.*", self._hear_feed)
        for pattern in self._bearer.outcome_patterns():
            await self._hear(pattern, self._hear_outcome)
        # nats-py lets its first question overtake the subscriptions, so that its answer says nothing of them.
        await self._broker.flush(timeout=5)
        await self._broker.flush(timeout=5)
        if self._may_not_hear is not None:
            raise NotPermitted(
                f"the broker does not let this token listen on {self._may_not_hear}: "
                "the claims are not those that the broker granted; get a new token"
            )

    async def _hear(self, pattern: str, callback: Callable[[Msg], Awaitable[None]]) -> None:
        await self._broker.subscribe(pattern, cb=callback)  # pyright: ignore[reportUnknownMemberType] - nats-py's own gap

    async def _hear_outcome(self, message: Msg) -> None:
        self._listener.heard_outcome(message.subject.rpartition(".")[2], message.data)

    async def _hear_feed(self, message: Msg) -> None:
        self._listener.heard_feed(int(message.subject.rpartition(".")[2]), _feed_answer(message))

    async def _hear_error(self, error: Exception) -> None:
        denied = _DENIED.search(str(error))
        if denied is None:
            return
        if denied[1].lower() == "publish":
            self._listener.heard_denial(denied[2])
        else:
            self._may_not_hear = denied[2]

    async def _hear_close(self) -> None:
        self._lose()

    def _lose(self) -> None:
        if not self.lost:
            self.lost = True
            self._listener.heard_loss()


def too_large(size: int) -> str:
    """What to say about an emission of so many bytes."""
    return (
        f"the emission has {size:,} bytes, more than the feed takes (300 KiB); "
        "make it smaller: 64 KiB at most, a rubric 256 KiB"
    )


def _feed_answer(message: Msg) -> FeedAnswer:
    if (message.headers or {}).get("Status") == _NO_RESPONDERS:
        return FeedAnswer.NO_FEED
    answer: dict[str, Any] = json.loads(message.data)
    if "error" not in answer:
        return FeedAnswer.ACCEPTED
    if answer["error"].get("err_code") == _LARGER_THAN_THE_FEED_TAKES:
        return FeedAnswer.TOO_LARGE
    return FeedAnswer.NO_ROOM


def _explained(error: Exception, servers: list[str]) -> Unauthorized | Unavailable:
    if "authorization" in str(error).lower() or "authentication" in str(error).lower():
        return Unauthorized(
            "the broker rejects the token: it has expired, or the platform does not trust its issuer; "
            "get a new one with `parledger token`, or from your issuer"
        )
    told = str(error) or type(error).__name__
    return Unavailable(
        f"cannot reach the broker at {', '.join(servers)} ({told}): "
        "is the platform running, and is the address right?"
    )

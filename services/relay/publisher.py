"""Publishing to a feed by pages, without waiting for each acknowledgement.

The client library's own way (nats-py 2.16, `publish_async`) raises a server's refusal where nobody hears it
and leaves its future pending; so the acknowledgements come to a subscription of ours.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.js.errors import APIError

from shared.broker.outbox import with_headers, write_all

Message = tuple[str, bytes, Mapping[str, str]]
"""Subject, payload, headers."""


@dataclass(slots=True)
class Publisher:
    """Publishes on one connection; `open` first, `close` at the end."""

    client: Client
    _inbox: str = ""
    _hears: Subscription | None = None
    _waiting: dict[str, asyncio.Future[int]] = field(default_factory=dict[str, "asyncio.Future[int]"])
    _number: int = 0

    async def open(self) -> None:
        """Listen for acknowledgements."""
        self._inbox = self.client.new_inbox()
        self._hears = await self.client.subscribe(  # pyright: ignore[reportUnknownMemberType] - untyped
            f"{self._inbox}.*", cb=self._acknowledged
        )

    async def close(self) -> None:
        """Stop listening; what was not acknowledged is cancelled."""
        if self._hears is not None and not self.client.is_closed:
            await self._hears.unsubscribe()
        for future in self._waiting.values():
            future.cancel()
        self._waiting.clear()

    async def publish(self, messages: Sequence[Message]) -> "asyncio.Future[int]":
        """Publish in one write; the last one alone is acknowledged.

        Each names the sequence before it, so the server keeps the last only where it has kept all. The future
        is the last one's sequence in the feed, or the server's refusal as `nats.js.errors.APIError`.
        """
        self._number += 1
        key = str(self._number)
        future = self._waiting[key] = asyncio.get_running_loop().create_future()
        last = len(messages) - 1
        written = [
            with_headers(subject, payload, headers, f"{self._inbox}.{key}" if n == last else "")
            for n, (subject, payload, headers) in enumerate(messages)
        ]
        await write_all(self.client, written, max(len(payload) for _, payload, _ in messages))
        return future

    async def _acknowledged(self, message: Msg) -> None:
        future = self._waiting.pop(message.subject.rpartition(".")[2], None)
        if future is None or future.done():
            return
        answer: dict[str, Any] = json.loads(
            message.data or b'{"error": {"description": "nobody keeps this feed", "code": 503}}'
        )
        if "error" in answer:
            future.set_exception(APIError(**answer["error"]))
        else:
            future.set_result(int(answer["seq"]))

"""Publishing to a feed without waiting for each acknowledgement.

The client library's own way (nats-py 2.16, `publish_async`) raises a server's refusal where nobody hears it
and leaves its future pending; so the acknowledgements come to a subscription of ours.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.js.errors import APIError


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

    async def publish(
        self, subject: str, payload: bytes, headers: Mapping[str, str]
    ) -> "asyncio.Future[int]":
        """Publish.

        The future is the sequence in the feed, or the server's refusal as `nats.js.errors.APIError`.
        """
        self._number += 1
        key = str(self._number)
        future = self._waiting[key] = asyncio.get_running_loop().create_future()
        await self.client.publish(subject, payload, reply=f"{self._inbox}.{key}", headers=dict(headers))
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

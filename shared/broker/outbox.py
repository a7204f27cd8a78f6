"""Many messages in one write: for a batch's outcomes.

The client library (nats-py 2.16) takes them one by one, each with a coroutine, a look at its subject and a
wake-up of its writer; that is a third of what a batch's answers cost (`docs/performance.md`).
"""

from collections.abc import Sequence

from nats.aio.client import Client
from nats.errors import (
    ConnectionClosedError,
    ConnectionDrainingError,
    MaxPayloadError,
    OutboundBufferLimitError,
)

_END = b"\r\n"


async def publish_all(client: Client, messages: Sequence[tuple[str, bytes]]) -> None:
    """Publish (subject, payload) in order, as `client.publish` would; the subjects are ours, without spaces.

    Errors: those of `client.publish`; then none of them is sent. While the connection is lost they wait for
    the next one, up to the client's bound.
    """
    if client.is_closed:
        raise ConnectionClosedError
    if client.is_draining_pubs:
        raise ConnectionDrainingError
    if any(len(payload) > client.max_payload for _, payload in messages):
        raise MaxPayloadError
    written = bytearray()
    for subject, payload in messages:
        written += f"PUB {subject} {len(payload)}\r\n".encode()
        written += payload
        written += _END
    if not client.is_connected and client.pending_data_size + len(written) > _most_pending(client):
        raise OutboundBufferLimitError
    client.stats["out_msgs"] += len(messages)
    client.stats["out_bytes"] += sum(len(payload) for _, payload in messages)
    await client._send_command(bytes(written))  # pyright: ignore[reportPrivateUsage]
    await client._flush_pending()  # pyright: ignore


def _most_pending(client: Client) -> int:
    return client._max_pending_size  # pyright: ignore[reportPrivateUsage]

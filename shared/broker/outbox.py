"""Many messages in one write: for a batch's outcomes, and for a page of the feed.

The client library (nats-py 2.16) takes them one by one, each with a coroutine, a look at its subject and a
wake-up of its writer; that is a third of what a batch's answers cost (`docs/performance.md`).
"""

from collections.abc import Mapping, Sequence

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

    Errors: as `write_all`.
    """
    written = [
        b"PUB %s %d\r\n%s\r\n" % (subject.encode(), len(payload), payload) for subject, payload in messages
    ]
    await write_all(client, written, max((len(payload) for _, payload in messages), default=0))


def with_headers(subject: str, payload: bytes, headers: Mapping[str, str], reply: str = "") -> bytes:
    """A message with headers, as it is written; names, values and subjects are ours. Source: NATS, HPUB."""
    head = "NATS/1.0\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"
    to = f"{subject} {reply}" if reply else subject
    sizes = f"HPUB {to} {len(head)} {len(head) + len(payload)}\r\n"
    return f"{sizes}{head}".encode() + payload + _END


async def write_all(client: Client, written: Sequence[bytes], largest: int) -> None:
    """Write messages in order; `largest` is the size of the largest payload among them.

    Errors: those of `client.publish`; then none of them is sent. While the connection is lost they wait for
    the next one, up to the client's bound.
    """
    if client.is_closed:
        raise ConnectionClosedError
    if client.is_draining_pubs:
        raise ConnectionDrainingError
    if largest > client.max_payload:
        raise MaxPayloadError
    whole = b"".join(written)
    if not client.is_connected and client.pending_data_size + len(whole) > _most_pending(client):
        raise OutboundBufferLimitError
    client.stats["out_msgs"] += len(written)
    client.stats["out_bytes"] += len(whole)
    await client._send_command(whole)  # pyright: ignore[reportPrivateUsage]
    await client._flush_pending()  # pyright: ignore


def _most_pending(client: Client) -> int:
    return client._max_pending_size  # pyright: ignore[reportPrivateUsage]

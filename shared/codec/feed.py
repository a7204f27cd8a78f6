"""A recorded event as the feed tells it: the emission, free texts as commitments, and extensions.

Source: contracts, "Recorded events".
"""

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType


class FeedEvent(Struct, frozen=True, gc=False):
    """`position` counts in the root, `version` in the stream (`subject`).

    `recordedat` is UTC with six decimals, `leafhash` hex.
    """

    id: str
    type: str
    source: str
    subject: str
    time: str
    dataschema: str
    data: Raw
    root: str
    position: int
    version: int
    recordedat: str
    actor: str
    leafhash: str
    specversion: str = "1.0"
    traceparent: str | UnsetType = UNSET


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(FeedEvent)


def write_feed_event(event: FeedEvent) -> bytes:
    """The message of an event: structured JSON."""
    return _ENCODER.encode(event)


def read_feed_event(raw: bytes) -> FeedEvent:
    """The event of a message. Errors: `msgspec.MsgspecError` where it is none."""
    return _DECODER.decode(raw)

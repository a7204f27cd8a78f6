"""What a consumer has delivered: as the server tells it, and as each delivered message tells of itself."""

from dataclasses import dataclass

from nats.aio.msg import Msg
from nats.js import JetStreamContext


@dataclass(frozen=True, slots=True)
class Deliveries:
    """A consumer's state. Sequences are the consumer's own (it counts every delivery) or the stream's."""

    out: int
    """Messages that were delivered and not acknowledged."""
    delivered: int
    """The last delivery: the consumer's sequence."""
    newest: int
    """The newest message that was ever delivered: the stream's sequence."""
    floor: int
    """The message up to which all is acknowledged: the stream's sequence."""


async def look(jetstream: JetStreamContext, stream: str, durable: str) -> Deliveries:
    """Asks the server. An error of nats' if the consumer is not there, or nobody answers."""
    told = await jetstream.consumer_info(stream, durable)
    delivered, floor = told.delivered, told.ack_floor
    return Deliveries(
        out=told.num_ack_pending or 0,
        delivered=delivered.consumer_seq if delivered else 0,
        newest=delivered.stream_seq if delivered else 0,
        floor=floor.stream_seq if floor else 0,
    )


def acknowledgement_subject(stream: str, durable: str, place: int, delivery: int) -> str:
    """Where a delivered message is acknowledged or given back (NATS ADR-15).

    The server looks at these tokens alone.

    `place` is the message's in the stream, `delivery` any of the consumer's sequences since its
    acknowledgements.
    """
    return f"$JS.ACK.{stream}.{durable}.1.{place}.{delivery}.0.0"


def stream_sequence(message: Msg) -> int:
    """Where a delivered message stands in its stream."""
    return sequences(message)[0]


def sequences(message: Msg) -> tuple[int, int]:
    """Its places in the stream and among the deliveries, from `$JS.ACK.…` (NATS ADR-15, both its forms)."""
    tokens = message.reply.split(".")
    at = 5 if len(tokens) == 9 else 7
    return int(tokens[at]), int(tokens[at + 1])

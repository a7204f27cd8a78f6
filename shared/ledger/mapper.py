"""Our mapper for the `eventsourcing` library: a recorded event and the canonical body that is stored of it.

The topic is the event's own stored name, never an import path. Older shapes are upcast on reading, one pure
step per version.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import msgspec
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Mapper, MapperDeserialisationError, StoredEvent, Transcoder

from shared.codec.envelope import instant, microseconds
from shared.codec.shapes import decode_data
from shared.domain.events import Recorded
from shared.ledger.records import Body, read_body, write_body
from shared.ledger.stored import DescribedEvent, LedgerNotification

_NO_TEXTS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """A recorded event as the library takes it.

    `texts` are its free texts in plain, to be stored apart; reading brings none back.
    """

    recorded: Recorded
    texts: Mapping[str, str] = field(default_factory=lambda: _NO_TEXTS)

    @property
    def originator_id(self) -> str:
        """Its stream."""
        return self.recorded.stream

    @property
    def originator_version(self) -> int:
        """Its version in the stream."""
        return self.recorded.version


class BodyTranscoder(Transcoder):
    """Canonical JSON by msgspec: a `Recorded` to a body, a body to a `Body`."""

    def encode(self, obj: Any) -> bytes:
        """The canonical body of a recorded event."""
        return write_body(obj)

    def decode(self, data: bytes) -> Body:
        """A stored body. Errors: `msgspec.MsgspecError` where it is none."""
        return read_body(data)


class RecordedMapper(Mapper[str]):
    """`StreamEvent` to what the recorder stores, and back."""

    def __init__(self) -> None:
        super().__init__(BodyTranscoder())

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> StoredEvent:
        """The body, and the columns beside it. Errors: `TypeError` for anything but a `StreamEvent`."""
        if not isinstance(domain_event, StreamEvent):
            raise TypeError(f"the ledger stores StreamEvent, not {type(domain_event).__name__}")
        event = domain_event.recorded
        return DescribedEvent(
            originator_id=event.stream,
            originator_version=event.version,
            topic=event.name,
            state=self.transcoder.encode(event),
            event_id=event.event_id,
            source=event.source,
            actor=event.actor,
            occurred_at=instant(event.occurred),
            shape=event.shape,
            texts=tuple((name, event.salts[name], text) for name, text in domain_event.texts.items()),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> StreamEvent:
        """The event, its data in the newest shape; its position, time and root where the recorder told them.

        Errors: the library's `MapperDeserialisationError` where the body cannot be read, or is another
        event's.
        """
        try:
            body: Body = self.transcoder.decode(stored_event.state)
            data = decode_data(body.type, body.shape, body.data)
        except (msgspec.MsgspecError, UnicodeDecodeError, KeyError, AttributeError) as error:
            raise MapperDeserialisationError(f"{_name(stored_event)} cannot be read: {error}") from error
        told = (body.subject, body.version, body.type)
        if told != (stored_event.originator_id, stored_event.originator_version, stored_event.topic):
            raise MapperDeserialisationError(
                f"{_name(stored_event)} holds the body of {body.subject} version {body.version}"
            )
        ledger = stored_event if isinstance(stored_event, LedgerNotification) else None
        return StreamEvent(
            Recorded(
                root=ledger.root if ledger else "",
                position=ledger.id if ledger else 0,
                stream=body.subject,
                version=body.version,
                event_id=body.id,
                name=body.type,
                shape=body.shape,
                source=body.source,
                actor=body.actor,
                occurred=body.time,
                recorded_us=microseconds(ledger.recorded_at) if ledger else 0,
                data=data,
            )
        )


def _name(stored: StoredEvent) -> str:
    return f"{stored.topic} {stored.originator_id} version {stored.originator_version}"

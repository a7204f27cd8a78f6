"""The body of an event: canonical JSON, and back to what a fold reads."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from os import urandom
from typing import Any

import msgspec
from msgspec import Raw, Struct

from shared.codec.canonical import canonical
from shared.codec.envelope import microseconds
from shared.codec.hashes import SALT_BYTES, commitment
from shared.codec.shapes import Commitment, Data, decode_data
from shared.domain.events import NO_SALTS, Recorded


class Body(Struct, frozen=True, gc=False):
    """What is hashed and kept of an event; `data` is raw JSON when read."""

    actor: str
    data: Raw
    id: str
    shape: int
    source: str
    subject: str
    time: str
    type: str
    version: int


_BODY = msgspec.json.Decoder(Body)


def read_body(raw: bytes) -> Body:
    """A stored body. Errors: `msgspec.MsgspecError` where it is none."""
    return _BODY.decode(raw)


def write_body(event: Recorded) -> bytes:
    """The canonical JSON of an event, its free texts replaced by commitments."""
    return canonical(
        {
            "actor": event.actor,
            "data": event.data,
            "id": event.event_id,
            "shape": event.shape,
            "source": event.source,
            "subject": event.stream,
            "time": event.occurred,
            "type": event.name,
            "version": event.version,
        }
    )


def recorded(
    root: str, position: int, recorded_at: datetime, raw: bytes, salts: Mapping[str, bytes] | None = None
) -> Recorded:
    """An event of the ledger, its data read in the newest shape."""
    body = _BODY.decode(raw)
    return Recorded(
        root=root,
        position=position,
        stream=body.subject,
        version=body.version,
        event_id=body.id,
        name=body.type,
        shape=body.shape,
        source=body.source,
        actor=body.actor,
        occurred=body.time,
        recorded_us=microseconds(recorded_at),
        data=decode_data(body.type, body.shape, body.data),
        salts=salts or NO_SALTS,
    )


def committed(data: Data) -> tuple[Data, dict[str, bytes], dict[str, str]]:
    """Data, its free texts replaced by commitments under fresh salts; the salts and the texts by field."""
    texts = {name: text for name in data.TEXTS if isinstance(text := getattr(data, name), str)}
    if not texts:
        return data, {}, {}
    salts = {name: urandom(SALT_BYTES) for name in texts}
    return with_commitments(data, salts), salts, texts


def with_commitments(data: Data, salts: Mapping[str, bytes]) -> Data:
    """Data with the commitments that these salts give to its texts."""
    made: dict[str, Any] = {
        name: Commitment(commitment(salts[name], text))
        for name in data.TEXTS
        if isinstance(text := getattr(data, name), str) and name in salts
    }
    return msgspec.structs.replace(data, **made) if made else data


def salts_by_position(rows: Iterable[Sequence[Any]]) -> dict[int, dict[str, bytes]]:
    """Rows of (position, field, salt), by position and field."""
    found: dict[int, dict[str, bytes]] = {}
    for position, field, salt in rows:
        found.setdefault(position, {})[field] = salt
    return found

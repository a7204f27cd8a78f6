"""An emission: a CloudEvents 1.0 envelope as it will be sent, byte for byte, each time it is sent."""

import os
import time as clock
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, cast

from msgspec import DecodeError, json

from shared.broker.subjects import type_token
from shared.codec.catalogue import APPRAISAL_TYPES
from shared.codec.names import is_uuid


@dataclass(frozen=True, slots=True)
class Emission:
    """What is sent (`payload`), and what is read from it: its `id` (None where unusable) and `type`."""

    payload: bytes
    id: str | None
    type: str

    @property
    def digest(self) -> str:
        """Under this name it is answered where its id cannot be read: the SHA-256 of the payload, in hex."""
        return sha256(self.payload).hexdigest()

    @property
    def judged_by(self) -> str:
        """The service that answers it. What one service judges, it judges in the order sent."""
        return "appraisal" if self.type in APPRAISAL_TYPES else "ingest"


def emission(
    type: str,
    *,
    subject: str,
    data: Mapping[str, Any],
    source: str,
    time: datetime | str | None = None,
    id: str | None = None,
) -> Emission:
    """Write an envelope: `source` is the emitting tenant's path, `time` when it happened (left out: now).

    The id is made here: emitting the result again, also by a program that kept it and was started again,
    asks for the same outcome.
    """
    if isinstance(time, datetime) and time.tzinfo is None:
        raise ValueError(
            f"{time!r} has no offset: say which, such as datetime(..., tzinfo=timezone(timedelta(hours=7)))"
        )
    happened = datetime.now(UTC) if time is None else time
    envelope = {
        "specversion": "1.0",
        "id": id or str(uuid7()),
        "type": type,
        "source": source,
        "subject": subject,
        "time": happened if isinstance(happened, str) else happened.isoformat(),
        "data": data,
    }
    return Emission(json.encode(envelope), cast(str, envelope["id"]), type)


def raw_emission(payload: bytes) -> Emission:
    """Take bytes as they are, also such as are no envelope: whoever judges them says what is wrong."""
    try:
        envelope = json.decode(payload)
    except (DecodeError, UnicodeDecodeError, RecursionError):
        return Emission(payload, None, "Unknown")
    if not isinstance(envelope, dict):
        return Emission(payload, None, "Unknown")
    fields = cast(dict[str, Any], envelope)
    id_ = fields.get("id")
    usable = isinstance(id_, str) and is_uuid(id_)
    return Emission(payload, id_ if usable else None, type_token(fields.get("type")))


def uuid7() -> uuid.UUID:
    """A UUID of version 7 (RFC 9562): 48 bits of milliseconds since 1970, then randomness."""
    milliseconds = clock.time_ns() // 1_000_000
    value = (milliseconds & (2**48 - 1)) << 80 | int.from_bytes(os.urandom(10))
    value = value & ~(0xF << 76) | 7 << 76
    value = value & ~(0b11 << 62) | 0b10 << 62
    return uuid.UUID(int=value)

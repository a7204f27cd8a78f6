"""What came in: one message, who sent it by the server's word, and what it says."""

import re
from functools import cached_property
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct

from shared.codec.canonical import canonical
from shared.codec.catalogue import CATALOGUE
from shared.codec.envelope import Envelope, usable_id
from shared.domain.emission import Caller, Emission, read_emission
from shared.domain.problems import Refused

_MALFORMED = "malformed."
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(?:-[0-9a-f-]*)?")


class Arrival(Struct, frozen=True, dict=True):
    """One message as it came: who sent it, by the server's word, and its bytes.

    `key` is by what it is known: its id, or `malformed.<sha256 of the bytes>` where it has no usable one.
    """

    caller: Caller
    raw: bytes
    key: str
    read: Emission | Refused

    @property
    def id(self) -> str | None:
        """Its id; None where it has no usable one."""
        return None if self.key.startswith(_MALFORMED) else self.key

    @cached_property
    def content(self) -> bytes:
        """Hash of what it says (32 bytes): of the attributes that count, however they were written.

        Where it is malformed: of its bytes.
        """
        if isinstance(self.read, Refused):
            return sha256(self.raw).digest()
        return _content_hash(self.read.envelope)


def arrive(caller: Caller, raw: bytes) -> Arrival:
    """Read one message; nothing is looked up."""
    read = read_emission(caller, raw)
    if isinstance(read, Refused):
        return Arrival(caller, raw, usable_id(raw) or f"{_MALFORMED}{sha256(raw).hexdigest()}", read)
    return Arrival(caller, raw, read.envelope.id, read)


def read_ahead(arrival: Arrival) -> None:
    """Read its data too, before the root is locked for its batch.

    What goes wrong goes wrong again when it is judged, and is told there.
    """
    read = arrival.read
    if isinstance(read, Emission) and read.envelope.type in CATALOGUE:
        try:  # noqa: SIM105 - `suppress` costs as much as a tenth of reading
            read.data()
        except Exception:  # noqa: S110
            pass


def _content_hash(envelope: Envelope) -> bytes:
    said: dict[str, Any] = {
        name: getattr(envelope, name) for name in ("id", "type", "source", "subject", "time", "dataschema")
    }
    try:
        return sha256(canonical({**said, "data": msgspec.json.decode(envelope.data)})).digest()
    except (msgspec.MsgspecError, ValueError, RecursionError):
        # JSON that no decoder takes, such as 1e400: the same only where it is the same to the byte
        return sha256(canonical({**said, "data": bytes(envelope.data).hex()})).digest()


def traceparent_of(envelope: Envelope) -> str | None:
    """The trace that it belongs to; None where it is not written as W3C Trace Context says."""
    found = envelope.traceparent
    return found if found and _TRACEPARENT.fullmatch(found) else None

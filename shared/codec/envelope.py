"""CloudEvents 1.0, structured JSON: the envelope of an emission.

Source: CloudEvents specification 1.0.2; contracts, "Emissions".
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Raw, Struct

from shared.codec.decoding import fault_of
from shared.codec.faults import Fault, Faulty
from shared.codec.fields import Time
from shared.codec.names import UUID_PATTERN, is_uuid

MAX_BYTES = 64 * 1024
MAX_RUBRIC_BYTES = 256 * 1024
EXCERPT_BYTES = 2048
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_NOT_JSON = Fault(
    "",
    "Nội dung không phải là JSON hợp lệ (UTF-8).",
    "This is not valid JSON (UTF-8).",
)

Attribute = Annotated[str, Meta(min_length=1)]


class Envelope(Struct, frozen=True, gc=False):
    """What is read of an emission; other attributes are ignored. `data` is raw JSON."""

    specversion: Literal["1.0"]
    id: Annotated[str, Meta(pattern=UUID_PATTERN)]
    type: Attribute
    source: Attribute
    subject: Attribute
    time: Time
    data: Raw
    dataschema: Attribute | None = None
    trace: Any = msgspec.field(default=None, name="traceparent")

    @property
    def traceparent(self) -> str | None:
        """The trace it belongs to; one that is not well-formed is ignored. Source: W3C Trace Context, 3.2."""
        is_trace = isinstance(self.trace, str) and _TRACEPARENT.fullmatch(self.trace)
        return str(self.trace) if is_trace else None


class _IdAlone(Struct, frozen=True):
    id: Any = None


class _TraceAlone(Struct, frozen=True):
    traceparent: Any = None


_ENVELOPE = msgspec.json.Decoder(Envelope)
_ID_ALONE = msgspec.json.Decoder(_IdAlone)
_TRACE_ALONE = msgspec.json.Decoder(_TraceAlone)


def read_envelope(raw: bytes) -> Envelope:
    """The envelope of an emission. Errors: `Faulty`, naming the first attribute that does not fit."""
    if not _is_json(raw):
        raise Faulty(_NOT_JSON)
    try:
        return _ENVELOPE.decode(raw)
    except msgspec.ValidationError as error:
        raise Faulty(fault_of(error, "", Envelope)) from None


def _is_json(raw: bytes) -> bool:
    """Is all of it JSON in UTF-8? An attribute that is kept raw is not looked into otherwise."""
    try:
        msgspec.json.decode(raw)
    except msgspec.ValidationError:
        return True  # a number out of range is JSON, and gets its fault where it stands
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def usable_id(raw: bytes) -> str | None:
    """The id by which the sender can be answered, whatever else is wrong; None where there is none."""
    try:
        found = _ID_ALONE.decode(raw).id
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return found if isinstance(found, str) and is_uuid(found) else None


def trace_of(raw: bytes) -> object:
    """The `traceparent` as it was written, whatever else is wrong; None where none can be read."""
    try:
        return _TRACE_ALONE.decode(raw).traceparent
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def instant(text: str) -> datetime:
    """RFC 3339 text, already checked against the pattern, as a time in UTC; cut off beyond microseconds.

    Errors: `ValueError` for a time that never was.
    """
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except OverflowError:
        raise ValueError("the time is out of range") from None


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970-01-01Z."""
    return (moment - _EPOCH) // _MICROSECOND


@lru_cache(maxsize=64)  # the events of a batch share theirs
def moment_of(us: int) -> datetime:
    """The other way round."""
    return _EPOCH + us * _MICROSECOND


def time_text(moment: datetime) -> str:
    """A time as it is given out: UTC, six decimals, `Z`."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"

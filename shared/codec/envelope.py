"""CloudEvents 1.0, structured JSON: the envelope of an emission. Source: CloudEvents specification 1.0.2; contracts, "Emissions"."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Raw, Struct

from shared.codec.faults import Fault, Faulty, fault_of
from shared.codec.names import PATH_PATTERN, UUID_PATTERN, is_uuid
from shared.codec.shapes import Time

MAX_BYTES = 64 * 1024
MAX_RUBRIC_BYTES = 256 * 1024
EXCERPT_BYTES = 2048
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Envelope(Struct, frozen=True):
    """What is read of an emission; other attributes are ignored. `data` is raw JSON."""

    specversion: Literal["1.0"]
    id: Annotated[str, Meta(pattern=UUID_PATTERN)]
    type: Annotated[str, Meta(min_length=1, max_length=100)]
    source: Annotated[str, Meta(pattern=PATH_PATTERN, max_length=200)]
    subject: Annotated[str, Meta(min_length=1, max_length=250)]
    time: Time
    data: Raw
    dataschema: Annotated[str, Meta(max_length=200)] | None = None
    traceparent: Annotated[str, Meta(max_length=100)] | None = None


class _IdAlone(Struct, frozen=True):
    id: Any = None


_ENVELOPE = msgspec.json.Decoder(Envelope)
_ID_ALONE = msgspec.json.Decoder(_IdAlone)


def read_envelope(raw: bytes) -> Envelope:
    """The envelope of an emission. Errors: `Faulty`, naming the first attribute that does not fit."""
    try:
        return _ENVELOPE.decode(raw)
    except msgspec.ValidationError as error:
        raise Faulty(fault_of(error, "")) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Faulty(
            Fault("", "Nội dung không phải là JSON hợp lệ (UTF-8).", "This is not valid JSON (UTF-8).")
        ) from None


def usable_id(raw: bytes) -> str | None:
    """The id by which the sender can be answered, whatever else is wrong with the emission; None where there is none."""
    try:
        found = _ID_ALONE.decode(raw).id
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return found if isinstance(found, str) and is_uuid(found) else None


def instant(text: str) -> datetime:
    """RFC 3339 text, already checked against the pattern, as an aware time in UTC. Errors: `ValueError` for a day that never was."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except OverflowError:
        raise ValueError("the time is out of range") from None


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970-01-01Z."""
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(us: int) -> datetime:
    """The other way round."""
    return _EPOCH + us * _MICROSECOND


def time_text(moment: datetime) -> str:
    """A time as it is given out: UTC, six decimals, `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

"""An emission as the judge sees it: who sent it, by the server's word, and what it says."""

from dataclasses import dataclass
from datetime import datetime

from shared.codec.envelope import MAX_BYTES, MAX_RUBRIC_BYTES, Envelope, instant, read_envelope
from shared.codec.faults import Fault, Faulty
from shared.codec.names import Subject, parse_subject
from shared.codec.shapes import Data
from shared.codec.struct import Struct
from shared.domain.problems import Refused, refused_for
from shared.domain.validity import read_data

_SUBJECT = Fault(
    "/subject",
    "Chủ thể viết dạng qt/dong-ha hoặc qt/dong-ha@2023.",
    "A subject is written like qt/dong-ha or qt/dong-ha@2023.",
)
_TIME = Fault("/time", "Thời điểm không có thật.", "There is no such time.")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent it, as the broker vouches for.

    `tenant` is a path, `type` the one under which it was sent, `areas` what a council role is limited to
    (empty: all), `actor` the person (16 hex digits).
    """

    tenant: str
    root: str
    type: str
    roles: frozenset[str]
    areas: frozenset[str]
    actor: str


class Emission(Struct, gc=False):
    """A well-formed emission. `occurred` is its time, by the sender's word."""

    caller: Caller
    envelope: Envelope
    subject: Subject
    occurred: datetime
    _data: Data | Refused | None = None

    def data(self) -> Data | Refused:
        """Its data in recorded form, or why it is invalid; read once. Its type must be a known one."""
        if self._data is None:
            self._data = read_data(self.envelope, self.subject)
        return self._data


class Accepted(Struct, frozen=True, gc=False):
    """The emission may be recorded: its data, free texts still in plain."""

    data: Data


def read_emission(caller: Caller, raw: bytes) -> Emission | Refused:
    """Parse one message. Refuses what is too large or malformed; nothing is looked up."""
    limit = MAX_RUBRIC_BYTES if caller.type == "RubricPublished" else MAX_BYTES
    if len(raw) > limit:
        return Refused(
            "too-large",
            "",
            f"Bản gửi dài {len(raw)} byte; tối đa {limit} byte. "
            "Hãy rút gọn, gửi tệp qua mục tài liệu kiểm chứng.",
            f"The emission has {len(raw)} bytes; at most {limit} are taken. "
            "Shorten it; files go up as evidence.",
        )
    try:
        envelope = read_envelope(raw)
    except Faulty as faulty:
        return refused_for("malformed", *faulty.faults)
    subject = parse_subject(envelope.subject)
    if subject is None:
        return refused_for("malformed", _SUBJECT)
    try:
        occurred = instant(envelope.time)
    except ValueError:
        return refused_for("malformed", _TIME)
    return Emission(caller, envelope, subject, occurred)

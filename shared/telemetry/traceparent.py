"""`traceparent`, by which a trace is handed on. Source: W3C Trace Context, level 1, section 3.2."""

import re
from dataclasses import dataclass

LENGTH = 55
_FORM = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_SAMPLED = 0x01


@dataclass(frozen=True, slots=True)
class Traceparent:
    """Who is the parent: the trace's id (128 bits), the span's (64 bits), and whether it is sampled."""

    trace_id: int
    span_id: int
    sampled: bool


def read_traceparent(text: object) -> Traceparent | None:
    """Read one; None for whatever is none: a tenant may write anything, and it harms nobody."""
    if not isinstance(text, str) or len(text) != LENGTH:
        return None
    form = _FORM.fullmatch(text)
    if form is None or form[1] == "ff":
        return None
    trace_id, span_id = int(form[2], 16), int(form[3], 16)
    if not trace_id or not span_id:
        return None
    return Traceparent(trace_id, span_id, bool(int(form[4], 16) & _SAMPLED))


def write_traceparent(traceparent: Traceparent) -> str:
    """Write one, in version 00."""
    return f"00-{traceparent.trace_id:032x}-{traceparent.span_id:016x}-{int(traceparent.sampled):02x}"

"""The trace of an emission begins where it is emitted: a span `emit`, until its outcome is there.

Its `traceparent` goes along in the envelope. Spans are told to whatever telemetry the program has: that of
`shared.telemetry`, or its own. In a program that has none, nothing happens and nothing is imported.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parledger.emission import Emission
from parledger.outcomes import Outcome
from shared.codec.catalogue import CATALOGUE
from shared.codec.envelope import MAX_BYTES, MAX_RUBRIC_BYTES, trace_of
from shared.telemetry.traceparent import Traceparent, read_traceparent, write_traceparent

if TYPE_CHECKING:
    from opentelemetry.trace import Span

_API = "opentelemetry.trace"


@dataclass(frozen=True, slots=True)
class Trace:
    """The trace of one emission: what is sent instead (`payload`), and what ends the span with its answer."""

    payload: bytes
    span: Span

    def end(self, answer: asyncio.Future[Outcome]) -> None:
        """End the span: with what was answered, or with what kept it from an answer."""
        from opentelemetry.trace import Status, StatusCode

        error = None if answer.cancelled() else answer.exception()
        if answer.cancelled() or error is not None:
            self.span.set_attribute("error.type", type(error).__name__ if error else "given-up")
            self.span.set_status(Status(StatusCode.ERROR))
        else:
            outcome = answer.result()
            self.span.set_attribute("parledger.status", outcome.status)
            if outcome.problem is not None:
                self.span.set_attribute("parledger.problem", outcome.problem.type)
            if outcome.position is not None:
                self.span.set_attribute("parledger.position", outcome.position)
        self.span.end()


def begin_trace(emission: Emission, tenant: str) -> Trace | None:
    """Begin the span of an emission; None where nobody traces, or where it has no id to be answered by.

    One that bears a `traceparent` already is sent as it is, to the byte, and the span belongs to its trace.
    """
    if _API not in sys.modules or emission.id is None:
        return None
    written = trace_of(emission.payload)
    span = _span(emission, tenant, read_traceparent(written))
    context = span.get_span_context()
    if not context.is_valid:
        return None
    if written is not None:
        return Trace(emission.payload, span)
    traceparent = Traceparent(context.trace_id, context.span_id, context.trace_flags.sampled)
    return Trace(_with_traceparent(emission, write_traceparent(traceparent)), span)


def _span(emission: Emission, tenant: str, parent: Traceparent | None) -> Span:
    from opentelemetry import trace

    context = None
    if parent is not None:
        flags = trace.TraceFlags(parent.sampled)
        remote = trace.SpanContext(parent.trace_id, parent.span_id, is_remote=True, trace_flags=flags)
        context = trace.set_span_in_context(trace.NonRecordingSpan(remote))
    said = {
        "parledger.tenant": tenant,
        "parledger.type": emission.type if emission.type in CATALOGUE else "Unknown",
        "parledger.emission": emission.id or "",
    }
    return trace.get_tracer("parledger").start_span("emit", context, trace.SpanKind.PRODUCER, said)


def _with_traceparent(emission: Emission, traceparent: str) -> bytes:
    """The envelope with one attribute more; without, where that would make it too large to be taken."""
    start = emission.payload.index(b"{") + 1
    added = b'"traceparent":"%b",' % traceparent.encode()
    limit = MAX_RUBRIC_BYTES if emission.type == "RubricPublished" else MAX_BYTES
    if len(emission.payload) + len(added) > limit:
        return emission.payload
    return emission.payload[:start] + added + emission.payload[start:]

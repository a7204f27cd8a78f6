"""Spans that are told once they are over, and instruments. Made where telemetry is on, and only there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from opentelemetry.context import Context
from opentelemetry.metrics import Counter, Histogram, Meter
from opentelemetry.metrics import _Gauge as Gauge  # pyright: ignore[reportPrivateUsage] - it has no other name
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    Tracer,
    set_span_in_context,
)

from shared.telemetry.traceparent import read_traceparent

Said = Mapping[str, str | int | float | bool]
"""Attributes: names, numbers and words of ours. Never what somebody wrote."""

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
_SAMPLED = TraceFlags(TraceFlags.SAMPLED)


@dataclass(frozen=True, slots=True)
class Signals:
    """Where a service tells what it did."""

    tracer: Tracer
    meter: Meter

    def counter(self, name: str, unit: str, meaning: str) -> Counter:
        """What is added up."""
        return self.meter.create_counter(name, unit, meaning)

    def histogram(self, name: str, unit: str, meaning: str, buckets: Sequence[float] = SECONDS) -> Histogram:
        """What is spread; `buckets` are their upper bounds."""
        return self.meter.create_histogram(name, unit, meaning, explicit_bucket_boundaries_advisory=buckets)

    def gauge(self, name: str, unit: str, meaning: str) -> Gauge:
        """What stands at a value."""
        return self.meter.create_gauge(name, unit, meaning)

    def lag(self, name: str, what: str) -> Callable[[str, int, float], None]:
        """Two gauges, `<name>.lag` in events and `<name>.lag.time` in seconds, told together, by root."""
        events = self.gauge(f"{name}.lag", "{event}", f"Events that {what} yet")
        time = self.gauge(f"{name}.lag.time", "s", f"Since the first event was recorded that {what} yet")

        def tell(root: str, behind: int, seconds: float) -> None:
            events.set(behind, {"parledger.root": root})
            time.set(seconds, {"parledger.root": root})

        return tell

    def span(
        self,
        name: str,
        parent: SpanContext | None,
        began: int,
        ended: int,
        said: Said,
        *,
        kind: SpanKind = SpanKind.INTERNAL,
        links: Sequence[SpanContext] = (),
        failed: bool = False,
    ) -> SpanContext:
        """Tell a span that is over; `began` and `ended` are nanoseconds since 1970.

        Without a parent it begins a trace.
        What is answered may be the parent of others. The sampler of the process has the last word.
        """
        context = set_span_in_context(NonRecordingSpan(parent), Context()) if parent else Context()
        told = self.tracer.start_span(
            name, context, kind, dict(said), [Link(link) for link in links], start_time=began
        )
        if failed:
            told.set_status(Status(StatusCode.ERROR))
        told.end(ended)
        return told.get_span_context()


def is_not_wanted(traceparent: object) -> bool:
    """Does this say that its trace is not sampled? What says nothing, or nonsense, does not."""
    read = read_traceparent(traceparent)
    return read is not None and not read.sampled


def sampled_parent(traceparent: object) -> SpanContext | None:
    """The span that this names; None where there is none, or nobody wants this trace."""
    read = read_traceparent(traceparent)
    if read is None or not read.sampled:
        return None
    return SpanContext(read.trace_id, read.span_id, is_remote=True, trace_flags=_SAMPLED)

"""Events that pass by a service: how late each was, and a span of its trace. Made where telemetry is on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from time import time_ns

from shared.telemetry.signals import Histogram, Signals, SpanKind, sampled_parent

Passed = tuple[int, datetime, object]
"""An event's position, when it was recorded, and its traceparent, if it has one."""


@dataclass(frozen=True, slots=True)
class Passing:
    """Tells of events that have just passed, each in a span of this name and kind."""

    signals: Signals
    delay: Histogram
    span: str
    kind: SpanKind

    def tell(self, root: str, events: Iterable[Passed], began: int) -> None:
        """These of a root have passed; `began` is when they were taken, in nanoseconds since 1970."""
        ended, now = time_ns(), datetime.now(UTC)
        where = {"parledger.root": root}
        for position, recorded, traceparent in events:
            self.delay.record(max(0.0, (now - recorded).total_seconds()), where)
            parent = sampled_parent(traceparent)
            if parent is not None:
                said = {**where, "parledger.position": position}
                self.signals.span(self.span, parent, began, ended, said, kind=self.kind)

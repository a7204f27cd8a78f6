"""What scoring tells of its work: how far behind it is, how late each event was, and each one's trace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from time import time_ns
from typing import TYPE_CHECKING

from shared.codec.envelope import instant
from shared.codec.feed import FeedEvent
from shared.ledger.lag import Tell
from shared.telemetry.switch import signals

if TYPE_CHECKING:
    from shared.telemetry.signals import Signals


class Watch:
    """Tells nothing: telemetry is off."""

    lag: Tell | None = None
    """Told how far behind each root is; None where nobody wants to know."""

    def projected(self, root: str, events: Sequence[FeedEvent], began: int) -> None:
        """The rows hold these events of a root; `began` is when they were taken, in ns since 1970."""


def make_watch() -> Watch:
    """Who watches scoring: nobody, where telemetry is off."""
    found = signals()
    return _Telling(found) if found else Watch()


class _Telling(Watch):
    """Tells of every event that came by the feed."""

    def __init__(self, signals: Signals) -> None:
        self._signals = signals
        self._delay = signals.histogram(
            "parledger.projection.delay", "s", "From the recording of an event until its rows were committed"
        )
        self.lag = signals.lag("parledger.projection", "the rows do not hold")

    def projected(self, root: str, events: Sequence[FeedEvent], began: int) -> None:
        """Tell of it: a `projection` for each event whose trace is wanted."""
        from shared.telemetry.signals import SpanKind, sampled_parent

        ended, now = time_ns(), datetime.now(UTC)
        where = {"parledger.root": root}
        for event in events:
            self._delay.record(max(0.0, (now - instant(event.recordedat)).total_seconds()), where)
            parent = sampled_parent(event.traceparent)
            if parent is not None:
                said = {**where, "parledger.position": event.position}
                self._signals.span("projection", parent, began, ended, said, kind=SpanKind.CONSUMER)

"""What scoring tells of its work: how far behind it is, how late each event was, and each one's trace."""

from __future__ import annotations

from collections.abc import Sequence
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
    """Tells of every event that came by the feed: a `projection` for each whose trace is wanted."""

    def __init__(self, signals: Signals) -> None:
        from shared.telemetry.passing import Passing
        from shared.telemetry.signals import SpanKind

        meaning = "From the recording of an event until its rows were committed"
        delay = signals.histogram("parledger.projection.delay", "s", meaning)
        self._passing = Passing(signals, delay, "projection", SpanKind.CONSUMER)
        self.lag = signals.lag("parledger.projection", "the rows do not hold")

    def projected(self, root: str, events: Sequence[FeedEvent], began: int) -> None:
        """Tell of it."""
        passed = ((event.position, instant(event.recordedat), event.traceparent) for event in events)
        self._passing.tell(root, passed, began)

"""What the relay tells of its work: how far behind it is, how late each event was, and each one's trace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from asyncpg import Record

from shared.ledger.lag import Tell
from shared.telemetry.switch import signals

if TYPE_CHECKING:
    from shared.telemetry.signals import Signals


class Watch:
    """Tells nothing: telemetry is off."""

    lag: Tell | None = None
    """Told how far behind each root is; None where nobody wants to know."""

    def told(self, root: str, page: Sequence[Record], began: int) -> None:
        """The feed took this page of a root; `began` is when it was read, in nanoseconds since 1970."""


def make_watch() -> Watch:
    """Who watches the relay: nobody, where telemetry is off."""
    found = signals()
    return _Telling(found) if found else Watch()


class _Telling(Watch):
    """Tells of every page: a `relay` for each event whose trace is wanted."""

    def __init__(self, signals: Signals) -> None:
        from shared.telemetry.passing import Passing
        from shared.telemetry.signals import SpanKind

        meaning = "From the recording of an event until the feed had taken it"
        delay = signals.histogram("parledger.relay.delay", "s", meaning)
        self._passing = Passing(signals, delay, "relay", SpanKind.PRODUCER)
        self.lag = signals.lag("parledger.relay", "the relay has not told the feed")

    def told(self, root: str, page: Sequence[Record], began: int) -> None:
        """Tell of it."""
        events = ((row["position"], row["recorded_at"], row["traceparent"]) for row in page)
        self._passing.tell(root, events, began)

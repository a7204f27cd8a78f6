"""What a desk tells of its batches: how many were answered what, how long it took, and each one's trace.

Everything is told after the outcomes are out, so that nobody waits for it. Where telemetry is off, a batch
costs four calls that do nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from time import time_ns
from typing import TYPE_CHECKING, Any

from shared.codec.catalogue import CATALOGUE
from shared.codec.envelope import trace_of
from shared.domain.problems import Refused
from shared.ledger.answers import Outcome
from shared.ledger.arrivals import Arrival
from shared.telemetry.switch import signals

if TYPE_CHECKING:
    from shared.telemetry.signals import Said, Signals, SpanContext

_BATCH_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 300, 400, 500)


class Batch:
    """A batch of which nothing is told; `root` is whose it is."""

    __slots__ = ("root",)

    def __init__(self, root: str) -> None:
        self.root = root

    def begins(self) -> None:
        """Its transaction begins; again, where the last one failed."""

    def committed(self) -> None:
        """It is in the ledger."""

    def answered(self, arrivals: Sequence[Arrival], outcomes: Sequence[Outcome | None]) -> None:
        """Its outcomes are out."""


class Watch:
    """Tells nothing: telemetry is off."""

    __slots__ = ()

    def batch(self, root: str) -> Batch:
        """A batch of this root that was taken just now."""
        return Batch(root)


def make_watch() -> Watch:
    """Who watches a desk: nobody, where telemetry is off."""
    found = signals()
    return _Telling(found) if found else Watch()


class _Telling(Watch):
    """Tells of every batch."""

    __slots__ = ("commit", "emissions", "signals", "size")

    def __init__(self, signals: Signals) -> None:
        self.signals = signals
        self.emissions = signals.counter(
            "parledger.emissions", "{emission}", "Emissions that were answered, by outcome"
        )
        self.size = signals.histogram(
            "parledger.batch.size", "{emission}", "Emissions of one batch", _BATCH_SIZES
        )
        self.commit = signals.histogram(
            "parledger.commit.duration", "s", "From asking for the root's lock until the batch is committed"
        )

    def batch(self, root: str) -> Batch:
        """A batch of this root that was taken just now."""
        return _Watched(self, root)


class _Watched(Batch):
    """One batch under way. Times are nanoseconds since 1970."""

    __slots__ = ("began", "ended", "taken", "telling")

    def __init__(self, telling: _Telling, root: str) -> None:
        super().__init__(root)
        self.telling = telling
        self.taken = self.began = self.ended = time_ns()

    def begins(self) -> None:
        """Its transaction begins."""
        self.began = time_ns()

    def committed(self) -> None:
        """It is in the ledger."""
        self.ended = time_ns()

    def answered(self, arrivals: Sequence[Arrival], outcomes: Sequence[Outcome | None]) -> None:
        """Tell of it."""
        now = time_ns()
        where = {"parledger.root": self.root}
        self.telling.size.record(len(arrivals), where)
        self.telling.commit.record((self.ended - self.began) / 1e9, where)
        for (status, problem), count in Counter(map(_result, outcomes)).items():
            self.telling.emissions.add(count, where | _said_of(status, problem))
        self._trace(arrivals, outcomes, now)

    def _trace(self, arrivals: Sequence[Arrival], outcomes: Sequence[Outcome | None], now: int) -> None:
        """A `judge` with an `outcome` for each emission whose trace is wanted; one `append` for the batch."""
        from shared.telemetry.signals import SpanKind, sampled_parent

        span = self.telling.signals.span
        judged: list[SpanContext] = []
        for arrival, outcome in zip(arrivals, outcomes, strict=True):
            parent = sampled_parent(_traceparent(arrival))
            if parent is None:
                continue
            said = _said(self.root, arrival, outcome)
            judge = span(
                "judge", parent, self.taken, now, said, kind=SpanKind.CONSUMER, failed=outcome is None
            )
            span("outcome", judge, self.ended, now, {}, kind=SpanKind.PRODUCER)
            judged.append(judge)
        if judged:
            alone = judged[0] if len(judged) == 1 else None
            said = {"parledger.root": self.root, "parledger.batch.size": len(arrivals)}
            span("append", alone, self.began, self.ended, said, links=() if alone else judged)


def _traceparent(arrival: Arrival) -> object:
    read = arrival.read
    return trace_of(arrival.raw) if isinstance(read, Refused) else read.envelope.traceparent


def _result(outcome: Outcome | None) -> tuple[str, str]:
    """The status, and the problem of a refusal."""
    if outcome is None:
        return "unanswered", ""
    problem: dict[str, Any] = outcome.get("problem") or {}
    return outcome["status"], problem.get("type", "")


def _said_of(status: str, problem: str) -> dict[str, str]:
    said = {"parledger.status": status}
    return said | {"parledger.problem": problem} if problem else said


def _said(root: str, arrival: Arrival, outcome: Outcome | None) -> Said:
    """What a span says of an emission: names and numbers of ours, nothing that the tenant wrote."""
    type_ = arrival.caller.type
    said: dict[str, str | int | float | bool] = {
        "parledger.root": root,
        "parledger.tenant": arrival.caller.tenant,
        "parledger.type": type_ if type_ in CATALOGUE else "Unknown",
        **_said_of(*_result(outcome)),
    }
    if arrival.id is not None:
        said["parledger.emission"] = arrival.id
    if outcome is not None and outcome["status"] != "refused":
        said["parledger.position"] = outcome["position"]
    return said

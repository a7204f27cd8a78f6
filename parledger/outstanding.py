"""What was emitted and has no outcome yet: kept in the order given, sent again until it is answered."""

import asyncio
import math
import random
from collections.abc import Iterator

from parledger.emission import Emission
from parledger.errors import EmitError
from parledger.outcomes import Outcome

LONGEST_WAIT = 60.0
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 5.0


class Pending:
    """One emission without an outcome. Times are the event loop's, in seconds.

    `due` is when it is to be sent again; never, before it was sent. `accepted` says that the feed took it
    on the connection that stands, `held_back` that it had no room for it. `entry`: its number in the journal.
    """

    __slots__ = (
        "accepted",
        "answer",
        "due",
        "emission",
        "entry",
        "given",
        "held_back",
        "keys",
        "number",
        "pause",
        "payload",
        "sent",
        "subject",
        "wait",
    )

    def __init__(self, emission: Emission, subject: str, wait: float) -> None:
        loop = asyncio.get_running_loop()
        self.emission = emission
        self.payload = emission.payload
        self.subject = subject
        self.keys = (emission.digest,) if emission.id is None else (emission.id, emission.digest)
        self.answer: asyncio.Future[Outcome] = loop.create_future()
        self.number = 0
        self.entry = 0
        self.given = loop.time()
        self.accepted = False
        self.held_back = False
        self.sent = 0
        self.due = math.inf
        self.wait = wait
        self.pause = FIRST_PAUSE

    def was_sent(self, now: float) -> None:
        """Put the next sending off, each time twice as long."""
        self.sent += 1
        self.due = now + self.wait
        self.wait = min(self.wait * 2, LONGEST_WAIT)

    def was_turned_away(self, now: float) -> None:
        """The feed has no room: knock again soon, each time later, and not together with all others."""
        self.held_back = True
        self.due = now + self.pause * random.uniform(0.5, 1.0)  # noqa: S311 - spreads clients, guards nothing
        self.pause = min(self.pause * 2, LONGEST_PAUSE)

    def settle(self, outcome: Outcome) -> None:
        """Hand the outcome over; the first one counts."""
        if not self.answer.done():
            self.answer.set_result(outcome)

    def fail(self, error: EmitError) -> None:
        """Say that no outcome will come."""
        if not self.answer.done():
            self.answer.set_exception(error)
            self.answer.exception()  # whoever waits still gets it; nobody has to


class Outstanding:
    """All that is without an outcome, in the order given; found by number, or by the name of its outcome."""

    def __init__(self) -> None:
        self._ordered: dict[int, Pending] = {}
        self._by_key: dict[str, Pending] = {}
        self._last = 0

    def __len__(self) -> int:
        return len(self._ordered)

    def __iter__(self) -> Iterator[Pending]:
        return iter(list(self._ordered.values()))

    @property
    def oldest(self) -> Pending | None:
        """The one that waits longest."""
        return next(iter(self._ordered.values()), None)

    def same_as(self, emission: Emission) -> Pending | None:
        """One that would be answered under the same name: two such could not be told apart."""
        by_id = None if emission.id is None else self._by_key.get(emission.id)
        return by_id or self._by_key.get(emission.digest)

    def add(self, pending: Pending) -> None:
        """Keep one more, as the last."""
        self._last += 1
        pending.number = self._last
        self._ordered[pending.number] = pending
        self._by_key.update(dict.fromkeys(pending.keys, pending))

    def named(self, key: str) -> Pending | None:
        """Whom an outcome under this name is for; None where it was answered before, or is not ours."""
        return self._by_key.get(key)

    def numbered(self, number: int) -> Pending | None:
        """The one with this number; None where it was answered before."""
        return self._ordered.get(number)

    def drop(self, pending: Pending) -> None:
        """Keep it no longer."""
        if self._ordered.pop(pending.number, None) is not None:
            for key in pending.keys:
                del self._by_key[key]

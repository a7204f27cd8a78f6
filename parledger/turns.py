"""Whose turn it is to be sent. Kept apart from the sending, so that order is one thing to think about.

What a client is given, the feed takes in that order: what goes to another subject is sent once the feed
took all before it; after a lost connection everything without an outcome goes again, from the first, before
anything new. (The ledger judges an id once: sending twice changes nothing.)

Where the feed has no room, what it turned away goes again first, one at a time, after a pause that doubles
and is drawn anew each time; from then on one alone is under way, so that none overtakes another that finds no
room, until the feed has taken a thousand in a row.
"""

import math
from collections import deque

from parledger.outstanding import Outstanding, Pending

_ALL_IS_WELL = 1_000
"""So many that were taken one after the other: the feed has room for what there is."""


class Turns:
    """The order of sending on one connection. Times are the event loop's, in seconds."""

    def __init__(self, outstanding: Outstanding) -> None:
        self._outstanding = outstanding
        self._unsent: deque[Pending] = deque()
        self._unaccepted: set[int] = set()
        self._turned_away: set[int] = set()
        self._together = math.inf
        self._taken_since = 0
        self._last_subject = ""
        self._next_look = math.inf

    def start_over(self) -> None:
        """Begin on a new connection: what has no outcome goes again, from the first."""
        self._unaccepted.clear()
        self._turned_away.clear()
        self._together = math.inf
        self._unsent = deque(self._outstanding)
        for pending in self._unsent:
            pending.accepted = False
            pending.due = math.inf

    def add(self, pending: Pending) -> None:
        """Put a new one last."""
        self._unsent.append(pending)

    def next_unsent(self) -> Pending | None:
        """Take the next that was not sent on this connection; None where it is nobody's turn."""
        while self.something_may_go:
            pending = self._unsent.popleft()
            if not pending.answer.done():
                return pending
        return None

    @property
    def something_may_go(self) -> bool:
        """Is it the turn of the next that was not sent?"""
        if not self._unsent or self._turned_away:
            return False
        together = self._unsent[0].subject == self._last_subject and len(self._unaccepted) < self._together
        return together or not self._unaccepted

    @property
    def held_back(self) -> bool:
        """Does something wait that the feed had no room for?"""
        return bool(self._turned_away)

    def due(self, now: float) -> list[Pending]:
        """What is to be sent again; of what the feed turned away only the first, for the order's sake."""
        if now < self._next_look:
            return []
        self._next_look = math.inf
        last = min(self._turned_away, default=math.inf)
        waiting = [pending for pending in self._outstanding if pending.number <= last]
        self._next_look = min((pending.due for pending in waiting if pending.due > now), default=math.inf)
        return [pending for pending in waiting if pending.due <= now]

    def sent(self, pending: Pending, now: float) -> None:
        """Note that it was sent."""
        pending.was_sent(now)
        if not pending.accepted:
            self._unaccepted.add(pending.number)
        self._last_subject = pending.subject
        self._next_look = min(self._next_look, pending.due)

    def accepted(self, pending: Pending) -> None:
        """Note that the feed took it, or is no longer asked to: what was behind it may go."""
        if pending.number in self._unaccepted:
            self._unaccepted.discard(pending.number)
            self._recover()
        if pending.number in self._turned_away:
            self._turned_away.discard(pending.number)
            following = self._outstanding.numbered(min(self._turned_away, default=0))
            if following is not None:
                following.due = 0.0
                self._next_look = 0.0

    def turned_away(self, pending: Pending, now: float) -> None:
        """Note that the feed had no room for it: nothing new goes before it."""
        self._together, self._taken_since = 1, 0
        self._unaccepted.discard(pending.number)
        self._turned_away.add(pending.number)
        pending.was_turned_away(now)
        self._next_look = min(self._next_look, pending.due)

    def _recover(self) -> None:
        """Let all be under way again once many were taken in a row."""
        self._taken_since += 1
        if self._taken_since >= _ALL_IS_WELL and not self._turned_away:
            self._together = math.inf

    def pause(self, now: float) -> float:
        """Seconds until something is due."""
        return max(self._next_look - now, 0.0)

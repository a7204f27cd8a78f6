"""Room in memory for what was pulled and is not acknowledged yet: one for all pulls of a process.

What lies in the feeds may be any number of messages, each as large as a feed takes. A pull that
has something asks for no more while the room is full, and is called as soon as there is some again, who has
waited longest first. One that has nothing may always ask: what is stuck in some roots stops no other.
"""

from collections import deque
from collections.abc import Callable

MOST_IN_HAND = 32 * 1024 * 1024
"""Bytes of messages that a service has in hand, of all roots together; what was asked for comes on top.

That is a request's worth of each root (`generation.MOST_BYTES`).
"""


class Room:
    """So many bytes; what was asked for before it was full still comes."""

    def __init__(self, most: int = MOST_IN_HAND) -> None:
        self._most = most
        self._waiting: deque[Callable[[], None]] = deque()
        self.used = 0

    @property
    def full(self) -> bool:
        """Is there nothing left?"""
        return self.used >= self._most

    def take(self, size: int) -> None:
        """A message of so many bytes is there."""
        self.used += size

    def leave(self, size: int) -> None:
        """So many bytes are needed no more; those who wait are called while there is room."""
        self.used -= size
        while self._waiting and not self.full:
            self._waiting.popleft()()

    def call(self, when_free: Callable[[], None]) -> None:
        """Call this once there is room; one that waits already is not called twice."""
        if when_free not in self._waiting:
            self._waiting.append(when_free)

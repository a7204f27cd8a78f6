"""A part of a batch on its way into the ledger: what one append takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.codec.envelope import EXCERPT_BYTES
from shared.domain.emission import Emission
from shared.domain.events import Recorded
from shared.ledger.arrays import array_text
from shared.ledger.arrivals import Arrival, traceparent_of
from shared.ledger.erasure import erase_texts
from shared.ledger.errors import BrokenFence
from shared.ledger.pool import Connection
from shared.ledger.records import write_body
from shared.ledger.statements import load

_APPEND = load("shared.ledger.sql", "ledger.sql")["append_batch"]

LEAF_HASH = 64
"""Length of a leaf hash in hex."""


@dataclass(slots=True)
class Part:
    """Events that follow on position `expected` of the root `root`, at `now`, and refusals between them."""

    root: str
    expected: int
    now: datetime
    events: list[Recorded] = field(default_factory=list[Recorded])
    occurred: list[datetime] = field(default_factory=list[datetime])
    traceparents: list[str | None] = field(default_factory=list[str | None])
    texts: list[tuple[int, str, bytes, str]] = field(default_factory=list[tuple[int, str, bytes, str]])
    refusals: list[tuple[Arrival, bytes, str]] = field(default_factory=list[tuple[Arrival, bytes, str]])

    def add(self, event: Recorded, emission: Emission, texts: Mapping[str, str]) -> None:
        """The next event; its free texts in plain, by field."""
        self.events.append(event)
        self.occurred.append(emission.occurred)
        self.traceparents.append(traceparent_of(emission.envelope))
        if texts:
            number = len(self.events)
            self.texts += [(number, name, event.salts[name], text) for name, text in texts.items()]

    async def append(self, connection: Connection) -> str:
        """Write it, in the caller's transaction; the leaf hashes of its events, in hex, one after the other.

        Errors: `BrokenFence` where one of them stands in the ledger already.
        """
        if not self.events and not self.refusals:
            return ""
        answer = await connection.fetchrow(_APPEND, *self._arguments())
        if answer is None or (self.events and not answer["recorded"]):
            raise BrokenFence(f"{self.root}: an event of this batch stands in the ledger already")
        if any(event.name == "TextErased" for event in self.events):
            await erase_texts(connection, self.root, self.expected)
        return answer["leaf_hashes"] or ""

    def _arguments(self) -> tuple[Any, ...]:
        events, texts, refusals = self.events, self.texts, self.refusals
        return (
            self.root,
            self.expected,
            self.now,
            array_text([event.stream for event in events]),
            array_text([str(event.version) for event in events]),
            array_text([event.event_id for event in events]),
            array_text([event.name for event in events]),
            array_text([str(event.shape) for event in events]),
            array_text([event.source for event in events]),
            array_text([event.actor for event in events]),
            self.occurred,
            array_text(self.traceparents) if any(self.traceparents) else None,
            [write_body(event) for event in events],
            [ordinal for ordinal, _, _, _ in texts],
            [name for _, name, _, _ in texts],
            [salt for _, _, salt, _ in texts],
            [text for _, _, _, text in texts],
            [arrival.caller.tenant for arrival, _, _ in refusals],
            [arrival.key for arrival, _, _ in refusals],
            [content for _, content, _ in refusals],
            [arrival.caller.type for arrival, _, _ in refusals],
            [arrival.caller.actor for arrival, _, _ in refusals],
            [problem for _, _, problem in refusals],
            [arrival.raw[:EXCERPT_BYTES] for arrival, _, _ in refusals],
        )

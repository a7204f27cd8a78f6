"""A batch being judged: what goes to the append, and the outcomes."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from traceback import format_tb
from typing import Any

from asyncpg import Record

from shared.codec.canonical import canonical
from shared.codec.envelope import EXCERPT_BYTES, microseconds, time_text
from shared.codec.shapes import SHAPES
from shared.domain.decisions.erasure import Earlier, earlier
from shared.domain.decisions.evidence import NOTHING_STORED
from shared.domain.emission import Accepted, Emission
from shared.domain.events import Recorded
from shared.domain.judge import judge
from shared.domain.problems import Refused
from shared.domain.root import Root, evolve
from shared.ledger.answers import (
    ID_REUSED,
    Outcome,
    again,
    answer_of_row,
    recorded_outcome,
    refused_outcome,
    says_again,
)
from shared.ledger.arrays import array_text
from shared.ledger.arrivals import Arrival, traceparent_of
from shared.ledger.erasure import erase_texts
from shared.ledger.errors import BrokenFence
from shared.ledger.evidence import StoredFiles
from shared.ledger.pool import Connection
from shared.ledger.records import committed, write_body
from shared.ledger.statements import load

_APPEND = load("shared.ledger.sql", "ledger.sql")["append_batch"]
_HASH = 64
_log = logging.getLogger("parledger.ledger")

EmissionKey = tuple[str, str]
"""What an answer belongs to: the sending tenant, and the key of the arrival."""

_Answer = tuple[Arrival, Outcome, Recorded | None]
"""What this batch has answered to an arrival, and the event where it recorded one."""


@dataclass(slots=True)
class Batch:
    """A batch being judged: what goes to the append, and the outcomes.

    `known` is what the ledger answered before; `repeats`: the batch itself holds an emission more than once.
    `named` are the positions of which it would have texts erased, `earlier` the events found there.
    """

    root: Root
    expected: int
    now: datetime
    known: Mapping[EmissionKey, list[Record]]
    repeats: bool = True
    stored: StoredFiles = field(default_factory=dict[str, dict[str, int]])
    named: frozenset[int] = frozenset()
    earlier: dict[int, Earlier] = field(default_factory=dict[int, Earlier])
    events: list[Recorded] = field(default_factory=list[Recorded])
    occurred: list[datetime] = field(default_factory=list[datetime])
    traceparents: list[str | None] = field(default_factory=list[str | None])
    texts: list[tuple[int, str, bytes, str]] = field(default_factory=list[tuple[int, str, bytes, str]])
    refusals: list[tuple[Arrival, bytes, str]] = field(default_factory=list[tuple[Arrival, bytes, str]])
    outcomes: list[Outcome | None] = field(default_factory=list[Outcome | None])
    answered: dict[EmissionKey, list[_Answer]] = field(default_factory=dict[EmissionKey, list[_Answer]])
    now_us: int = field(init=False)
    now_text: str = field(init=False)

    def __post_init__(self) -> None:
        self.now_us, self.now_text = microseconds(self.now), time_text(self.now)

    def take(self, arrival: Arrival) -> None:
        """Judge the next emission and note its outcome."""
        emission = (arrival.caller.tenant, arrival.key)
        try:
            outcome = self._answered_before(emission, arrival) or self._judge(arrival)
        except (BrokenFence, ValueError) as error:
            raise BrokenFence(f"the fold of {self.root.name} failed: {error}") from error
        self.outcomes.append(outcome)
        if outcome is not None and self.repeats:
            event = self.events[-1] if outcome["status"] == "recorded" else None
            self.answered.setdefault(emission, []).append((arrival, outcome, event))

    def _answered_before(self, emission: EmissionKey, arrival: Arrival) -> Outcome | None:
        """The first answer to the same content, or a refusal of other content under a used id.

        None where the id is new, or the bytes alone say why it is refused.
        """
        earlier, rows = self.answered.get(emission, ()), self.known.get(emission, ())
        if not earlier and not rows:
            return None
        for first, outcome, event in earlier:
            if first.content == arrival.content or (event and says_again(arrival.read, event)):
                return again(outcome)
        for row in rows:
            if outcome := answer_of_row(self.root.name, arrival, row):
                return outcome
        return None if isinstance(arrival.read, Refused) else self._refuse(arrival, ID_REUSED)

    def _judge(self, arrival: Arrival) -> Outcome | None:
        read = arrival.read
        if isinstance(read, Refused):
            return self._refuse(arrival, read)
        try:
            stored = self.stored.get(arrival.caller.tenant, NOTHING_STORED)
            verdict = judge(self.root, read, self.now_us, stored=stored, earlier=self.earlier)
        except Exception as error:
            _log.error(  # not its words: they may be a tenant's
                "the judge failed on emission %s of %s (%s); it is not answered",
                arrival.key,
                arrival.caller.tenant,
                type(error).__name__,
                extra={"where": "".join(format_tb(error.__traceback__))},
            )
            return None
        return (
            self._refuse(arrival, verdict)
            if isinstance(verdict, Refused)
            else self._accept(arrival, read, verdict)
        )

    def _refuse(self, arrival: Arrival, refused: Refused) -> Outcome:
        problem = refused.as_problem()
        self.refusals.append((arrival, arrival.content, canonical(problem).decode()))
        return refused_outcome(arrival, problem)

    def _accept(self, arrival: Arrival, emission: Emission, accepted: Accepted) -> Outcome:
        data, salts, texts = committed(accepted.data)
        envelope, root = emission.envelope, self.root
        event = Recorded(
            root=root.name,
            position=root.position + 1,
            stream=envelope.subject,
            version=root.versions.get(envelope.subject, 0) + 1,
            event_id=envelope.id,
            name=envelope.type,
            shape=SHAPES[envelope.type].class_version,
            source=envelope.source,
            actor=arrival.caller.actor,
            occurred=envelope.time,
            recorded_us=self.now_us,
            data=data,
            salts=salts,
        )
        evolve(root, event)
        self.events.append(event)
        if event.position in self.named:
            self.earlier[event.position] = earlier(event)
        self.occurred.append(emission.occurred)
        self.traceparents.append(traceparent_of(envelope))
        self.texts += [(len(self.events), name, salts[name], text) for name, text in texts.items()]
        return recorded_outcome(event, self.now_text)

    async def append(self, connection: Connection) -> None:
        """Write what was judged; the leaf hashes come back into the outcomes."""
        if not self.events and not self.refusals:
            return
        answer = await connection.fetchrow(_APPEND, *self._arguments())
        if answer is None or (self.events and not answer["recorded"]):
            raise BrokenFence(f"{self.root.name}: an event of this batch stands in the ledger already")
        if any(event.name == "TextErased" for event in self.events):
            await erase_texts(connection, self.root.name, self.expected)
        hashes: str = answer["leaf_hashes"] or ""
        for outcome in self.outcomes:
            if outcome is not None and outcome["status"] != "refused" and not outcome["leaf_hash"]:
                start = (outcome["position"] - self.expected - 1) * _HASH
                outcome["leaf_hash"] = hashes[start : start + _HASH]

    def _arguments(self) -> tuple[Any, ...]:
        events, texts, refusals = self.events, self.texts, self.refusals
        return (
            self.root.name,
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

"""A batch being judged: what goes to the append, and the outcomes."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from traceback import format_tb

from asyncpg import Record

from shared.codec.canonical import canonical
from shared.codec.envelope import microseconds, time_text
from shared.domain.decisions.erasure import Earlier, earlier
from shared.domain.decisions.evidence import NOTHING_STORED
from shared.domain.emission import Accepted, Emission
from shared.domain.events import Recorded
from shared.domain.following import following
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
from shared.ledger.arrivals import Arrival
from shared.ledger.errors import BrokenFence
from shared.ledger.evidence import StoredFiles
from shared.ledger.part import LEAF_HASH, Part
from shared.ledger.records import committed

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
    outcomes: list[Outcome | None] = field(default_factory=list[Outcome | None])
    answered: dict[EmissionKey, list[_Answer]] = field(default_factory=dict[EmissionKey, list[_Answer]])
    part: Part = field(init=False)
    now_us: int = field(init=False)
    now_text: str = field(init=False)

    def __post_init__(self) -> None:
        self.now_us, self.now_text = microseconds(self.now), time_text(self.now)
        self.part = Part(self.root.name, self.expected, self.now)

    def take(self, arrival: Arrival) -> None:
        """Judge the next emission and note its outcome."""
        emission = (arrival.caller.tenant, arrival.key)
        try:
            outcome = self._answered_before(emission, arrival) or self._judge(arrival)
        except (BrokenFence, ValueError) as error:
            raise BrokenFence(f"the fold of {self.root.name} failed: {error}") from error
        self.outcomes.append(outcome)
        if outcome is not None and self.repeats:
            event = self.part.events[-1] if outcome["status"] == "recorded" else None
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
        self.part.refusals.append((arrival, arrival.content, canonical(problem).decode()))
        return refused_outcome(arrival, problem)

    def _accept(self, arrival: Arrival, emission: Emission, accepted: Accepted) -> Outcome:
        data, salts, texts = committed(accepted.data)
        event = following(self.root, emission, data, salts, self.now_us)
        evolve(self.root, event)
        if event.position in self.named:
            self.earlier[event.position] = earlier(event)
        self.part.add(event, emission, texts)
        return recorded_outcome(event, self.now_text)

    def cut(self) -> Part:
        """What was judged since the last cut, to be appended."""
        cut, self.part = self.part, Part(self.root.name, self.root.position, self.now)
        return cut

    def told(self, leaf_hashes: str) -> list[Outcome | None]:
        """The outcomes in order, with the leaf hashes of what was recorded, one after the other in hex."""
        for outcome in self.outcomes:
            if outcome is not None and outcome["status"] != "refused" and not outcome["leaf_hash"]:
                start = (outcome["position"] - self.expected - 1) * LEAF_HASH
                outcome["leaf_hash"] = leaf_hashes[start : start + LEAF_HASH]
        return self.outcomes

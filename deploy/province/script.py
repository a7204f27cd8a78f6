"""The script of a play: who emits what, in order, and what is expected to come of it.

Each line is a CloudEvents envelope that `parledger emit` takes as it is. Attributes beside the contract's,
which the platform ignores, tell a player the rest: `wave` (a line of a later wave is sent once all of the
earlier ones are answered; within a wave only the lines of one sender keep their order), `tenant` and `role`
(of the token to send it with; `council:3:7` is limited to the areas 3 and 7), `expect` (`recorded`,
`duplicate`, or the type of the problem that it is refused for).
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from random import Random
from typing import Any
from uuid import UUID

from deploy.province.evaluate import Said, SlowEvaluator, SlowLedger

JSON = dict[str, Any]

VIETNAM = timezone(timedelta(hours=7))
RECORDED = "recorded"
DUPLICATE = "duplicate"
FAR_OFF = "2099-12-31T23:59:59+07:00"
"""When what is closed by an event would close by itself."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who holds the token: a unit, a role, and the areas that a council is limited to."""

    tenant: str
    role: str
    areas: tuple[str, ...] = ()

    @property
    def as_(self) -> str:
        """The role as the contract writes it in `<as>`."""
        return ":".join((self.role, *self.areas))


@dataclass(frozen=True, slots=True)
class Line:
    """One emission, and what is expected of it. `position` is where it is recorded in a play line by line."""

    wave: int
    sender: Sender
    expect: str
    emission: JSON
    position: int | None = None

    @property
    def written(self) -> JSON:
        """The envelope with what a player needs to know beside it."""
        beside = {"wave": self.wave, "tenant": self.sender.tenant, "role": self.sender.as_}
        return {**self.emission, **beside, "expect": self.expect}


@dataclass(slots=True)
class Script:
    """What has been written so far.

    `ledger` holds what is recorded by then, `files` the evidence that somebody put, by SHA-256.
    """

    seed: int
    wave: int = 0
    clock: datetime = datetime(2000, 1, 1, tzinfo=VIETNAM)
    lines: list[Line] = field(default_factory=list[Line])
    ledger: SlowLedger = field(default_factory=SlowLedger)
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    _said: dict[str, list[tuple[str, JSON]]] = field(default_factory=dict[str, list[tuple[str, JSON]]])
    _chance: Random = field(default_factory=Random)

    def __post_init__(self) -> None:
        self._chance = self.chance("ids")

    def chance(self, *names: object) -> Random:
        """Chance of its own for whatever has these names: the same for the same seed."""
        return Random(f"{self.seed} {' '.join(map(str, names))}")  # noqa: S311  # a play, no secret

    def barrier(self) -> None:
        """What follows is sent once everything before it is answered."""
        if self.lines and self.lines[-1].wave == self.wave:
            self.wave += 1

    def at(self, moment: datetime) -> None:
        """What follows happens then, or later; and after a barrier."""
        self.barrier()
        self.clock = max(self.clock, moment)

    def say(self, sender: Sender, type_: str, subject: str, expect: str = RECORDED, **data: Any) -> Line:
        """Write a line of this type; what is recorded is taken in. Fields that are None are left out."""
        given = {name.rstrip("_"): value for name, value in data.items() if value is not None}
        return self.emit(sender, self.envelope(sender.tenant, type_, subject, given), expect)

    def emit(self, sender: Sender, emission: JSON, expect: str = RECORDED) -> Line:
        """Write a line with this envelope."""
        position = None
        if expect == RECORDED:
            said = Said(emission["type"], emission["source"], emission["subject"], emission["data"])
            self.ledger.events.append(said)
            self._said.setdefault(said.subject, []).append((said.type, said.data))
            position = len(self.ledger.events)
        self.lines.append(Line(self.wave, sender, expect, emission, position))
        return self.lines[-1]

    def envelope(self, source: str, type_: str, subject: str, data: JSON) -> JSON:
        """An envelope with a time and an id of its own."""
        self.clock += timedelta(seconds=self._chance.randint(1, 6))
        milliseconds = round(self.clock.timestamp() * 1000)
        random = self._chance.getrandbits(74)
        id_ = milliseconds << 80 | 7 << 76 | (random >> 62) << 64 | 0b10 << 62 | random & (2**62 - 1)
        return {
            "specversion": "1.0",
            "id": str(UUID(int=id_)),
            "type": type_,
            "source": source,
            "subject": subject,
            "time": self.clock.isoformat(),
            "data": data,
        }

    def dossier(self, authority: str, round_: str, unit: str, rubric: JSON) -> SlowEvaluator:
        """A dossier of an open round, which takes in what is said of it from now on."""
        return SlowEvaluator(
            rubric,
            [excluded["leaf"] for excluded in self.ledger.opening(authority, round_).get("excluded", [])],
            self._said.setdefault(f"{unit}@{round_}", []),
            lambda code: self.ledger.given_below(unit, round_, code),
        )

    def put(self, text: str) -> JSON:
        """A file of evidence: its hash and size, as `EvidenceAttached` states them."""
        content = text.encode()
        digest = sha256(content).hexdigest()
        self.files[digest] = content
        return {"sha256": digest, "size": len(content)}

    def position_of(self, line: Line) -> int:
        """Where it is recorded however its wave is played. ValueError where that depends on chance."""
        recorded = [other for other in self.lines if other.wave == line.wave and other.position]
        others = {other.sender for other in recorded} - {line.sender}
        if line.position is None or others:
            raise ValueError(f"wave {line.wave} has other senders: {others}")
        return line.position

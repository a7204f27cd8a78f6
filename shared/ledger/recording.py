"""Judging inside the append: one transaction per batch and root, under the root's head row.

lock the head row → take in what the other service recorded → judge each emission, in order, at the ledger's
time, on the state left by those before it → append events, texts and refusals → move the head → commit.
Only then are there outcomes.
"""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from traceback import format_tb
from typing import Any, cast

import msgspec
from asyncpg import Record

from shared.codec.canonical import canonical
from shared.codec.envelope import EXCERPT_BYTES, Envelope, microseconds, time_text, usable_id
from shared.codec.shapes import SHAPES, Commitment
from shared.domain.decisions.evidence import NOTHING_STORED
from shared.domain.emission import Accepted, Caller, Emission, read_emission
from shared.domain.events import Recorded
from shared.domain.judge import judge, read_data
from shared.domain.problems import Refused
from shared.domain.root import Root, evolve
from shared.ledger.errors import BrokenFence, UnknownRoot
from shared.ledger.evidence import StoredFiles, attached_file, sizes_put
from shared.ledger.pool import Connection
from shared.ledger.records import committed, recorded, with_commitments, write_body
from shared.ledger.statements import load
from shared.ledger.tail import catch_up

_SQL = load("shared.ledger.sql", "ledger.sql")
_log = logging.getLogger("parledger.ledger")
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(?:-[0-9a-f-]*)?")


@dataclass(frozen=True)
class Arrival:
    """One message as it came: who sent it, by the server's word, and its bytes.

    `id` is None where it has no usable one.
    """

    caller: Caller
    raw: bytes
    id: str | None
    read: Emission | Refused

    @cached_property
    def key(self) -> str:
        """By what it is known: its id, or `malformed.<sha256 of the bytes>`."""
        return self.id or f"malformed.{sha256(self.raw).hexdigest()}"

    @cached_property
    def content(self) -> bytes:
        """Hash of what it says (32 bytes): of the attributes that count, however they were written.

        Where it is malformed: of its bytes.
        """
        if isinstance(self.read, Refused):
            return sha256(self.raw).digest()
        return _content_hash(self.read.envelope)


_Emission = tuple[str, str]
"""What an answer belongs to: the sending tenant, and the key of the arrival."""

Outcome = dict[str, Any]
"""The answer to one emission, as contracts give it: status recorded, duplicate or refused."""


def arrive(caller: Caller, raw: bytes) -> Arrival:
    """Read one message; nothing is looked up."""
    read = read_emission(caller, raw)
    return Arrival(caller, raw, usable_id(raw) if isinstance(read, Refused) else read.envelope.id, read)


async def record(connection: Connection, root: Root, arrivals: Sequence[Arrival]) -> list[Outcome | None]:
    """Judge and record a batch in one transaction; the outcomes, in order, once it is committed.

    `root` is the caller's state of the root and holds what was recorded afterwards. If this raises, nothing
    was recorded and the state must be thrown away. None stands for an emission on which the judge itself
    failed: it is logged and not answered.
    """
    async with connection.transaction():
        first = {(arrival.caller.tenant, arrival.key): arrival for arrival in reversed(arrivals)}
        rows = await connection.fetch(
            _SQL["lock_root"],
            root.name,
            [tenant for tenant, _ in first],
            [key for _, key in first],
            [arrival.id for arrival in first.values()],
        )
        if not rows:
            raise UnknownRoot(f"{root.name} is not prepared: run `parledger root add {root.name}`")
        head, *known = rows
        if head["position"] != root.position:
            await catch_up(connection, root, until=head["position"], with_salts=True)
        if head["position"] != root.position:
            raise BrokenFence(f"the ledger of {root.name} ends at {head['position']}, before {root.position}")
        batch = _Batch(root, head["position"], head["recorded_at"], _by_emission(list(first), known))
        batch.stored = await _stored(connection, root.name, arrivals)
        for arrival in arrivals:
            batch.take(arrival)
        await batch.append(connection)
    return batch.outcomes


async def _stored(connection: Connection, root: str, arrivals: Sequence[Arrival]) -> StoredFiles:
    """Of the files that the batch attaches, those that their senders have put."""
    files = {
        (arrival.caller.tenant, file)
        for arrival in arrivals
        if arrival.caller.type == "EvidenceAttached" and (file := attached_file(arrival.read))
    }
    return await sizes_put(connection, root, sorted(files)) if files else {}


def _by_emission(emissions: Sequence[_Emission], rows: Sequence[Record]) -> dict[_Emission, list[Record]]:
    """What is known of each emission; a row's ordinal counts them from 1."""
    found: dict[_Emission, list[Record]] = {}
    for row in rows:
        found.setdefault(emissions[int(row["ordinal"]) - 1], []).append(row)
    return found


_Answer = tuple[Arrival, Outcome, Recorded | None]
"""What this batch has answered to an arrival, and the event where it recorded one."""


@dataclass(slots=True)
class _Batch:
    """A batch being judged: what goes to the append, and the outcomes."""

    root: Root
    expected: int
    now: datetime
    known: dict[_Emission, list[Record]]
    stored: StoredFiles = field(default_factory=dict[str, dict[str, int]])
    events: list[Recorded] = field(default_factory=list[Recorded])
    occurred: list[datetime] = field(default_factory=list[datetime])
    traceparents: list[str | None] = field(default_factory=list[str | None])
    texts: list[tuple[int, str, bytes, str]] = field(default_factory=list[tuple[int, str, bytes, str]])
    refusals: list[tuple[Arrival, bytes, str]] = field(default_factory=list[tuple[Arrival, bytes, str]])
    outcomes: list[Outcome | None] = field(default_factory=list[Outcome | None])
    answered: dict[_Emission, list[_Answer]] = field(default_factory=dict[_Emission, list[_Answer]])
    now_us: int = field(init=False)
    now_text: str = field(init=False)

    def __post_init__(self) -> None:
        self.now_us, self.now_text = microseconds(self.now), time_text(self.now)

    def take(self, arrival: Arrival) -> None:
        """Judge the next emission and note its outcome."""
        try:
            outcome = self._answered_before(arrival) or self._judge(arrival)
        except (BrokenFence, ValueError) as error:
            raise BrokenFence(f"the fold of {self.root.name} failed: {error}") from error
        self.outcomes.append(outcome)
        if outcome is not None:
            event = self.events[-1] if outcome["status"] == "recorded" else None
            self.answered.setdefault((arrival.caller.tenant, arrival.key), []).append(
                (arrival, outcome, event)
            )

    def _answered_before(self, arrival: Arrival) -> Outcome | None:
        """The first answer to the same content, or a refusal of other content under a used id.

        None where the id is new, or the bytes alone say why it is refused.
        """
        emission = (arrival.caller.tenant, arrival.key)
        earlier = self.answered.get(emission, [])
        for first, outcome, event in earlier:
            if first.content == arrival.content or (event and _says_again(arrival.read, event)):
                return outcome if outcome["status"] == "refused" else {**outcome, "status": "duplicate"}
        rows = self.known.get(emission, [])
        content = arrival.content if rows else b""
        for row in rows:
            if row["hash"] is not None:
                if row["hash"] == content:
                    return _refused_outcome(arrival, json_problem(row["problem"]))
                continue
            event = recorded(
                self.root.name, row["position"], row["recorded_at"], row["body"], _row_salts(row)
            )
            if _says_again(arrival.read, event):
                return _duplicate_outcome(event, row)
        if (not rows and not earlier) or isinstance(arrival.read, Refused):
            return None
        return self._refuse(arrival, _ID_REUSED)

    def _judge(self, arrival: Arrival) -> Outcome | None:
        read = arrival.read
        if isinstance(read, Refused):
            return self._refuse(arrival, read)
        try:
            stored = self.stored.get(arrival.caller.tenant, NOTHING_STORED)
            verdict = judge(self.root, read, self.now_us, stored=stored)
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
        return _refused_outcome(arrival, problem)

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
        self.occurred.append(emission.occurred)
        self.traceparents.append(_traceparent(envelope))
        self.texts += [(len(self.events), name, salts[name], text) for name, text in texts.items()]
        return {
            "id": event.event_id,
            "status": "recorded",
            "root": event.root,
            "position": event.position,
            "stream": event.stream,
            "version": event.version,
            "recorded_at": self.now_text,
            "actor": event.actor,
            "leaf_hash": "",
            "salts": {name: salt.hex() for name, salt in salts.items()},
        }

    async def append(self, connection: Connection) -> None:
        """Write what was judged; the leaf hashes come back into the outcomes."""
        if not self.events and not self.refusals:
            return
        answers = await connection.fetch(_SQL["append"], *self._arguments())
        if any(answer["status"] != "recorded" for answer in answers):
            raise BrokenFence(f"{self.root.name}: an event of this batch stands in the ledger already")
        hashes = {answer["position"]: answer["leaf_hash"].hex() for answer in answers}
        for outcome in self.outcomes:
            if outcome is not None and outcome["status"] != "refused" and not outcome["leaf_hash"]:
                outcome["leaf_hash"] = hashes[outcome["position"]]

    def _arguments(self) -> tuple[Any, ...]:
        events, texts, refusals = self.events, self.texts, self.refusals
        return (
            self.root.name,
            self.expected,
            self.now,
            [event.stream for event in events],
            [event.version for event in events],
            [event.event_id for event in events],
            [event.name for event in events],
            [event.shape for event in events],
            [event.source for event in events],
            [event.actor for event in events],
            self.occurred,
            self.traceparents,
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


_ID_REUSED = Refused(
    "id-reused",
    "/id",
    "Mã này đã dùng cho một bản gửi có nội dung khác; hãy gửi lại với mã mới.",
    "This id was used for an emission with other content: send this one under a new id.",
)


def _duplicate_outcome(event: Recorded, row: Record) -> Outcome:
    return {
        "id": event.event_id,
        "status": "duplicate",
        "root": event.root,
        "position": event.position,
        "stream": event.stream,
        "version": event.version,
        "recorded_at": time_text(row["recorded_at"]),
        "actor": event.actor,
        "leaf_hash": row["leaf_hash"].hex(),
        "salts": {name: salt.hex() for name, salt in event.salts.items()},
    }


def _refused_outcome(arrival: Arrival, problem: dict[str, Any]) -> Outcome:
    return {"id": arrival.id, "status": "refused", "problem": problem}


def json_problem(text: str) -> dict[str, Any]:
    """A stored problem."""
    return cast(dict[str, Any], msgspec.json.decode(text.encode()))


def _content_hash(envelope: Envelope) -> bytes:
    said: dict[str, Any] = {
        name: getattr(envelope, name) for name in ("id", "type", "source", "subject", "time", "dataschema")
    }
    try:
        return sha256(canonical({**said, "data": msgspec.json.decode(envelope.data)})).digest()
    except (msgspec.MsgspecError, ValueError, RecursionError):
        # JSON that no decoder takes, such as 1e400: the same only where it is the same to the byte
        return sha256(canonical({**said, "data": bytes(envelope.data).hex()})).digest()


def _traceparent(envelope: Envelope) -> str | None:
    """The trace that it belongs to; None where it is not written as W3C Trace Context says."""
    found = envelope.traceparent
    return found if found and _TRACEPARENT.fullmatch(found) else None


def _row_salts(row: Record) -> dict[str, bytes]:
    pairs = (item.split(":") for item in (row["salts"] or "").split(",") if item)
    return {name: bytes.fromhex(salt) for name, salt in pairs}


def _says_again(read: Emission | Refused, event: Recorded) -> bool:
    """Does an emission under the id of `event` say what was recorded?

    Read in the newest shape, both of them; a text that was erased since is taken at its word.
    """
    if isinstance(read, Refused):
        return False
    envelope = read.envelope
    said = (envelope.type, envelope.source, envelope.subject, envelope.time)
    if said != (event.name, event.source, event.stream, event.occurred):
        return False
    data = read_data(read)
    if isinstance(data, Refused):
        return False
    again = with_commitments(data, event.salts)
    erased = {
        name: stands
        for name in again.TEXTS
        if isinstance(getattr(again, name), str)
        and isinstance(stands := getattr(event.data, name), Commitment)
    }
    return (msgspec.structs.replace(again, **erased) if erased else again) == event.data

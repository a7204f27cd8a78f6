"""Events of the ledger, free texts, refusals."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class EventRow:
    """A recorded event; `body` is its canonical JSON. `above`: the viewer is above its unit."""

    root: str
    position: int
    stream: str
    version: int
    event_id: UUID
    name: str
    actor: str
    occurred_at: datetime
    recorded_at: datetime
    body: bytes
    leaf_hash: bytes
    above: bool
    ordinal: int = 0


@dataclass(frozen=True, slots=True)
class TextRow:
    """A free text of an event."""

    position: int
    field: str
    salt: bytes
    text: str


@dataclass(frozen=True, slots=True)
class ErasureRow:
    """A recorded TextErased; `body` is its canonical JSON."""

    position: int
    recorded_at: datetime
    body: bytes


@dataclass(frozen=True, slots=True)
class ErasedText:
    """That a free text was erased: the position, time, basis and reason of the first TextErased naming it."""

    position: int
    recorded_at: datetime
    basis: str
    reason: str


@dataclass(frozen=True, slots=True)
class RefusalRow:
    """A refused emission. `key` is its id or `malformed.<hash>`, `problem` is JSON.

    `excerpt` is its first bytes, as long as they are kept.
    """

    number: int
    key: str
    type: str | None
    recorded_at: datetime
    hash: bytes
    actor: str
    problem: str
    excerpt: bytes | None


@dataclass(frozen=True, slots=True)
class PositionRow:
    """How far the read model has come."""

    position: int

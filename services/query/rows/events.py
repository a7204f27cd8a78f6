"""Events of the ledger, free texts, refusals."""

from datetime import datetime
from uuid import UUID

import msgspec


class EventRow(msgspec.Struct, frozen=True):
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


class TextRow(msgspec.Struct, frozen=True):
    """A free text of an event."""

    position: int
    field: str
    salt: bytes
    text: str


class ErasureRow(msgspec.Struct, frozen=True):
    """A recorded TextErased; `body` is its canonical JSON."""

    position: int
    recorded_at: datetime
    body: bytes


class ErasedText(msgspec.Struct, frozen=True):
    """That a free text was erased: the position, time, basis and reason of the first TextErased naming it."""

    position: int
    recorded_at: datetime
    basis: str
    reason: str


class RefusalRow(msgspec.Struct, frozen=True):
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

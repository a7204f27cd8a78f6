"""Moments, the events that a fold takes, and what dossiers had come to."""

from datetime import datetime

import msgspec


class MomentRow(msgspec.Struct, frozen=True):
    """How far the read model has come, the position that a moment is, and whether it is still to come."""

    head: int
    at: int | None
    to_come: bool | None


class DecidingRow(msgspec.Struct, frozen=True):
    """An event that a fold takes."""

    position: int
    recorded_at: datetime
    body: bytes


class StoodRow(msgspec.Struct, frozen=True):
    """What a dossier had come to by a position; `released` and `above` are of today."""

    unit: str
    kind: str
    grouped: str | None
    rubric: str
    released: bool
    above: bool
    index: int | None
    points: int
    assessed: int
    coverage: int
    final: bool

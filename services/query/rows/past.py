"""Moments, the events that a fold takes, and what dossiers had come to."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MomentRow:
    """How far the read model has come, the position that a moment is, and whether it is still to come."""

    head: int
    at: int | None
    to_come: bool | None


@dataclass(frozen=True, slots=True)
class DecidingRow:
    """An event that a fold takes."""

    position: int
    recorded_at: datetime
    body: bytes


@dataclass(frozen=True, slots=True)
class StoodRow:
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

"""Rounds, rubrics, and what was published."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round; `rubrics`, `windows`, `extended` and `appraisers` are JSON.

    `presides`: the viewer is its authority, or above. `at`: as of which position it is folded, None where it
    is of today.
    """

    authority: str
    round: str
    name: str
    kind: str
    rubrics: str
    units: list[str]
    windows: str
    released: bool
    published: bool
    period_from: date
    period_to: date
    extended: str
    appraisers: str
    cancelled: bool
    published_at: int | None
    presides: bool
    at: int | None = None


@dataclass(frozen=True, slots=True)
class PublicationRow:
    """A publication of results; `document` and `rubrics` are JSON."""

    position: int
    recorded_at: datetime
    document: str
    rubrics: str


@dataclass(frozen=True, slots=True)
class StandingRow:
    """A unit as it stood in the latest publication; `own`: the viewer sees the unit itself."""

    unit: str
    kind: str
    grouped: str | None
    index: int | None
    rank: int | None
    grade: str | None
    points: int
    assessed: int
    own: bool
    round: str


@dataclass(frozen=True, slots=True)
class RubricRow:
    """A rubric without its body; `hash` is hex."""

    id: str
    authority: str
    name: str
    hash: str


@dataclass(frozen=True, slots=True)
class BodyRow:
    """The canonical JSON of a rubric."""

    id: str
    body: bytes

"""Rounds, rubrics, and what was published."""

from datetime import date, datetime

import msgspec


class RoundRow(msgspec.Struct, frozen=True):
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


class PublicationRow(msgspec.Struct, frozen=True):
    """A publication of results; `document` and `rubrics` are JSON."""

    position: int
    recorded_at: datetime
    document: str
    rubrics: str


class StandingRow(msgspec.Struct, frozen=True):
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


class RubricRow(msgspec.Struct, frozen=True):
    """A rubric without its body; `hash` is hex."""

    id: str
    authority: str
    name: str
    hash: str


class BodyRow(msgspec.Struct, frozen=True):
    """The canonical JSON of a rubric."""

    id: str
    body: bytes

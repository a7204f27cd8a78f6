"""What the statements answer, a row each.

Points are in thousandths, indices in millionths, coverage in hundredths of a per cent.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit, as it stands now."""

    path: str
    name: str
    kind: str
    parent: str | None
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round; `rubrics` and `windows` are JSON."""

    authority: str
    round: str
    name: str
    kind: str
    rubrics: str
    units: list[str]
    windows: str
    released: bool
    published: bool


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


@dataclass(frozen=True, slots=True)
class DossierRow:
    """A dossier with everything that was computed for it; `areas` is JSON, `grouped` its ranking group."""

    unit: str
    round: str
    authority: str
    kind: str
    rubric: str
    status: str
    released: bool
    self_index: int | None
    index: int | None
    grade: str | None
    points: int
    assessed: int
    excluded: int
    lost: int
    coverage: int
    final: bool
    bonus: int
    penalties: int
    areas: str
    grouped: str | None


@dataclass(frozen=True, slots=True)
class LeafRow:
    """A leaf to which something happened; both figures are JSON, `appraised_at` is a position."""

    unit: str
    round: str
    code: str
    self_points: int | None
    appraised: int | None
    computed: int | None
    unit_computed: int | None
    support: str | None
    excluded: str | None
    lost: int | None
    figures: str | None
    council_figures: str | None
    appraised_at: int | None
    responsible: list[str]


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A piece of evidence that stands; its name and title are texts of the event at `attached_at`."""

    unit: str
    round: str
    code: str
    evidence: str
    sha256: str
    size: int
    media_type: str
    number: str | None
    dated: date | None
    pages: str | None
    attached_at: int


@dataclass(frozen=True, slots=True)
class FileRow:
    """As what a file was attached; `name` is None once it was erased."""

    size: int
    media_type: str
    name: str | None


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """An event that changed an index or a self index; `ordinal` says of which of the dossiers asked for."""

    ordinal: int
    position: int
    name: str
    recorded_at: datetime
    self_index: int | None
    index: int | None
    points: int
    assessed: int


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """The last event that changed the index of a round."""

    round: str
    position: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class PositionRow:
    """How far the read model has come."""

    position: int


@dataclass(frozen=True, slots=True)
class EventRow:
    """A recorded event; `body` is its canonical JSON; `ordinal` says of which of the streams asked for."""

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
    ordinal: int = 0


@dataclass(frozen=True, slots=True)
class TextRow:
    """A free text of an event."""

    position: int
    field: str
    salt: bytes
    text: str


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

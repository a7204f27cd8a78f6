"""Dossiers, their leaves and what else lies in them, and how their indices changed."""

from datetime import date, datetime

import msgspec


class DossierRow(msgspec.Struct, frozen=True):
    """A dossier with everything that was computed for it; `areas` is JSON, `grouped` its ranking group.

    `gone`: it has left the round. How many leaves count (`counted`), are appraised, are `due` from the unit,
    are filed, lack evidence (`unproved`); how many disputes are open. `above`: the viewer is above the unit,
    `depth`: so many successions ago, `at`: as of which position it is folded, None where it is of today.
    """

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
    submitted: bool
    defaulted: bool
    gone: bool
    counted: int
    appraised: int
    due: int
    filed: int
    unproved: int
    disputed: int
    above: bool
    ordinal: int = 0
    depth: int = 0
    at: int | None = None


class Stood(msgspec.Struct, frozen=True):
    """A dossier's place in live standings, as of a position or now.

    `ordinal` says in which of the rounds asked for.
    """

    unit: str
    kind: str
    grouped: str | None
    released: bool
    above: bool
    index: int | None
    grade: str | None
    points: int
    assessed: int
    coverage: int
    final: bool
    ordinal: int = 0


class LeafRow(msgspec.Struct, frozen=True):
    """A leaf to which something happened; figures and `survey` are JSON.

    `proposed_by` is the unit that proposes; `self_support` tells of the self points what `support` tells of
    the appraised ones.
    """

    unit: str
    round: str
    code: str
    self_points: int | None
    appraised: int | None
    computed: int | None
    unit_computed: int | None
    support: str | None
    self_support: str | None
    excluded: str | None
    lost: int | None
    figures: str | None
    council_figures: str | None
    survey: str | None
    proposed: int | None
    proposed_at: int | None
    proposed_by: str | None
    returned_until: datetime | None
    required_due: date | None
    appraised_at: int | None
    responsible: list[str]


class EvidenceRow(msgspec.Struct, frozen=True):
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


class FileRow(msgspec.Struct, frozen=True):
    """As what a file was attached; `name` is None once it was erased."""

    size: int
    media_type: str
    name: str | None


class AdjustmentRow(msgspec.Struct, frozen=True):
    """A penalty or a bonus; its reason is a text of the event at `said_at`."""

    unit: str
    round: str
    kind: str
    id: str
    points: int
    target: str | None
    basis: str | None
    said_at: int
    taken_back: bool


class DisputeRow(msgspec.Struct, frozen=True):
    """A dispute; its grounds are a text of the event at `raised_at`, the reason of that at `decided_at`."""

    unit: str
    round: str
    id: str
    about: str
    status: str
    claimed: int | None
    points: int | None
    raised_at: int
    decided_at: int | None


class HistoryRow(msgspec.Struct, frozen=True):
    """An event that changed an index or a self index; `ordinal` says of which of the dossiers asked for."""

    ordinal: int
    position: int
    name: str
    recorded_at: datetime
    self_index: int | None
    index: int | None
    points: int
    assessed: int


class ChangeRow(msgspec.Struct, frozen=True):
    """The last event that changed the index of a dossier."""

    unit: str
    round: str
    position: int
    recorded_at: datetime


class ImportedRow(msgspec.Struct, frozen=True):
    """A result from before the ledger."""

    unit: str
    round: str
    index: int
    rank: int | None
    out_of: int | None
    grade: str | None
    basis: str
    said_at: int
    recorded_at: datetime

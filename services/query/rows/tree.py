"""Units, who took over from whom, who may read them."""

from datetime import date, datetime

import msgspec


class UnitRow(msgspec.Struct, frozen=True):
    """A unit, as it stands now."""

    path: str
    name: str
    kind: str
    parent: str | None
    valid_from: date
    valid_until: date | None
    ended: bool


class PathRow(msgspec.Struct, frozen=True):
    """The path of a unit."""

    path: str


class HeirRow(msgspec.Struct, frozen=True):
    """That `heir` took over from `unit`."""

    unit: str
    heir: str


class ReadingRow(msgspec.Struct, frozen=True):
    """Reading that was granted to `tenant`."""

    id: str
    tenant: str
    under: str
    until: datetime | None
    basis: str | None
    said_at: int
    revoked: bool


class PlanRow(msgspec.Struct, frozen=True):
    """A remediation plan, or a leaf for which one is asked: then `plan` is None.

    `key` is its place in the unit's list.
    """

    unit: str
    round: str
    plan: str | None
    leaves: list[str]
    lead: str | None
    support: list[str]
    target: str | None
    due: date
    status: str
    overdue: bool
    planned_at: int | None
    reported_at: int | None
    confirmed_at: int | None
    required_at: int | None
    key: str
    ordinal: int = 0

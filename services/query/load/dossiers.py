"""Dossiers, their leaves, and how their indices changed."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from services.query.load.sql import statement
from services.query.rows import ChangeRow, DossierRow, HistoryRow, LeafRow, PositionRow
from services.query.snapshot import Snapshot


class DossierKey(NamedTuple):
    """A unit in a round."""

    unit: str
    round: str


class RoundKey(NamedTuple):
    """A round of an authority."""

    authority: str
    round: str


class HistoryKey(NamedTuple):
    """A page of a dossier's history: at most `most` rows after a position."""

    unit: str
    round: str
    after: int
    most: int


async def dossiers(snapshot: Snapshot, viewer: str, keys: Sequence[DossierKey]) -> list[DossierRow | None]:
    """Dossiers, in the order of the keys; None where the viewer sees none."""
    sql = statement("dossiers", "dossiers")
    rows = await snapshot.fetch(DossierRow, sql, viewer, [k.unit for k in keys], [k.round for k in keys])
    found = {DossierKey(row.unit, row.round): row for row in rows}
    return [found.get(key) for key in keys]


async def dossiers_of_rounds(
    snapshot: Snapshot, viewer: str, keys: Sequence[RoundKey]
) -> list[list[DossierRow]]:
    """Of each round, the dossiers that the viewer sees, in no order."""
    sql = statement("dossiers", "dossiers_of_rounds")
    rows = await snapshot.fetch(DossierRow, sql, viewer, [k.authority for k in keys], [k.round for k in keys])
    found: dict[RoundKey, list[DossierRow]] = defaultdict(list)
    for row in rows:
        found[RoundKey(row.authority, row.round)].append(row)
    return [found[key] for key in keys]


async def dossiers_of_unit(snapshot: Snapshot, viewer: str, unit: str) -> list[DossierRow]:
    """Every dossier of a unit, in no order."""
    return await snapshot.fetch(DossierRow, statement("dossiers", "dossiers_of_unit"), viewer, unit)


async def leaves(snapshot: Snapshot, viewer: str, keys: Sequence[DossierKey]) -> list[dict[str, LeafRow]]:
    """Of each dossier, the leaves to which something happened, by code."""
    sql = statement("dossiers", "leaves")
    rows = await snapshot.fetch(LeafRow, sql, viewer, [k.unit for k in keys], [k.round for k in keys])
    found: dict[DossierKey, dict[str, LeafRow]] = defaultdict(dict)
    for row in rows:
        found[DossierKey(row.unit, row.round)][row.code] = row
    return [found[key] for key in keys]


async def history(snapshot: Snapshot, viewer: str, keys: Sequence[HistoryKey]) -> list[list[HistoryRow]]:
    """Of each dossier, a page of the events that changed its index or self index."""
    columns = [k.unit for k in keys], [k.round for k in keys], [k.after for k in keys], [k.most for k in keys]
    rows = await snapshot.fetch(HistoryRow, statement("dossiers", "history"), viewer, *columns)
    found: dict[int, list[HistoryRow]] = defaultdict(list)
    for row in rows:
        found[row.ordinal].append(row)
    return [found[ordinal] for ordinal in range(1, len(keys) + 1)]


async def last_changes(snapshot: Snapshot, viewer: str, unit: str) -> dict[str, ChangeRow]:
    """By round, the last event that changed a unit's index."""
    rows = await snapshot.fetch(ChangeRow, statement("dossiers", "last_changes"), viewer, unit)
    return {row.round: row for row in rows}


async def position(snapshot: Snapshot, viewer: str) -> int:
    """Up to which position of the viewer's root the read model has come; 0 where there is no such root."""
    rows = await snapshot.fetch(PositionRow, statement("dossiers", "position"), viewer)
    return rows[0].position if rows else 0

"""Dossiers, their leaves, and how their indices changed."""

from collections import defaultdict
from collections.abc import Sequence

from services.query.load.keys import DossierKey, HistoryKey, RoundKey
from services.query.load.sql import statement
from services.query.rows.dossiers import ChangeRow, DossierRow, HistoryRow, ImportedRow, LeafRow, Stood
from services.query.snapshot import Snapshot


async def dossiers(snapshot: Snapshot, root: str, keys: Sequence[DossierKey]) -> list[DossierRow | None]:
    """Dossiers, in the order of the keys; None where the viewer sees none."""
    sql = statement("dossiers", "dossiers")
    rows = await snapshot.fetch(DossierRow, sql, root, [k.unit for k in keys], [k.round for k in keys])
    found = {DossierKey(row.unit, row.round): row for row in rows}
    return [found.get(key) for key in keys]


async def dossiers_of_rounds(snapshot: Snapshot, root: str, keys: Sequence[RoundKey]) -> list[list[Stood]]:
    """Of each round, what the dossiers in it that the viewer sees have come to, in no order."""
    sql = statement("dossiers", "dossiers_of_rounds")
    rows = await snapshot.fetch(Stood, sql, root, [k.authority for k in keys], [k.round for k in keys])
    found: dict[int, list[Stood]] = defaultdict(list)
    for row in rows:
        found[row.ordinal].append(row)
    return [found[ordinal] for ordinal in range(1, len(keys) + 1)]


async def page_of_round(
    snapshot: Snapshot, key: RoundKey, after: str, most: int, *, to_do: bool
) -> list[DossierRow]:
    """At most `most` dossiers of a round by unit, after a path; none for who is below its authority.

    `to_do`: those in which something is still to be done.
    """
    sql = statement("dossiers", "page_of_round")
    return await snapshot.fetch(DossierRow, sql, key.root, key.authority, key.round, after, most, to_do)


async def dossiers_of_units(snapshot: Snapshot, root: str, units: Sequence[str]) -> list[DossierRow]:
    """Every dossier of these units that counted, in no order."""
    return await snapshot.fetch(DossierRow, statement("dossiers", "dossiers_of_units"), root, list(units))


async def earlier_dossiers(
    snapshot: Snapshot, root: str, keys: Sequence[DossierKey]
) -> list[list[DossierRow]]:
    """Of each dossier, those of the latest annual round before it.

    Its unit's own; where it had none, those of its predecessors, of the nearest succession.
    """
    sql = statement("dossiers", "earlier_dossiers")
    rows = await snapshot.fetch(DossierRow, sql, root, [k.unit for k in keys], [k.round for k in keys])
    found: dict[int, list[DossierRow]] = defaultdict(list)
    for row in rows:
        of_dossier = found[row.ordinal]
        if not of_dossier or of_dossier[0].depth == row.depth:
            of_dossier.append(row)
    return [found[ordinal] for ordinal in range(1, len(keys) + 1)]


async def leaves(snapshot: Snapshot, root: str, keys: Sequence[DossierKey]) -> list[dict[str, LeafRow]]:
    """Of each dossier, the leaves to which something happened, by code."""
    sql = statement("dossiers", "leaves")
    rows = await snapshot.fetch(LeafRow, sql, root, [k.unit for k in keys], [k.round for k in keys])
    found: dict[DossierKey, dict[str, LeafRow]] = defaultdict(dict)
    for row in rows:
        found[DossierKey(row.unit, row.round)][row.code] = row
    return [found[key] for key in keys]


async def history(snapshot: Snapshot, root: str, keys: Sequence[HistoryKey]) -> list[list[HistoryRow]]:
    """Of each dossier, a page of the events that changed its index or self index."""
    columns = [k.unit for k in keys], [k.round for k in keys], [k.after for k in keys], [k.most for k in keys]
    until = [k.until for k in keys]
    rows = await snapshot.fetch(HistoryRow, statement("dossiers", "history"), root, *columns, until)
    found: dict[int, list[HistoryRow]] = defaultdict(list)
    for row in rows:
        found[row.ordinal].append(row)
    return [found[ordinal] for ordinal in range(1, len(keys) + 1)]


async def last_changes(snapshot: Snapshot, root: str, units: Sequence[str]) -> dict[DossierKey, ChangeRow]:
    """By dossier of these units, the last event that changed its index."""
    rows = await snapshot.fetch(ChangeRow, statement("dossiers", "last_changes"), root, list(units))
    return {DossierKey(row.unit, row.round): row for row in rows}


async def imported(snapshot: Snapshot, root: str, units: Sequence[str]) -> list[ImportedRow]:
    """Results of these units from before the ledger, in no order."""
    return await snapshot.fetch(ImportedRow, statement("dossiers", "imported"), root, list(units))

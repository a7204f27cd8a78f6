"""What lies in dossiers under an id: penalties, bonuses, disputes, remediation plans."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Protocol, TypeVar

from services.query.load.keys import DossierKey, RemediationKey
from services.query.load.sql import statement
from services.query.rows.dossiers import AdjustmentRow, DisputeRow
from services.query.rows.tree import PlanRow
from services.query.snapshot import Snapshot


class _OfDossier(Protocol):
    @property
    def unit(self) -> str: ...

    @property
    def round(self) -> str: ...


_Row = TypeVar("_Row", bound=_OfDossier)


async def adjustments(snapshot: Snapshot, root: str, keys: Sequence[DossierKey]) -> list[list[AdjustmentRow]]:
    """Of each dossier, its penalties and bonuses, in the order given."""
    return await _of_dossiers(snapshot, AdjustmentRow, "adjustments", root, keys)


async def disputes(snapshot: Snapshot, root: str, keys: Sequence[DossierKey]) -> list[list[DisputeRow]]:
    """Of each dossier, its disputes, in the order raised."""
    return await _of_dossiers(snapshot, DisputeRow, "disputes", root, keys)


async def plans(snapshot: Snapshot, root: str, keys: Sequence[DossierKey]) -> list[list[PlanRow]]:
    """Of each dossier, its remediation plans, the first due first."""
    return await _of_dossiers(snapshot, PlanRow, "plans", root, keys)


async def remediation(snapshot: Snapshot, root: str, keys: Sequence[RemediationKey]) -> list[list[PlanRow]]:
    """Of each unit, a page of its plans, and of the leaves for which one is asked and none stands."""
    columns = (
        [k.unit for k in keys],
        [k.whole_line for k in keys],
        [k.after for k in keys],
        [k.most for k in keys],
    )
    rows = await snapshot.fetch(PlanRow, statement("items", "remediation"), root, *columns)
    found: dict[int, list[PlanRow]] = defaultdict(list)
    for row in rows:
        found[row.ordinal].append(row)
    return [found[ordinal] for ordinal in range(1, len(keys) + 1)]


async def _of_dossiers(
    snapshot: Snapshot, row: type[_Row], name: str, root: str, keys: Sequence[DossierKey]
) -> list[list[_Row]]:
    """The rows of a statement, by dossier."""
    sql = statement("items", name)
    rows = await snapshot.fetch(row, sql, root, [k.unit for k in keys], [k.round for k in keys])
    found: dict[DossierKey, list[_Row]] = defaultdict(list)
    for one in rows:
        found[DossierKey(one.unit, one.round)].append(one)
    return [found[key] for key in keys]

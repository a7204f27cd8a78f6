"""A unit's indices over the rounds, those from before the ledger among them."""

from asyncio import gather
from datetime import datetime

import strawberry

from services.query.context import Info
from services.query.load.dossiers import dossiers_of_units, imported, last_changes
from services.query.load.keys import DossierKey
from services.query.load.units import line
from services.query.rows.dossiers import ChangeRow, DossierRow, ImportedRow
from services.query.schema.arguments import storable
from services.query.schema.places import placing_of
from services.query.schema.scalars import Decimal, index_or_none
from services.query.sight import sight_of_dossier
from shared.codec.names import root_of
from shared.codec.numbers import index_text


@strawberry.type(description="The index of a unit in one round.")
class IndexPoint:
    """An index, and the event that made it what it is; `of`: among how many, where that was imported."""

    unit: strawberry.ID
    round: strawberry.ID
    index: Decimal
    rank: int | None
    of: int | None
    grade: str | None
    imported: bool
    basis: str | None
    position: int
    recorded_at: datetime


async def index_history_of(info: Info, unit: str, with_predecessors: bool) -> list[IndexPoint]:
    """One point a round: imported ones by round, then those of the ledger, as they came about.

    Of the unit, and where asked of those whose heir it is; nothing is summed over them.
    """
    if not storable(unit):
        return []
    snapshot, root = info.context.snapshot, root_of(unit)
    units = await line(snapshot, unit, whole=with_predecessors)
    rows = await dossiers_of_units(snapshot, root, units)
    changes = await last_changes(snapshot, root, units)
    made = await gather(
        *(
            _point(info, row, change)
            for row in rows
            if (change := changes.get(DossierKey(row.unit, row.round))) and sight_of_dossier(row).appraisal
        )
    )
    computed = [point for point in made if point is not None]
    known = {(point.unit, point.round) for point in computed}
    before = [
        _imported(row) for row in await imported(snapshot, root, units) if (row.unit, row.round) not in known
    ]
    return [
        *sorted(before, key=lambda point: (point.round, point.unit)),
        *sorted(computed, key=lambda point: point.position),
    ]


async def _point(info: Info, row: DossierRow, change: ChangeRow) -> IndexPoint | None:
    index = index_or_none(row.index)
    if index is None:
        return None
    placing = await placing_of(info, row)
    return IndexPoint(
        unit=strawberry.ID(row.unit),
        round=strawberry.ID(row.round),
        index=index,
        rank=placing.rank,
        of=None,
        grade=placing.grade,
        imported=False,
        basis=None,
        position=change.position,
        recorded_at=change.recorded_at,
    )


def _imported(row: ImportedRow) -> IndexPoint:
    return IndexPoint(
        unit=strawberry.ID(row.unit),
        round=strawberry.ID(row.round),
        index=Decimal(index_text(row.index)),
        rank=row.rank,
        of=row.out_of,
        grade=row.grade,
        imported=True,
        basis=row.basis,
        position=row.said_at,
        recorded_at=row.recorded_at,
    )

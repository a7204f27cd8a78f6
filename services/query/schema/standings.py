"""Standings of a round, and a unit's indices over the rounds."""

from asyncio import gather
from datetime import datetime

import strawberry

from services.query.context import Info
from services.query.load.dossiers import RoundKey, dossiers_of_unit, last_changes
from services.query.rows import ChangeRow, DossierRow
from services.query.schema.arguments import storable
from services.query.schema.dossiers import rank_of
from services.query.schema.scalars import Decimal, coverage, index_or_none, points
from services.query.schema.units import Unit, known_unit
from services.query.sight import Sight, sight_of_dossier


@strawberry.type(description="A unit's rank and grade among its kind in a round.")
class Standing:
    """A row of the standings, as far as the viewer may see it."""

    kind: str
    index: Decimal | None
    rank: int | None
    grade: str | None
    points: Decimal | None
    assessed: Decimal | None
    coverage: Decimal | None
    final: bool
    path: strawberry.Private[str]

    @strawberry.field
    async def unit(self, info: Info) -> Unit:
        """Whose row it is."""
        return await known_unit(info, self.path)


@strawberry.type(description="The index of a unit in one round.")
class IndexPoint:
    """An index, and the event that made it what it is."""

    round: strawberry.ID
    index: Decimal
    rank: int | None
    grade: str | None
    imported: bool
    position: int
    recorded_at: datetime


async def standings_of(info: Info, authority: str, round_id: str, kind: str | None) -> list[Standing]:
    """Every unit of the round that the viewer sees, by kind, rank, path."""
    if not storable(authority, round_id):
        return []
    placed = await info.context.loaders.standings.load(RoundKey(authority, round_id))
    viewer = info.context.viewer
    return [
        _standing(row, rank, sight_of_dossier(viewer, row))
        for row, rank in placed
        if kind in (None, row.kind)
    ]


def _standing(row: DossierRow, rank: int | None, sight: Sight) -> Standing:
    seen = sight.appraisal
    return Standing(
        kind=row.kind,
        index=index_or_none(row.index) if seen else None,
        rank=rank if sight.standing else None,
        grade=row.grade if sight.standing else None,
        points=points(row.points) if seen else None,
        assessed=points(row.assessed) if seen else None,
        coverage=coverage(row.coverage) if seen else None,
        final=row.final and seen,
        path=row.unit,
    )


async def index_history_of(info: Info, unit: str) -> list[IndexPoint]:
    """One point a round in which the viewer may see an index, in the order of the events that made them."""
    if not storable(unit):
        return []
    context = info.context
    rows = await dossiers_of_unit(context.snapshot, context.viewer, unit)
    changes = await last_changes(context.snapshot, context.viewer, unit)
    found = await gather(
        *(
            _point(info, row, change, sight)
            for row in rows
            if (change := changes.get(row.round))
            and (sight := sight_of_dossier(context.viewer, row)).appraisal
        )
    )
    return sorted((point for point in found if point is not None), key=lambda point: point.position)


async def _point(info: Info, row: DossierRow, change: ChangeRow, sight: Sight) -> IndexPoint | None:
    index = index_or_none(row.index)
    if index is None:
        return None
    return IndexPoint(
        round=strawberry.ID(row.round),
        index=index,
        rank=await rank_of(info, row) if sight.standing else None,
        grade=row.grade if sight.standing else None,
        imported=False,
        position=change.position,
        recorded_at=change.recorded_at,
    )

"""Dossiers and standings: one unit in one round, and its place among the others."""

from datetime import datetime

import msgspec
import strawberry
from strawberry import UNSET

from services.query.context import Info
from services.query.load.dossiers import DossierKey, HistoryKey, RoundKey
from services.query.rows import DossierRow, HistoryRow
from services.query.schema.arguments import given, key_after, page_size, storable
from services.query.schema.events import EventConnection, page_of_events
from services.query.schema.leaves import LeafScore, leaf_scores
from services.query.schema.paging import PageInfo, paged
from services.query.schema.scalars import Decimal, coverage, index_or_none, points
from services.query.schema.units import Unit, known_unit
from services.query.sight import Sight, sight_of_dossier


@strawberry.type(description="An area of the rubric, in one dossier.")
class AreaScore:
    """The sums of an area's leaves."""

    code: str
    name: str
    max: Decimal
    points: Decimal | None
    assessed: Decimal | None
    excluded: Decimal
    lost: Decimal | None


@strawberry.type(description="An event that changed an index.")
class IndexChange:
    """What the dossier's sums were right after the event."""

    position: int
    recorded_at: datetime
    type: str
    self_index: Decimal | None
    index: Decimal | None
    points: Decimal
    assessed: Decimal


@strawberry.type
class IndexChangeEdge:
    """A change in a page."""

    cursor: str
    node: IndexChange


@strawberry.type
class IndexChangeConnection:
    """A page of changes."""

    edges: list[IndexChangeEdge]
    page_info: PageInfo


@strawberry.type(description="One unit in one round.")
class Dossier:
    """A dossier as it stands now, as far as the viewer may see it."""

    round: strawberry.ID
    rubric: strawberry.ID
    status: str
    self_index: Decimal | None
    index: Decimal | None
    grade: str | None
    points: Decimal | None
    assessed: Decimal | None
    excluded: Decimal
    lost: Decimal | None
    coverage: Decimal | None
    final: bool
    bonus: Decimal | None
    penalties: Decimal | None
    row: strawberry.Private[DossierRow]
    sight: strawberry.Private[Sight]

    @strawberry.field
    async def unit(self, info: Info) -> Unit:
        """Whose dossier it is."""
        return await known_unit(info, self.row.unit)

    @strawberry.field
    async def rank(self, info: Info) -> int | None:
        """Its place among the units of its kind in the round."""
        return await rank_of(info, self.row) if self.sight.standing else None

    @strawberry.field
    def areas(self) -> list[AreaScore]:
        """The areas of its rubric."""
        return [_area(area, self.sight) for area in msgspec.json.decode(self.row.areas, type=list[_Area])]

    @strawberry.field
    async def leaves(self, info: Info, area: str | None = UNSET, lost_only: bool = False) -> list[LeafScore]:
        """Its leaves in the rubric's order, then the bonus items."""
        rubric = await info.context.loaders.rubrics.load(self.row.rubric)
        if rubric is None:
            return []
        key = DossierKey(self.row.unit, self.row.round)
        rows = await info.context.loaders.leaves.load(key)
        return leaf_scores(key, rubric.content, rows, self.sight, given(area), lost_only)

    @strawberry.field
    async def events(self, info: Info, first: int = 50, after: str | None = UNSET) -> EventConnection:
        """The audit trail: what was recorded on it, in order."""
        stream = f"{self.row.unit}@{self.row.round}"
        return await page_of_events(info, stream, not self.sight.appraisal, first, given(after))

    @strawberry.field
    async def history(self, info: Info, first: int = 50, after: str | None = UNSET) -> IndexChangeConnection:
        """One row an event that changed the index."""
        size = page_size(first)
        key = HistoryKey(self.row.unit, self.row.round, key_after("change", given(after), int, 0), size + 1)
        rows = await info.context.loaders.history.load(key) if self.sight.appraisal else []
        shown, page_info = paged("change", rows, size, lambda row: row.position)
        edges = [IndexChangeEdge(cursor=c, node=_change(row)) for c, row in shown]
        return IndexChangeConnection(edges=edges, page_info=page_info)

    @strawberry.field
    async def position(self, info: Info) -> int:
        """As of which position of the root's ledger the answer holds."""
        return await info.context.loaders.position()


class _Area(msgspec.Struct):
    code: str
    name: str
    max: int
    points: int
    assessed: int
    excluded: int
    lost: int


async def dossier_at(info: Info, unit: str, round_id: str) -> Dossier | None:
    """The dossier of a unit in a round; None where the viewer sees none."""
    if not storable(unit, round_id):
        return None
    row = await info.context.loaders.dossiers.load(DossierKey(unit, round_id))
    return None if row is None else _dossier(row, sight_of_dossier(info.context.viewer, row))


async def rank_of(info: Info, row: DossierRow) -> int | None:
    """The rank of a dossier; for who sees the whole round."""
    placed = await info.context.loaders.standings.load(RoundKey(row.authority, row.round))
    return next((rank for other, rank in placed if other.unit == row.unit), None)


def _dossier(row: DossierRow, sight: Sight) -> Dossier:
    seen = sight.appraisal
    return Dossier(
        round=strawberry.ID(row.round),
        rubric=strawberry.ID(row.rubric),
        status=row.status,
        self_index=index_or_none(row.self_index),
        index=index_or_none(row.index) if seen else None,
        grade=row.grade if sight.standing else None,
        points=points(row.points) if seen else None,
        assessed=points(row.assessed) if seen else None,
        excluded=points(row.excluded),
        lost=points(row.lost) if seen else None,
        coverage=coverage(row.coverage) if seen else None,
        final=row.final and seen,
        bonus=points(row.bonus) if seen else None,
        penalties=points(row.penalties) if seen else None,
        row=row,
        sight=sight,
    )


def _area(area: _Area, sight: Sight) -> AreaScore:
    seen = sight.appraisal
    return AreaScore(
        code=area.code,
        name=area.name,
        max=points(area.max),
        points=points(area.points) if seen else None,
        assessed=points(area.assessed) if seen else None,
        excluded=points(area.excluded),
        lost=points(area.lost) if seen else None,
    )


def _change(row: HistoryRow) -> IndexChange:
    return IndexChange(
        position=row.position,
        recorded_at=row.recorded_at,
        type=row.name,
        self_index=index_or_none(row.self_index),
        index=index_or_none(row.index),
        points=points(row.points),
        assessed=points(row.assessed),
    )

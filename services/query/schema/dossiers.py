"""Dossiers: one unit in one round."""

from typing import Annotated

import msgspec
import strawberry
from strawberry import UNSET

from services.query.context import Info
from services.query.load.keys import DossierKey, RoundKey, RubricKey
from services.query.rows.dossiers import DossierRow
from services.query.schema.adjustments import Bonus, Penalty, bonuses_in, penalties_in
from services.query.schema.arguments import given, storable
from services.query.schema.changes import IndexChangeConnection, page_of_changes
from services.query.schema.diff import DossierDiff, diff_of
from services.query.schema.disputes import Dispute, dispute_of
from services.query.schema.events import EventConnection, page_of_events
from services.query.schema.later import Later
from services.query.schema.leaves import LeafScore, leaf_scores, load_ahead
from services.query.schema.moments import AsOf
from services.query.schema.places import placing_of
from services.query.schema.scalars import Decimal, coverage, index_or_none, points
from services.query.schema.todo import TodoItem, todo_of
from services.query.schema.units import Unit, known_unit
from services.query.schema.what_if import WhatIf, WhatIfLeaf, what_if_of
from services.query.schema.windows import Windows, windows_of
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


@strawberry.type(description="One unit in one round.")
class Dossier:
    """A dossier as it stands or stood, as far as the viewer may see it; `left`: it is not in the round."""

    round: strawberry.ID
    authority: strawberry.ID
    rubric: strawberry.ID
    status: str
    left: bool
    defaulted: bool | None
    self_index: Decimal | None
    index: Decimal | None
    points: Decimal | None
    assessed: Decimal | None
    excluded: Decimal
    lost: Decimal | None
    coverage: Decimal | None
    final: bool
    bonus: Decimal | None
    penalties: Decimal | None
    row: strawberry.Private[DossierRow]
    key: strawberry.Private[DossierKey]
    sight: strawberry.Private[Sight]

    @strawberry.field(graphql_type=Unit)
    def unit(self, info: Info) -> Later[Unit]:
        """Whose dossier it is."""
        return known_unit(info, self.row.unit, self.row.at)

    @strawberry.field
    async def rank(self, info: Info) -> int | None:
        """Its place among the units of its kind, or of its group, in the round."""
        return (await placing_of(info, self.row)).rank

    @strawberry.field
    async def grade(self, info: Info) -> str | None:
        """The grade that its index reaches."""
        return (await placing_of(info, self.row)).grade

    @strawberry.field
    def areas(self) -> list[AreaScore]:
        """The areas of its rubric."""
        return [_area(area, self.sight) for area in msgspec.json.decode(self.row.areas, type=list[_Area])]

    @strawberry.field
    async def leaves(self, info: Info, area: str | None = UNSET, lost_only: bool = False) -> list[LeafScore]:
        """Its leaves in the rubric's order, then the bonus items."""
        rubric = await info.context.loaders.rubrics.load(RubricKey(self.key.root, self.row.rubric))
        if rubric is None:
            return []
        rows = await info.context.loaders.leaves.load(self.key)
        scores = leaf_scores(self.key, rubric.content, rows, self.sight, given(area), lost_only)
        await load_ahead(info, self.key, scores)
        return scores

    @strawberry.field
    async def windows(self, info: Info) -> Windows | None:
        """The windows of the round as they stand for this unit."""
        row = await info.context.loaders.rounds.load(
            RoundKey(self.row.authority, self.row.round, self.row.at)
        )
        return None if row is None else windows_of(row, self.row.unit)

    @strawberry.field
    async def todo(self, info: Info) -> list[TodoItem]:
        """What is lacking before its head submits it."""
        return await todo_of(info, self.key, self.row.rubric)

    @strawberry.field
    async def disputes(self, info: Info) -> list[Dispute]:
        """All disputes, those about penalties too, in the order raised."""
        return [dispute_of(row, self.sight) for row in await info.context.loaders.disputes.load(self.key)]

    @strawberry.field
    async def penalties_applied(self, info: Info) -> list[Penalty]:
        """Its penalties in the order applied, lifted ones marked."""
        if not self.sight.appraisal:
            return []
        return penalties_in(await info.context.loaders.adjustments.load(self.key))

    @strawberry.field
    async def bonuses_awarded(self, info: Info) -> list[Bonus]:
        """Its bonuses in the order awarded, revoked ones marked."""
        if not self.sight.appraisal:
            return []
        return bonuses_in(await info.context.loaders.adjustments.load(self.key))

    @strawberry.field
    async def events(self, info: Info, first: int = 50, after: str | None = UNSET) -> EventConnection:
        """The audit trail: what was recorded on it, in order."""
        return await page_of_events(info, self.key, self.sight, first, given(after))

    @strawberry.field
    async def history(self, info: Info, first: int = 50, after: str | None = UNSET) -> IndexChangeConnection:
        """One row an event that changed the index."""
        return await page_of_changes(info, self.key, self.sight.appraisal, first, given(after))

    @strawberry.field
    async def position(self, info: Info) -> int:
        """As of which position of the root's ledger the answer holds."""
        if self.key.at is not None:
            return self.key.at
        return await info.context.snapshot.position(self.key.root)

    @strawberry.field
    async def diff(
        self, info: Info, earlier: Annotated[AsOf, strawberry.argument(name="from")], to: AsOf
    ) -> DossierDiff:
        """What changed between two moments, and which event did it."""
        return await diff_of(info, self.row, earlier, to)

    @strawberry.field
    async def what_if(
        self,
        info: Info,
        without: list[strawberry.ID] | None = UNSET,
        instead: list[WhatIfLeaf] | None = UNSET,
    ) -> WhatIf:
        """What would come of it without some events, or if leaves were scored otherwise. Records nothing."""
        return await what_if_of(info, self.row, without or [], instead or [])


class _Area(msgspec.Struct):
    code: str
    name: str
    max: int
    points: int
    assessed: int
    excluded: int
    lost: int


async def dossier_at(info: Info, unit: str, round_id: str, at: int | None) -> Dossier | None:
    """The dossier of a unit in a round, as of a position or now; None where the viewer sees none."""
    if not storable(unit, round_id):
        return None
    row = await info.context.loaders.dossiers.load(DossierKey(unit, round_id, at))
    return None if row is None else _dossier(row, sight_of_dossier(row))


def _dossier(row: DossierRow, sight: Sight) -> Dossier:
    seen = sight.appraisal
    return Dossier(
        round=strawberry.ID(row.round),
        authority=strawberry.ID(row.authority),
        rubric=strawberry.ID(row.rubric),
        status=row.status,
        left=row.gone,
        defaulted=row.defaulted if seen else None,
        self_index=index_or_none(row.self_index),
        index=index_or_none(row.index) if seen else None,
        points=points(row.points) if seen else None,
        assessed=points(row.assessed) if seen else None,
        excluded=points(row.excluded),
        lost=points(row.lost) if seen else None,
        coverage=coverage(row.coverage) if seen else None,
        final=row.final and seen,
        bonus=points(row.bonus) if seen else None,
        penalties=points(row.penalties) if seen else None,
        row=row,
        key=DossierKey(row.unit, row.round, row.at),
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

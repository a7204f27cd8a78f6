"""What changed in a dossier between two moments, and which event did it."""

from datetime import datetime

import strawberry

from services.query.context import Info
from services.query.errors import BadArgument
from services.query.load.keys import DossierKey, PositionKey, RoundKey
from services.query.rows.dossiers import DossierRow
from services.query.schema.effects import LeafChange, SumsChange, leaf_changes, sums_change
from services.query.schema.events import LedgerEvent, event_of
from services.query.schema.moments import AsOf, position_of
from services.query.sight import Sight, sight_of_dossier
from shared.codec.envelope import moment_of
from shared.domain.rubric import Rubric
from shared.domain.trail import Step

_MOST = 1_000
_BACKWARDS = (
    "from lies after to: ask for the earlier moment first. / from muộn hơn to: "
    "hãy nêu thời điểm sớm hơn trước."
)


@strawberry.type(description="An event between the two moments that touched the dossier.")
class DiffStep:
    """`event` is null where it is of a stream that the viewer does not see."""

    position: int
    type: str
    recorded_at: datetime
    sums: SumsChange
    leaves: list[LeafChange]
    key: strawberry.Private[DossierKey]
    sight: strawberry.Private[Sight]

    @strawberry.field
    async def event(self, info: Info) -> LedgerEvent | None:
        """The event itself."""
        row = await info.context.loaders.events_at.load(PositionKey(self.key.root, self.position))
        return None if row is None else event_of(row, self.key, self.sight)


@strawberry.type(description="A rank and a grade before and after; for who is above the unit.")
class PlaceChange:
    """As they stood live."""

    rank_before: int | None
    rank_after: int | None
    grade_before: str | None
    grade_after: str | None


@strawberry.type(description="What changed in a dossier between two moments.")
class DossierDiff:
    """The leaves that came out different, and the events that touched the dossier: the first 1,000."""

    from_: int = strawberry.field(name="from")
    to: int
    status_before: str | None
    status_after: str | None
    sums: SumsChange
    place: PlaceChange | None
    leaves: list[LeafChange]
    events: list[DiffStep]


async def diff_of(info: Info, row: DossierRow, earlier: AsOf, later: AsOf) -> DossierDiff:
    """The difference; of what the viewer may see today. Raises BadArgument."""
    root = DossierKey(row.unit, row.round).root
    start, end = await position_of(info, root, earlier), await position_of(info, root, later)
    if start > end:
        raise BadArgument(_BACKWARDS)
    key, sight = DossierKey(row.unit, row.round, end), sight_of_dossier(row)
    fold = await info.context.loaders.folds.dossiers.load(key)
    trail, dossier = fold.trail_for(sight.appraisal), fold.dossier
    steps = [step for step in trail.steps if start < step.position <= end]
    info.context.loaders.spend(min(len(steps), _MOST))
    before, after = trail.at(start), trail.at(end)
    return DossierDiff(
        from_=start,
        to=end,
        status_before=before.status if before else None,
        status_after=after.status if after else None,
        sums=sums_change(before.after if before else None, after.after if after else None, sight),
        place=await _place(info, row, start, end) if sight.standing else None,
        leaves=leaf_changes(trail.between(start, end), dossier.rubric, sight) if dossier else [],
        events=[_step(step, dossier.rubric, key, sight) for step in steps[:_MOST]] if dossier else [],
    )


def _step(step: Step, rubric: Rubric, key: DossierKey, sight: Sight) -> DiffStep:
    return DiffStep(
        position=step.position,
        type=step.name,
        recorded_at=moment_of(step.recorded_us),
        sums=sums_change(step.before, step.after, sight),
        leaves=leaf_changes(step.leaves, rubric, sight),
        key=key,
        sight=sight,
    )


async def _place(info: Info, row: DossierRow, start: int, end: int) -> PlaceChange:
    before, after = [
        next((one for one in placed if one[0].unit == row.unit), (None, None))
        for placed in await info.context.loaders.standings.load_many(
            [RoundKey(row.authority, row.round, at) for at in (start, end)]
        )
    ]
    return PlaceChange(
        rank_before=before[1],
        rank_after=after[1],
        grade_before=before[0].grade if before[0] else None,
        grade_after=after[0].grade if after[0] else None,
    )

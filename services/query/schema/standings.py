"""Standings of a round: as they were published last, or as they stand now."""

import strawberry

from services.query.context import Info
from services.query.load.keys import RoundKey, UnitKey
from services.query.load.rounds import published_standings
from services.query.past.loading import Stood
from services.query.rows.rounds import StandingRow
from services.query.schema.arguments import storable
from services.query.schema.later import Later, asked_below
from services.query.schema.scalars import Decimal, coverage, index_or_none, points
from services.query.schema.units import Unit, known_unit
from services.query.sight import sight_of

_ALL = 10_000
"""Coverage of a dossier whose results were published: nothing of it was open."""


@strawberry.type(description="A unit's rank and grade among its kind, or its group, in a round.")
class Standing:
    """A row of the standings, as far as the viewer may see it."""

    kind: str
    group: str | None
    index: Decimal | None
    rank: int | None
    grade: str | None
    points: Decimal | None
    assessed: Decimal | None
    coverage: Decimal | None
    final: bool
    path: strawberry.Private[str]
    at: strawberry.Private[int | None]

    @strawberry.field(graphql_type=Unit)
    def unit(self, info: Info) -> Later[Unit]:
        """Whose row it is."""
        return known_unit(info, self.path, self.at)


async def standings_of(
    info: Info, key: RoundKey, kind: str | None, group: str | None, live: bool
) -> list[Standing]:
    """The rows that the viewer sees, by kind, rank, path, now or as of `key.at`.

    From the latest publication, also after a reopening; as they stand for the authority and who is above it
    where they ask for `live` ones, and for all before the first publication.
    """
    if not storable(key.authority, key.round):
        return []
    round_ = await info.context.loaders.rounds.load(key)
    if round_ is None:
        return []
    if round_.published_at is None or (live and round_.presides):
        placed = await info.context.loaders.standings.load(key)
        rows = [_live(row, rank, key.at) for row, rank in placed]
    else:
        rows = [_published(row, key.at) for row in await _latest(info, key)]
    shown = [row for row in rows if kind in (None, row.kind) and group in (None, row.group)]
    if ("standings", "unit") in asked_below(info):
        await info.context.loaders.units.load_many([UnitKey(row.path, row.at) for row in shown])
    return shown


async def _latest(info: Info, key: RoundKey) -> list[StandingRow]:
    """The latest publication's standings, as of a position or now."""
    if key.at is None:
        return await published_standings(info.context.snapshot, key)
    return await info.context.loaders.past.last_published(key) or []


def _published(row: StandingRow, at: int | None) -> Standing:
    own = row.own
    return Standing(
        kind=row.kind,
        group=row.grouped,
        index=index_or_none(row.index),
        rank=row.rank,
        grade=row.grade,
        points=points(row.points) if own else None,
        assessed=points(row.assessed) if own else None,
        coverage=coverage(_ALL) if own else None,
        final=True,
        path=row.unit,
        at=at,
    )


def _live(row: Stood, rank: int | None, at: int | None) -> Standing:
    sight = sight_of(row.above, row.released)
    seen = sight.appraisal
    return Standing(
        kind=row.kind,
        group=row.grouped,
        index=index_or_none(row.index) if seen else None,
        rank=rank if sight.standing else None,
        grade=row.grade if sight.standing else None,
        points=points(row.points) if seen else None,
        assessed=points(row.assessed) if seen else None,
        coverage=coverage(row.coverage) if seen else None,
        final=row.final and seen,
        path=row.unit,
        at=at,
    )

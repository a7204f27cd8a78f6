"""Comparison: a unit's rounds beside each other, by area and by leaf."""

from asyncio import gather
from itertools import pairwise

import msgspec
import strawberry

from services.query.comparing import SHARE, Sheet, Sum, Thread, match
from services.query.context import Info
from services.query.errors import BadArgument
from services.query.load.keys import DossierKey, RoundKey, RubricKey
from services.query.rows.dossiers import DossierRow, LeafRow
from services.query.schema.arguments import storable
from services.query.schema.scalars import Decimal, points_or_none
from services.query.sight import Sight, sight_of_dossier
from shared.codec.names import root_of
from shared.codec.numbers import text_of

MOST = 10
_LEAVES = 100
_UNSEEN = Sum(None, None)


@strawberry.type(
    description="An area or a leaf in one round; `share` and `change` in per cent of what counted."
)
class ComparedValue:
    """Null where the round has no such area or leaf, nothing of it counted, or it may not be seen.

    `change` is from the round before, in points of per cent.
    """

    round: strawberry.ID
    code: str | None
    points: Decimal | None
    assessed: Decimal | None
    share: Decimal | None
    change: Decimal | None


@strawberry.type(
    description="An area or a leaf through the rounds, under the name that it has in the newest."
)
class Compared:
    """A value a round, in the order of the rounds."""

    code: str
    name: str
    values: list[ComparedValue]


@strawberry.type(
    description="Rounds of one unit beside each other, the earliest first. Nothing is summed over them."
)
class Comparison:
    """Leaves are matched by code, or where a rubric renumbered them by what it says they were."""

    rounds: list[strawberry.ID]
    areas: list[Compared]
    leaves: list[Compared]


class _Area(msgspec.Struct):
    code: str
    points: int
    assessed: int


async def comparison_of(info: Info, unit: str, round_ids: list[strawberry.ID]) -> Comparison:
    """Compare those of these rounds in which the viewer sees a dossier of the unit."""
    ids = list(dict.fromkeys(str(id_) for id_ in round_ids if storable(id_)))
    if not 1 <= len(ids) <= MOST:
        raise BadArgument(f"rounds names {len(ids)} rounds: ask for 1 to {MOST}")
    loaders = info.context.loaders
    loaders.spend(len(ids) * _LEAVES)
    rows = [row for row in await loaders.dossiers.load_many([DossierKey(unit, id_) for id_ in ids]) if row]
    rounds = await loaders.rounds.load_many([RoundKey(row.authority, row.round) for row in rows])
    dated = [(round_.period_from, row) for round_, row in zip(rounds, rows, strict=True) if round_]
    newest_first = [row for _, row in sorted(dated, key=lambda one: (one[0], one[1].round), reverse=True)]
    sheets = [sheet for sheet in await gather(*(_sheet(info, row) for row in newest_first)) if sheet]
    areas, leaves = match(sheets)
    earliest_first = sheets[::-1]
    return Comparison(
        rounds=[strawberry.ID(sheet.round) for sheet in earliest_first],
        areas=[_compared(thread, earliest_first, "areas") for thread in areas],
        leaves=[_compared(thread, earliest_first, "leaves") for thread in leaves],
    )


async def _sheet(info: Info, row: DossierRow) -> Sheet | None:
    rubric = await info.context.loaders.rubrics.load(RubricKey(root_of(row.unit), row.rubric))
    if rubric is None:
        return None
    rows = await info.context.loaders.leaves.load(DossierKey(row.unit, row.round))
    sight = sight_of_dossier(row)
    return Sheet(
        round=row.round,
        hash=rubric.row.hash,
        content=rubric.content,
        areas={
            area.code: Sum(area.points, area.assessed) if sight.appraisal else _UNSEEN
            for area in msgspec.json.decode(row.areas, type=list[_Area])
        },
        leaves={
            leaf.code: _leaf_sum(rows.get(leaf.code), leaf.maximum, sight) for leaf in rubric.content.leaves()
        },
    )


def _leaf_sum(row: LeafRow | None, maximum: int, sight: Sight) -> Sum:
    """What a leaf earned: its maximum less what was lost."""
    if row is None or row.lost is None or not sight.appraisal:
        return _UNSEEN
    return Sum(maximum - row.lost, maximum)


def _compared(thread: Thread, sheets: list[Sheet], of: str) -> Compared:
    sums = [getattr(sheet, of).get(thread.codes.get(sheet.round, ""), _UNSEEN) for sheet in sheets]
    shares: list[int | None] = [one.share for one in sums]
    changes = [None, *(_change(*two) for two in pairwise(shares))]
    values = [
        ComparedValue(
            round=strawberry.ID(sheet.round),
            code=thread.codes.get(sheet.round),
            points=points_or_none(one.points),
            assessed=points_or_none(one.assessed),
            share=_per_cent(share),
            change=_per_cent(change),
        )
        for sheet, one, share, change in zip(sheets, sums, shares, changes, strict=True)
    ]
    return Compared(code=next(iter(thread.codes.values())), name=thread.name, values=values)


def _change(before: int | None, now: int | None) -> int | None:
    return None if before is None or now is None else now - before


def _per_cent(hundredths: int | None) -> Decimal | None:
    return None if hundredths is None else Decimal(text_of(hundredths, SHARE))

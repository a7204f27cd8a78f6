"""What would come of a dossier, if: nothing is recorded."""

import msgspec
import strawberry
from msgspec.structs import replace
from strawberry import UNSET
from strawberry.scalars import JSON

from services.query.context import Info
from services.query.errors import BadArgument
from services.query.load.keys import DossierKey, RoundKey
from services.query.past.loading import Placed
from services.query.rows.dossiers import DossierRow
from services.query.schema.diff import PlaceChange
from services.query.schema.effects import LeafChange, SumsChange, leaf_changes, sums_change
from services.query.schema.scalars import Decimal
from services.query.sight import sight_of_dossier
from shared.codec.faults import Faulty
from shared.codec.figures import Figures
from shared.domain.dossier import Dossier
from shared.domain.index import Score
from shared.domain.standings import standings
from shared.domain.trail import LeafStep, points_of_leaf
from shared.domain.what_if import Imagined, Instead, imagine

MOST = 100
_TOO_MANY = (
    f"at most {MOST} events and {MOST} leaves can be changed at a time. / Mỗi lần tính thử tối đa {MOST} "
    f"sự kiện và {MOST} tiêu chí."
)
_EITHER = "/instead/{n}: give points or figures. / Hãy nêu điểm hoặc số liệu, chỉ một trong hai."


@strawberry.input(
    description="A leaf scored otherwise: by other points, or by what its rule gives for figures."
)
class WhatIfLeaf:
    """Either points or figures."""

    leaf: strawberry.ID
    points: Decimal | None = UNSET
    figures: JSON | None = UNSET


@strawberry.type(description="A dossier before and after changes that nobody made. Nothing is recorded.")
class WhatIf:
    """`fallen`: positions of events that fell away too, for they rest on what was left out."""

    sums: SumsChange
    place: PlaceChange | None
    leaves: list[LeafChange]
    fallen: list[int]


async def what_if_of(
    info: Info, row: DossierRow, without: list[strawberry.ID], instead: list[WhatIfLeaf]
) -> WhatIf:
    """The fold with the changes; for a unit before the release, of its own word alone. Raises BadArgument."""
    if len(without) > MOST or len(instead) > MOST:
        raise BadArgument(_TOO_MANY)
    loaders, sight = info.context.loaders, sight_of_dossier(row)
    key = DossierKey(row.unit, row.round)
    at = row.at if row.at is not None else await info.context.snapshot.position(key.root)
    fold = await loaders.folds.dossiers.load(key._replace(at=at))
    loaders.spend(fold.cost)
    changes = [_instead(n, change) for n, change in enumerate(instead)]
    try:
        imagined = imagine(
            (row.unit, row.round),
            key.root,
            fold.events,
            without,
            changes,
            own=not sight.appraisal,
        )
    except Faulty as error:
        fault = error.faults[0]
        raise BadArgument(f"{fault.pointer}: {fault.en} / {fault.vi}") from error
    trail = fold.trail_for(sight.appraisal)
    before, after = trail.steps[-1:], imagined.trail.steps[-1:]
    placed = await loaders.standings.load(RoundKey(row.authority, row.round, at)) if sight.standing else None
    was, would = before[0].after if before else None, after[0].after if after else None
    return WhatIf(
        sums=sums_change(was, would, sight),
        place=None if placed is None or would is None else _place(placed, row, would),
        leaves=leaf_changes(_leaves(trail.dossier, imagined), trail.dossier.rubric, sight)
        if trail.dossier
        else [],
        fallen=list(imagined.fallen),
    )


def _instead(n: int, change: WhatIfLeaf) -> Instead:
    points = change.points if isinstance(change.points, str) else None
    figures: object = None if change.figures is UNSET else change.figures
    if (points is None) == (figures is None):
        raise BadArgument(_EITHER.format(n=n))
    try:
        read = None if figures is None else msgspec.convert(figures, Figures).normalised()
    except msgspec.ValidationError as error:
        raise BadArgument(f"/instead/{n}/figures: {error}") from error
    return Instead(change.leaf, points, read)


def _leaves(dossier: Dossier, imagined: Imagined) -> list[LeafStep]:
    """The leaves that come out different."""
    other = imagined.trail.dossier
    if other is None:
        return []
    steps = [
        LeafStep(code, points_of_leaf(dossier, leaf), points_of_leaf(other, leaf), ())
        for code, leaf in dossier.rubric.leaves.items()
    ]
    return [step for step in steps if step.before != step.after]


def _place(placed: Placed, row: DossierRow, would: Score) -> PlaceChange:
    """Its rank among the others as they are; None where it is no longer in the round."""
    groups = {one.unit: one.grouped for one, _ in placed if one.grouped is not None}
    others = [
        replace(one, index=would.index, grade=would.grade) if one.unit == row.unit else one
        for one, _ in placed
    ]
    before = next((one for one in placed if one[0].unit == row.unit), None)
    after = next((one for one in standings(others, groups) if one[0].unit == row.unit), None)
    return PlaceChange(
        rank_before=before[1] if before else None,
        rank_after=after[1] if after else None,
        grade_before=before[0].grade if before else None,
        grade_after=would.grade,
    )

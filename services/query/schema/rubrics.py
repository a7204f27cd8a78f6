"""Rubrics."""

import strawberry
from strawberry.scalars import JSON

from services.query.context import Info
from services.query.load.keys import RubricKey
from services.query.rubrics import ShownRubric
from services.query.schema.arguments import storable
from services.query.schema.scalars import Decimal, points
from shared.codec.names import root_of
from shared.domain.visibility import within


@strawberry.type(description="What points are given for; never changed once it is published.")
class Rubric:
    """A published rubric. `total` is the sum of its leaves' maxima, bonus items aside."""

    id: strawberry.ID
    name: str
    hash: str
    total: Decimal
    areas: JSON


async def rubric_at(info: Info, authority: str, rubric_id: str) -> Rubric | None:
    """A rubric that an authority may use, its own or one from above; None where the viewer sees none."""
    if not storable(authority, rubric_id):
        return None
    shown = await info.context.loaders.rubrics.load(RubricKey(root_of(authority), rubric_id))
    return None if shown is None or not within(authority, shown.row.authority) else _rubric(shown)


def _rubric(shown: ShownRubric) -> Rubric:
    return Rubric(
        id=strawberry.ID(shown.row.id),
        name=shown.row.name,
        hash=shown.row.hash,
        total=points(shown.content.maximum),
        areas=JSON(shown.content.areas_as_published),
    )

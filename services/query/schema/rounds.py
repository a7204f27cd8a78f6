"""Rounds and rubrics."""

from datetime import datetime

import msgspec
import strawberry
from strawberry.scalars import JSON

from services.query.context import Info
from services.query.load.rounds import round_of
from services.query.rows import RoundRow
from services.query.rubrics import ShownRubric
from services.query.schema.arguments import storable
from services.query.schema.scalars import Decimal, points
from shared.domain.visibility import within


@strawberry.type(description="When something may be done: from `opens` on, before `closes`.")
class Window:
    """A window of a round."""

    opens: datetime
    closes: datetime


@strawberry.type(description="One appraisal period of one authority.")
class Round:
    """A round as it stands now."""

    authority: strawberry.ID
    round: strawberry.ID
    name: str
    kind: str
    rubrics: JSON
    units: list[strawberry.ID]
    filing: Window
    appraisal: Window
    disputes: Window
    released: bool
    published: bool


@strawberry.type(description="What points are given for; never changed once it is published.")
class Rubric:
    """A published rubric. `total` is the sum of its leaves' maxima, bonus items aside."""

    id: strawberry.ID
    name: str
    hash: str
    total: Decimal
    areas: JSON


class _Times(msgspec.Struct):
    opens: datetime
    closes: datetime


class _Windows(msgspec.Struct):
    filing: _Times
    appraisal: _Times
    disputes: _Times


async def round_at(info: Info, authority: str, round_id: str) -> Round | None:
    """A round of an authority; None where the viewer sees none."""
    if not storable(authority, round_id):
        return None
    row = await round_of(info.context.snapshot, info.context.viewer, authority, round_id)
    return None if row is None else _round(row)


async def rubric_at(info: Info, authority: str, rubric_id: str) -> Rubric | None:
    """A rubric that an authority may use, its own or one from above; None where the viewer sees none."""
    if not storable(authority, rubric_id):
        return None
    shown = await info.context.loaders.rubrics.load(rubric_id)
    return None if shown is None or not within(authority, shown.row.authority) else _rubric(shown)


def _rubric(shown: ShownRubric) -> Rubric:
    return Rubric(
        id=strawberry.ID(shown.row.id),
        name=shown.row.name,
        hash=shown.row.hash,
        total=points(shown.content.maximum),
        areas=JSON(shown.content.areas_as_published),
    )


def _window(times: _Times) -> Window:
    return Window(opens=times.opens, closes=times.closes)


def _round(row: RoundRow) -> Round:
    windows = msgspec.json.decode(row.windows, type=_Windows)
    return Round(
        authority=strawberry.ID(row.authority),
        round=strawberry.ID(row.round),
        name=row.name,
        kind=row.kind,
        rubrics=JSON(msgspec.json.decode(row.rubrics)),
        units=[strawberry.ID(unit) for unit in row.units],
        filing=_window(windows.filing),
        appraisal=_window(windows.appraisal),
        disputes=_window(windows.disputes),
        released=row.released,
        published=row.published,
    )

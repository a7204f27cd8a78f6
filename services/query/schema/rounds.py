"""Rounds and what was published of them."""

from datetime import date, datetime

import msgspec
import strawberry
from strawberry import UNSET
from strawberry.scalars import JSON

from services.query.context import Info
from services.query.load.keys import PositionKey, RoundKey
from services.query.rows.rounds import RoundRow
from services.query.schema.arguments import given, storable
from services.query.schema.moments import of_now_alone
from services.query.schema.progress import UnitProgressConnection, page_of_progress
from services.query.schema.windows import Window, windows_of
from services.query.schema.worklist import WorkConnection, page_of_work
from shared.codec.names import root_of


@strawberry.type(description="A reporting period; both days are in it.")
class Period:
    """From a day to a day."""

    from_: date = strawberry.field(name="from")
    to: date


@strawberry.type(description="The latest publication of a round's results.")
class Publication:
    """The document, the hashes of the rubrics by id, and the event that it was."""

    document: JSON
    rubrics: JSON
    position: int
    recorded_at: datetime


@strawberry.type(description="One appraisal period of one authority.")
class Round:
    """A round as it stands now, or stood then; `published` is false again after a reopening."""

    authority: strawberry.ID
    round: strawberry.ID
    name: str
    kind: str
    period: Period
    rubrics: JSON
    units: list[strawberry.ID]
    filing: Window
    appraisal: Window
    disputes: Window
    released: bool
    published: bool
    cancelled: bool
    row: strawberry.Private[RoundRow]

    @strawberry.field
    async def publication(self, info: Info) -> Publication | None:
        """The latest publication, also after a reopening; for who stands in it, and its authority."""
        if self.row.published_at is None:
            return None
        key = PositionKey(root_of(self.row.authority), self.row.published_at)
        found = await info.context.loaders.publications.load(key)
        return found and Publication(
            document=JSON(msgspec.json.decode(found.document)),
            rubrics=JSON(msgspec.json.decode(found.rubrics)),
            position=found.position,
            recorded_at=found.recorded_at,
        )

    @strawberry.field
    def appraisers(self) -> JSON | None:
        """Which unit may propose on which leaf; for the authority and who is above it."""
        return JSON(msgspec.json.decode(self.row.appraisers)) if self.row.presides else None

    @strawberry.field
    async def worklist(self, info: Info, first: int = 50, after: str | None = UNSET) -> WorkConnection:
        """The dossiers in which something is still to be done; for the authority and who is above it."""
        of_now_alone("worklist", self.row.at)
        return await page_of_work(info, self.row, first, given(after))

    @strawberry.field
    async def progress(
        self, info: Info, first: int = 50, after: str | None = UNSET
    ) -> UnitProgressConnection:
        """How far each unit has come; for the authority and who is above it."""
        of_now_alone("progress", self.row.at)
        return await page_of_progress(info, self.row, first, given(after))


async def round_at(info: Info, authority: str, round_id: str, at: int | None) -> Round | None:
    """A round of an authority, as of a position or now; None where the viewer sees none."""
    if not storable(authority, round_id):
        return None
    row = await info.context.loaders.rounds.load(RoundKey(authority, round_id, at))
    return None if row is None else _round(row)


def _round(row: RoundRow) -> Round:
    windows = windows_of(row)
    return Round(
        authority=strawberry.ID(row.authority),
        round=strawberry.ID(row.round),
        name=row.name,
        kind=row.kind,
        period=Period(from_=row.period_from, to=row.period_to),
        rubrics=JSON(msgspec.json.decode(row.rubrics)),
        units=[strawberry.ID(unit) for unit in row.units],
        filing=windows.filing,
        appraisal=windows.appraisal,
        disputes=windows.disputes,
        released=row.released,
        published=row.published,
        cancelled=row.cancelled,
        row=row,
    )

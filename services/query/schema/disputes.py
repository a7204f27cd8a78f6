"""Disputes: a unit asks for a leaf or a penalty to be looked at again."""

import strawberry

from services.query.context import Info
from services.query.rows.dossiers import DisputeRow
from services.query.schema.later import Later
from services.query.schema.scalars import Decimal, points_or_none
from services.query.schema.texts import Erasure, erasures_at, text_at
from services.query.sight import Sight
from shared.codec.names import root_of


@strawberry.type(description="A unit asks for a leaf or a penalty to be looked at again.")
class Dispute:
    """A dispute, and how it was decided: `status` is open, upheld or rejected."""

    id: strawberry.ID
    status: str
    about: str
    claimed_points: Decimal | None
    points: Decimal | None
    row: strawberry.Private[DisputeRow]
    sight: strawberry.Private[Sight]

    @strawberry.field(graphql_type=str | None)
    def grounds(self, info: Info) -> Later[str | None]:
        """Why the unit asks."""
        return text_at(info, root_of(self.row.unit), self.row.raised_at, "grounds")

    @strawberry.field(graphql_type=str | None)
    def reason(self, info: Info) -> Later[str | None]:
        """Why it was decided so."""
        decided_at = self.row.decided_at if self.sight.appraisal else None
        return text_at(info, root_of(self.row.unit), decided_at, "reason")

    @strawberry.field
    async def erased(self, info: Info) -> list[Erasure]:
        """Of its texts, those that were erased."""
        decided_at = self.row.decided_at if self.sight.appraisal else None
        return await erasures_at(
            info, root_of(self.row.unit), (self.row.raised_at, "grounds"), (decided_at, "reason")
        )


def dispute_of(row: DisputeRow, sight: Sight) -> Dispute:
    """The dispute that a row holds, as far as the viewer may see it."""
    seen = sight.appraisal
    return Dispute(
        id=strawberry.ID(row.id),
        status=row.status if seen else "open",
        about=row.about,
        claimed_points=points_or_none(row.claimed),
        points=points_or_none(row.points) if seen else None,
        row=row,
        sight=sight,
    )

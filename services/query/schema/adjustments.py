"""Penalties and bonuses, each with its legal basis; those taken back are marked, never gone."""

import strawberry

from services.query.context import Info
from services.query.rows.dossiers import AdjustmentRow
from services.query.schema.later import Later
from services.query.schema.scalars import Decimal, points
from services.query.schema.texts import Erasure, erasures_at, text_at
from shared.codec.names import root_of


@strawberry.type(description="Points taken off for a breach: off the total, an area or a leaf.")
class Penalty:
    """A penalty; `target` is `total`, an area or a leaf."""

    id: strawberry.ID
    points: Decimal
    target: str
    basis: str | None
    lifted: bool
    row: strawberry.Private[AdjustmentRow]

    @strawberry.field(graphql_type=str | None)
    def reason(self, info: Info) -> Later[str | None]:
        """What it was applied for."""
        return text_at(info, root_of(self.row.unit), self.row.said_at, "reason")

    @strawberry.field
    async def erased(self, info: Info) -> list[Erasure]:
        """The reason, where it was erased."""
        return await erasures_at(info, root_of(self.row.unit), (self.row.said_at, "reason"))


@strawberry.type(description="Points on top, up to the rubric's maximum for a bonus.")
class Bonus:
    """A bonus."""

    id: strawberry.ID
    points: Decimal
    basis: str | None
    revoked: bool
    row: strawberry.Private[AdjustmentRow]

    @strawberry.field(graphql_type=str | None)
    def reason(self, info: Info) -> Later[str | None]:
        """What it was awarded for."""
        return text_at(info, root_of(self.row.unit), self.row.said_at, "reason")

    @strawberry.field
    async def erased(self, info: Info) -> list[Erasure]:
        """The reason, where it was erased."""
        return await erasures_at(info, root_of(self.row.unit), (self.row.said_at, "reason"))


def penalties_in(rows: list[AdjustmentRow]) -> list[Penalty]:
    """The penalties among these."""
    return [
        Penalty(
            id=strawberry.ID(row.id),
            points=points(row.points),
            target=row.target or "",
            basis=row.basis,
            lifted=row.taken_back,
            row=row,
        )
        for row in rows
        if row.kind == "penalty"
    ]


def bonuses_in(rows: list[AdjustmentRow]) -> list[Bonus]:
    """The bonuses among these."""
    return [
        Bonus(
            id=strawberry.ID(row.id),
            points=points(row.points),
            basis=row.basis,
            revoked=row.taken_back,
            row=row,
        )
        for row in rows
        if row.kind == "bonus"
    ]

"""Remediation: what is to be put right, by whom and by when."""

from datetime import date

import strawberry

from services.query.context import Info
from services.query.load.keys import RemediationKey
from services.query.rows.tree import PlanRow
from services.query.schema.arguments import key_after, page_size
from services.query.schema.later import Later
from services.query.schema.paging import PageInfo, paged
from services.query.schema.texts import Erasure, erasures_at, text_at
from shared.codec.names import root_of


@strawberry.type(description="A remediation plan, or a leaf for which one is asked and none stands.")
class Remediation:
    """`status` is required (then there is no plan yet), planned, reported, accepted or rejected.

    It is overdue from the day after it was due, in Vietnam, as long as it is not accepted.
    """

    unit: strawberry.ID
    round: strawberry.ID
    plan: strawberry.ID | None
    leaves: list[str]
    lead: str | None
    support: list[str]
    target: str | None
    due: date
    status: str
    overdue: bool
    row: strawberry.Private[PlanRow]

    @strawberry.field(graphql_type=str | None)
    def action(self, info: Info) -> Later[str | None]:
        """What the unit will do."""
        return text_at(info, root_of(self.row.unit), self.row.planned_at, "action")

    @strawberry.field(graphql_type=str | None)
    def note(self, info: Info) -> Later[str | None]:
        """What the unit reported."""
        return text_at(info, root_of(self.row.unit), self.row.reported_at, "note")

    @strawberry.field(graphql_type=str | None)
    def reason(self, info: Info) -> Later[str | None]:
        """Why the authority asked for it, or what it said of the report."""
        said_at = self.row.confirmed_at or self.row.required_at
        return text_at(info, root_of(self.row.unit), said_at, "reason")

    @strawberry.field
    async def erased(self, info: Info) -> list[Erasure]:
        """Of its texts, those that were erased."""
        said_at = self.row.confirmed_at or self.row.required_at
        return await erasures_at(
            info,
            root_of(self.row.unit),
            (self.row.planned_at, "action"),
            (self.row.reported_at, "note"),
            (said_at, "reason"),
        )


@strawberry.type
class RemediationEdge:
    """A plan in a page."""

    cursor: str
    node: Remediation


@strawberry.type
class RemediationConnection:
    """A page of plans."""

    edges: list[RemediationEdge]
    page_info: PageInfo


def remediation_of(row: PlanRow) -> Remediation:
    """The plan that a row holds."""
    return Remediation(
        unit=strawberry.ID(row.unit),
        round=strawberry.ID(row.round),
        plan=None if row.plan is None else strawberry.ID(row.plan),
        leaves=row.leaves,
        lead=row.lead,
        support=row.support,
        target=row.target,
        due=row.due,
        status=row.status,
        overdue=row.overdue,
        row=row,
    )


async def page_of_remediation(
    info: Info, unit: str, whole_line: bool, first: int, after: str | None
) -> RemediationConnection:
    """A page of what a unit is to put right, the first due first."""
    size = page_size(first)
    info.context.loaders.spend(size)
    key = RemediationKey(unit, whole_line, key_after("remediation", after, str, ""), size + 1)
    rows = await info.context.loaders.remediation.load(key)
    shown, page_info = paged("remediation", rows, size, lambda row: row.key)
    return RemediationConnection(
        edges=[RemediationEdge(cursor=c, node=remediation_of(row)) for c, row in shown], page_info=page_info
    )

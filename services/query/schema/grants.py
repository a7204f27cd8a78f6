"""What a root lets others read."""

from datetime import datetime

import strawberry

from services.query.context import Info
from services.query.load.units import readings
from services.query.rows.tree import ReadingRow
from services.query.schema.arguments import key_after, page_size, storable
from services.query.schema.paging import PageInfo, paged

_MAY_ASK = frozenset({"registrar", "auditor"})


@strawberry.type(
    description="Whoever belongs to `to`, a unit of any root, may read what `under` may, until then."
)
class Grant:
    """Reading that was granted; `position` is that of its event."""

    id: strawberry.ID
    to: strawberry.ID
    under: strawberry.ID
    until: datetime | None
    basis: str | None
    revoked: bool
    position: int


@strawberry.type
class GrantEdge:
    """A grant in a page."""

    cursor: str
    node: Grant


@strawberry.type
class GrantConnection:
    """A page of grants."""

    edges: list[GrantEdge]
    page_info: PageInfo


async def page_of_grants(info: Info, root: str, first: int, after: str | None) -> GrantConnection:
    """A page of a root's grants, by id; for its own registrars and auditors alone."""
    size, caller = page_size(first), info.context.caller
    last = key_after("grant", after, str, "")
    rows: list[ReadingRow] = []
    if storable(root) and caller.tenant == root and _MAY_ASK & caller.roles:
        rows = await readings(info.context.snapshot, root, last, size + 1)
    shown, page_info = paged("grant", rows, size, lambda row: row.id)
    return GrantConnection(
        edges=[GrantEdge(cursor=c, node=_grant(row)) for c, row in shown], page_info=page_info
    )


def _grant(row: ReadingRow) -> Grant:
    return Grant(
        id=strawberry.ID(row.id),
        to=strawberry.ID(row.tenant),
        under=strawberry.ID(row.under),
        until=row.until,
        basis=row.basis,
        revoked=row.revoked,
        position=row.said_at,
    )

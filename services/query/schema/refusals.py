"""What was refused, and why."""

from datetime import datetime

import msgspec
import strawberry

from services.query.context import Info
from services.query.load.events import refusals
from services.query.rows.events import RefusalRow
from services.query.schema.arguments import key_after, page_size, storable
from services.query.schema.bilingual import BilingualText
from services.query.schema.paging import PageInfo, paged

_WITHOUT_ID = "malformed."


@strawberry.type(description="Why an emission was refused, and what to do.")
class Problem:
    """A problem, as the outcome carried it."""

    type: str
    title: BilingualText
    detail: BilingualText
    pointer: str | None


@strawberry.type(description="A refused emission. Its first 2 KiB are kept for 90 days.")
class Refusal:
    """A refusal; `id` is null where the emission had none that could be used; `hash` is hex."""

    id: strawberry.ID | None
    type: str | None
    recorded_at: datetime
    hash: str
    actor: strawberry.ID
    problem: Problem
    excerpt: str | None


@strawberry.type
class RefusalEdge:
    """A refusal in a page."""

    cursor: str
    node: Refusal


@strawberry.type
class RefusalConnection:
    """A page of refusals."""

    edges: list[RefusalEdge]
    page_info: PageInfo


class _Both(msgspec.Struct):
    vi: str
    en: str


class _Problem(msgspec.Struct):
    type: str
    title: _Both
    detail: _Both
    pointer: str | None = None


async def page_of_refusals(info: Info, tenant: str, first: int, after: str | None) -> RefusalConnection:
    """A page of what a tenant was refused, the oldest first."""
    size = page_size(first)
    number = key_after("refusal", after, int, 0)
    rows: list[RefusalRow] = []
    if storable(tenant):
        rows = await refusals(info.context.snapshot, info.context.viewer, tenant, number, size + 1)
    shown, page_info = paged("refusal", rows, size, lambda row: row.number)
    return RefusalConnection(
        edges=[RefusalEdge(cursor=c, node=_refusal(row)) for c, row in shown], page_info=page_info
    )


def _refusal(row: RefusalRow) -> Refusal:
    problem = msgspec.json.decode(row.problem, type=_Problem)
    return Refusal(
        id=None if row.key.startswith(_WITHOUT_ID) else strawberry.ID(row.key),
        type=row.type,
        recorded_at=row.recorded_at,
        hash=row.hash.hex(),
        actor=strawberry.ID(row.actor),
        problem=Problem(
            type=problem.type,
            title=BilingualText(vi=problem.title.vi, en=problem.title.en),
            detail=BilingualText(vi=problem.detail.vi, en=problem.detail.en),
            pointer=problem.pointer,
        ),
        excerpt=None if row.excerpt is None else row.excerpt.decode(errors="replace"),
    )

"""How a dossier's index came to be what it is."""

from datetime import datetime

import strawberry

from services.query.context import Info
from services.query.load.keys import DossierKey, HistoryKey
from services.query.rows.dossiers import HistoryRow
from services.query.schema.arguments import key_after, page_size
from services.query.schema.paging import PageInfo, paged
from services.query.schema.scalars import Decimal, index_or_none, points


@strawberry.type(description="An event that changed an index.")
class IndexChange:
    """What the dossier's sums were right after the event."""

    position: int
    recorded_at: datetime
    type: str
    self_index: Decimal | None
    index: Decimal | None
    points: Decimal
    assessed: Decimal


@strawberry.type
class IndexChangeEdge:
    """A change in a page."""

    cursor: str
    node: IndexChange


@strawberry.type
class IndexChangeConnection:
    """A page of changes."""

    edges: list[IndexChangeEdge]
    page_info: PageInfo


async def page_of_changes(
    info: Info, dossier: DossierKey, seen: bool, first: int, after: str | None
) -> IndexChangeConnection:
    """A page of the changes of a dossier's index; an empty one unless they may be `seen`."""
    size = page_size(first)
    last = key_after("change", after, int, 0)
    key = HistoryKey(dossier.unit, dossier.round, last, size + 1, dossier.at)
    rows = await info.context.loaders.history.load(key) if seen else []
    shown, page_info = paged("change", rows, size, lambda row: row.position)
    edges = [IndexChangeEdge(cursor=c, node=_change(row)) for c, row in shown]
    return IndexChangeConnection(edges=edges, page_info=page_info)


def _change(row: HistoryRow) -> IndexChange:
    return IndexChange(
        position=row.position,
        recorded_at=row.recorded_at,
        type=row.name,
        self_index=index_or_none(row.self_index),
        index=index_or_none(row.index),
        points=points(row.points),
        assessed=points(row.assessed),
    )

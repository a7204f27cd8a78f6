"""What an authority still has to do in a round, dossier by dossier."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum

import strawberry

from services.query.context import Info
from services.query.load.dossiers import page_of_round
from services.query.load.keys import DossierKey, RoundKey, RubricKey
from services.query.rows.dossiers import DisputeRow, DossierRow, LeafRow
from services.query.rows.rounds import RoundRow
from services.query.rubrics import Content
from services.query.schema.arguments import key_after, page_size
from services.query.schema.later import Later
from services.query.schema.paging import PageInfo, paged
from services.query.schema.units import Unit, known_unit
from services.query.schema.windows import Windows, windows_of

_OPEN = "open"
_LEAVES = 50


@strawberry.enum(description="What is to be done.")
class WorkState(Enum):
    """Returned: by the unit, before it is due; the others by the authority."""

    TO_APPRAISE = "TO_APPRAISE"
    PROPOSED = "PROPOSED"
    RETURNED = "RETURNED"
    DISPUTED = "DISPUTED"


@strawberry.type(description="A leaf, or a penalty (`penalty:<id>`), of which something is still to be done.")
class WorkItem:
    """`due` is when the window closes in which it is done; a dispute may be decided until the publication."""

    about: str
    state: WorkState
    due: datetime


@strawberry.type(description="A dossier in which something is still to be done.")
class Work:
    """What is to be done in one dossier."""

    round: strawberry.ID
    status: str
    items: list[WorkItem]
    path: strawberry.Private[str]

    @strawberry.field(graphql_type=Unit)
    def unit(self, info: Info) -> Later[Unit]:
        """Whose dossier it is."""
        return known_unit(info, self.path)


@strawberry.type
class WorkEdge:
    """A dossier in a page."""

    cursor: str
    node: Work


@strawberry.type
class WorkConnection:
    """A page of dossiers."""

    edges: list[WorkEdge]
    page_info: PageInfo


async def page_of_work(info: Info, round_: RoundRow, first: int, after: str | None) -> WorkConnection:
    """A page of the dossiers of a round in which something is to be done, by unit; for its authority."""
    size, loaders = page_size(first), info.context.loaders
    loaders.spend(size * _LEAVES)
    key = RoundKey(round_.authority, round_.round)
    last = key_after("work", after, str, "")
    rows = await page_of_round(info.context.snapshot, key, last, size + 1, to_do=True)
    shown, page_info = paged("work", rows, size, lambda row: row.unit)
    keys = [DossierKey(row.unit, row.round) for _, row in shown]
    leaves, disputes = await loaders.leaves.load_many(keys), await loaders.disputes.load_many(keys)
    rubrics = await loaders.rubrics.load_many([RubricKey(key.root, row.rubric) for _, row in shown])
    edges = [
        WorkEdge(cursor=c, node=_work(row, round_, rubric.content, of_leaves, raised))
        for (c, row), rubric, of_leaves, raised in zip(shown, rubrics, leaves, disputes, strict=True)
        if rubric is not None
    ]
    return WorkConnection(edges=edges, page_info=page_info)


def _work(
    row: DossierRow,
    round_: RoundRow,
    content: Content,
    leaves: Mapping[str, LeafRow],
    disputes: Sequence[DisputeRow],
) -> Work:
    windows = windows_of(round_, row.unit)
    about = [dispute.about for dispute in disputes if dispute.status == _OPEN]
    items = [*_of_leaves(content, leaves, set(about), windows), *_of_penalties(about, windows)]
    return Work(round=strawberry.ID(row.round), status=row.status, items=items, path=row.unit)


def _of_leaves(
    content: Content, leaves: Mapping[str, LeafRow], disputed: set[str], windows: Windows
) -> Iterator[WorkItem]:
    now = datetime.now(UTC)
    for leaf in content.leaves():
        row = leaves.get(leaf.code)
        if row and row.returned_until and now < row.returned_until:
            yield WorkItem(about=leaf.code, state=WorkState.RETURNED, due=row.returned_until)
        elif leaf.code in disputed:
            yield WorkItem(about=leaf.code, state=WorkState.DISPUTED, due=windows.disputes.closes)
        elif row and (row.excluded or row.appraised is not None):
            continue
        elif row and row.proposed is not None:
            yield WorkItem(about=leaf.code, state=WorkState.PROPOSED, due=windows.appraisal.closes)
        elif leaf.area is not None:
            yield WorkItem(about=leaf.code, state=WorkState.TO_APPRAISE, due=windows.appraisal.closes)


def _of_penalties(about: Sequence[str], windows: Windows) -> Iterator[WorkItem]:
    for one in about:
        if one.startswith("penalty:"):
            yield WorkItem(about=one, state=WorkState.DISPUTED, due=windows.disputes.closes)

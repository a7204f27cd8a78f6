"""How far the units of a round have come."""

import strawberry

from services.query.context import Info
from services.query.load.dossiers import page_of_round
from services.query.load.keys import RoundKey
from services.query.rows.dossiers import DossierRow
from services.query.rows.rounds import RoundRow
from services.query.schema.arguments import key_after, page_size
from services.query.schema.later import Later
from services.query.schema.paging import PageInfo, paged
from services.query.schema.units import Unit, known_unit


@strawberry.type(description="How far a unit has come in a round.")
class UnitProgress:
    """Numbers of leaves that are not excluded; bonus items aside."""

    status: str
    submitted: bool
    defaulted: bool
    to_file: int
    filed: int
    to_appraise: int
    appraised: int
    evidence_lacking: int
    open_disputes: int
    path: strawberry.Private[str]

    @strawberry.field(graphql_type=Unit)
    def unit(self, info: Info) -> Later[Unit]:
        """Who."""
        return known_unit(info, self.path)


@strawberry.type
class UnitProgressEdge:
    """A unit in a page."""

    cursor: str
    node: UnitProgress


@strawberry.type
class UnitProgressConnection:
    """A page of units."""

    edges: list[UnitProgressEdge]
    page_info: PageInfo


async def page_of_progress(
    info: Info, round_: RoundRow, first: int, after: str | None
) -> UnitProgressConnection:
    """A page of the units of a round, by path; for its authority."""
    size = page_size(first)
    info.context.loaders.spend(size)
    key = RoundKey(round_.authority, round_.round)
    last = key_after("progress", after, str, "")
    rows = await page_of_round(info.context.snapshot, key, last, size + 1, to_do=False)
    shown, page_info = paged("progress", rows, size, lambda row: row.unit)
    edges = [UnitProgressEdge(cursor=c, node=_progress(row)) for c, row in shown]
    return UnitProgressConnection(edges=edges, page_info=page_info)


def _progress(row: DossierRow) -> UnitProgress:
    return UnitProgress(
        status=row.status,
        submitted=row.submitted,
        defaulted=row.defaulted,
        to_file=row.due,
        filed=row.filed,
        to_appraise=row.counted,
        appraised=row.appraised,
        evidence_lacking=row.unproved,
        open_disputes=row.disputed,
        path=row.unit,
    )

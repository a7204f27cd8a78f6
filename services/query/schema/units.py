"""Units, and who asks."""

from datetime import date

import strawberry
from strawberry import UNSET

from services.query.context import Info
from services.query.load.keys import UnitKey
from services.query.load.units import units_below
from services.query.rows.tree import UnitRow
from services.query.schema.arguments import given, key_after, page_size, storable
from services.query.schema.comparison import Comparison, comparison_of
from services.query.schema.later import Later, later
from services.query.schema.moments import of_now_alone
from services.query.schema.paging import PageInfo, paged
from services.query.schema.remediation import RemediationConnection, page_of_remediation


@strawberry.type(description="Who asks.")
class Viewer:
    """The caller, as its token says."""

    tenant: strawberry.ID
    roles: list[str]
    actor: strawberry.ID


@strawberry.type(description="Whoever is scored or scores: a province, a department, a district, a commune.")
class Unit:
    """A unit as it stands now or stood then, or when it ended."""

    path: strawberry.ID
    name: str
    kind: str
    parent: strawberry.ID | None
    from_: date | None = strawberry.field(name="from")
    until: date | None
    ended: bool
    at: strawberry.Private[int | None]

    @strawberry.field
    async def predecessors(self, info: Info) -> list["Unit"]:
        """Those that ended and whose heir it is."""
        kin = await info.context.loaders.kin.load(UnitKey(self.path, self.at))
        return await _known(info, kin.predecessors, self.at)

    @strawberry.field
    async def successors(self, info: Info) -> list["Unit"]:
        """Who took over from it, as far as it is of this root."""
        heir = (await info.context.loaders.kin.load(UnitKey(self.path, self.at))).heir
        return await _known(info, [heir] if heir else [], self.at)

    @strawberry.field
    async def heir(self, info: Info) -> strawberry.ID | None:
        """The path of who took over from it, of whatever root."""
        heir = (await info.context.loaders.kin.load(UnitKey(self.path, self.at))).heir
        return None if heir is None else strawberry.ID(heir)

    @strawberry.field
    async def remediation(
        self, info: Info, first: int = 50, after: str | None = UNSET, with_predecessors: bool = False
    ) -> RemediationConnection:
        """What it is to put right, the first due first; also what was its predecessors', where asked."""
        of_now_alone("remediation", self.at)
        return await page_of_remediation(info, self.path, with_predecessors, first, given(after))

    @strawberry.field
    async def comparison(self, info: Info, rounds: list[strawberry.ID]) -> Comparison:
        """Its rounds beside each other."""
        of_now_alone("comparison", self.at)
        return await comparison_of(info, self.path, rounds)


@strawberry.type
class UnitEdge:
    """A unit in a page."""

    cursor: str
    node: Unit


@strawberry.type
class UnitConnection:
    """A page of units."""

    edges: list[UnitEdge]
    page_info: PageInfo


def unit_of(row: UnitRow, at: int | None = None) -> Unit:
    """The unit that a row holds."""
    return Unit(
        path=strawberry.ID(row.path),
        name=row.name,
        kind=row.kind,
        parent=None if row.parent is None else strawberry.ID(row.parent),
        from_=row.valid_from,
        until=row.valid_until,
        ended=row.ended,
        at=at,
    )


async def unit_at(info: Info, path: str, at: int | None = None) -> Unit | None:
    """The unit with this path, as of a position or now; None where the viewer sees none."""
    row = await info.context.loaders.units.load(UnitKey(path, at)) if storable(path) else None
    return None if row is None else unit_of(row, at)


def known_unit(info: Info, path: str, at: int | None = None) -> Later[Unit]:
    """The unit that a visible row names; it was registered before, so it is there."""

    def known(row: UnitRow | None) -> Unit:
        if row is None:
            raise LookupError(f"the read model has a dossier of {path}, and no unit")
        return unit_of(row, at)

    return later(info.context.loaders.units.load(UnitKey(path, at)), known)


async def _known(info: Info, paths: list[str], at: int | None) -> list[Unit]:
    """Those of these units that the viewer sees."""
    info.context.loaders.spend(len(paths))
    rows = await info.context.loaders.units.load_many([UnitKey(path, at) for path in paths])
    return [unit_of(row, at) for row in rows if row is not None]


async def page_below(
    info: Info, under: str, kind: str | None, first: int, after: str | None
) -> UnitConnection:
    """A page of the units strictly below a unit, by path."""
    size = page_size(first)
    key = key_after("unit", after, str, "")
    rows: list[UnitRow] = []
    if storable(under, kind):
        rows = await units_below(info.context.snapshot, under, kind, key, size + 1)
    shown, page_info = paged("unit", rows, size, lambda row: row.path)
    return UnitConnection(
        edges=[UnitEdge(cursor=c, node=unit_of(row)) for c, row in shown], page_info=page_info
    )


def viewer_of(info: Info) -> Viewer:
    """Who asks."""
    caller = info.context.caller
    return Viewer(
        tenant=strawberry.ID(caller.tenant), roles=sorted(caller.roles), actor=strawberry.ID(caller.actor)
    )

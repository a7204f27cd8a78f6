"""Units, and who asks."""

from datetime import date

import strawberry

from services.query.context import Info
from services.query.load.units import units_below
from services.query.rows import UnitRow
from services.query.schema.arguments import key_after, page_size, storable
from services.query.schema.paging import PageInfo, paged


@strawberry.type(description="Who asks.")
class Viewer:
    """The caller, as its token says."""

    tenant: strawberry.ID
    roles: list[str]
    actor: strawberry.ID


@strawberry.type(description="Whoever is scored or scores: a province, a department, a district, a commune.")
class Unit:
    """A unit as it stands now."""

    path: strawberry.ID
    name: str
    kind: str
    parent: strawberry.ID | None
    from_: date | None = strawberry.field(name="from")
    until: date | None


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


def unit_of(row: UnitRow) -> Unit:
    """The unit that a row holds."""
    return Unit(
        path=strawberry.ID(row.path),
        name=row.name,
        kind=row.kind,
        parent=None if row.parent is None else strawberry.ID(row.parent),
        from_=row.valid_from,
        until=row.valid_until,
    )


async def unit_at(info: Info, path: str) -> Unit | None:
    """The unit with this path; None where the viewer sees none."""
    row = await info.context.loaders.units.load(path) if storable(path) else None
    return None if row is None else unit_of(row)


async def known_unit(info: Info, path: str) -> Unit:
    """The unit that a visible row names; it was registered before, so it is there."""
    unit = await unit_at(info, path)
    if unit is None:
        raise LookupError(f"the read model has a dossier of {path}, and no unit")
    return unit


async def page_below(
    info: Info, under: str, kind: str | None, first: int, after: str | None
) -> UnitConnection:
    """A page of the units strictly below a unit, by path."""
    size = page_size(first)
    key = key_after("unit", after, str, "")
    rows: list[UnitRow] = []
    if storable(under, kind):
        rows = await units_below(info.context.snapshot, info.context.viewer, under, kind, key, size + 1)
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

"""Units."""

from collections.abc import Sequence

from services.query.load.sql import statement
from services.query.rows import UnitRow
from services.query.snapshot import Snapshot


async def units(snapshot: Snapshot, viewer: str, paths: Sequence[str]) -> list[UnitRow | None]:
    """The units with these paths, in their order; None where the viewer sees none."""
    rows = await snapshot.fetch(UnitRow, statement("units", "units"), viewer, list(paths))
    found = {row.path: row for row in rows}
    return [found.get(path) for path in paths]


async def units_below(
    snapshot: Snapshot, viewer: str, under: str, kind: str | None, after: str, most: int
) -> list[UnitRow]:
    """At most `most` units strictly below `under`, by path, after the path `after` ("": from the first)."""
    sql = statement("units", "units_below")
    return await snapshot.fetch(UnitRow, sql, viewer, under, kind, after, most)

"""Units, who took over from whom, and what a root lets others read."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from services.query.load.keys import UnitKey
from services.query.load.sql import statement
from services.query.rows.tree import HeirRow, PathRow, ReadingRow, UnitRow
from services.query.snapshot import Snapshot
from shared.codec.names import root_of


@dataclass(slots=True)
class Kin:
    """The paths of those whose heir a unit is, and of its own heir."""

    predecessors: list[str] = field(default_factory=list[str])
    heir: str | None = None


async def units(snapshot: Snapshot, root: str, keys: Sequence[UnitKey]) -> list[UnitRow | None]:
    """Units, in the order of the keys; None where the viewer sees none."""
    paths = [key.path for key in keys]
    rows = await snapshot.fetch(UnitRow, statement("units", "units"), root, paths)
    found = {row.path: row for row in rows}
    return [found.get(path) for path in paths]


async def units_below(
    snapshot: Snapshot, under: str, kind: str | None, after: str, most: int
) -> list[UnitRow]:
    """At most `most` units strictly below `under`, by path, after the path `after` ("": from the first)."""
    sql = statement("units", "units_below")
    return await snapshot.fetch(UnitRow, sql, root_of(under), under, kind, after, most)


async def kin(snapshot: Snapshot, root: str, keys: Sequence[UnitKey]) -> list[Kin]:
    """Of each unit, whose heir it is, and its own."""
    paths = [key.path for key in keys]
    rows = await snapshot.fetch(HeirRow, statement("units", "heirs"), root, paths)
    found: dict[str, Kin] = defaultdict(Kin)
    for row in rows:
        found[row.unit].heir = row.heir
        found[row.heir].predecessors.append(row.unit)
    return [found[path] for path in paths]


async def line(snapshot: Snapshot, unit: str, *, whole: bool) -> list[str]:
    """The paths of a unit and, if `whole`, of those whose heir it is, however long ago, the nearest first."""
    rows = await snapshot.fetch(PathRow, statement("units", "line"), root_of(unit), unit, whole)
    return [row.path for row in rows]


async def readings(snapshot: Snapshot, root: str, after: str, most: int) -> list[ReadingRow]:
    """At most `most` grants of a root, by id, after an id; none for who does not see all of the root."""
    return await snapshot.fetch(ReadingRow, statement("units", "readings"), root, after, most)

"""Where the rows that stand differ from the rebuilt ones, and which event of the ledger says so."""

import json
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, fields, replace
from typing import Any

from services.scoring.projection import Changes, Projection, Within
from services.scoring.rows import Row
from services.scoring.store import changed_rows
from shared.domain.root import Root
from shared.ledger.checked import checked_pages
from shared.ledger.pool import Connection
from shared.ledger.statements import load

_SQL = load("services.scoring", "rebuild.sql")
_PATIENCE = 3_600.0
"""Seconds that a comparison may take: it reads whole tables."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The first difference of a root: a row, and the first column in which it is another.

    `column` is empty where the row stands on one side alone. `position`: of the event after which the ledger
    gives what was rebuilt; None where no event gives such a row, or nobody has looked for it (`placed`).
    """

    table: str
    key: Mapping[str, Any]
    column: str
    standing: Any
    rebuilt: Any
    position: int | None = None

    def __str__(self) -> str:
        """A sentence, without its full stop."""
        where = ", ".join(f"{name} {value}" for name, value in self.key.items() if name != "root")
        at = "" if self.position is None else f" (position {self.position})"
        if not self.column and self.rebuilt is None:
            return f"read.{self.table}, {where}: the row stands there{at}, but the ledger does not give it"
        if not self.column:
            return f"read.{self.table}, {where}: the row is missing, and the ledger gives it{at}"
        return (
            f"read.{self.table}, {where}: {self.column} is {_said(self.standing)}, "
            f"and the ledger gives {_said(self.rebuilt)}{at}"
        )


def _said(value: Any) -> str:
    return "empty" if value is None else json.dumps(value, ensure_ascii=False)


async def first_difference(connection: Connection, root: str) -> Difference | None:
    """The first row, by tables and keys, that is not the same in the fresh tables of a root; unplaced."""
    for table in await connection.fetchval(_SQL["rebuilt_tables"]):
        row = await connection.fetchrow(_SQL["difference"], table, root, timeout=_PATIENCE)
        if row is not None:
            return _difference(table, row["columns"], row["keys"], row["standing"], row["rebuilt"])
    return None


def _difference(
    table: str, columns: Sequence[str], keys: Sequence[str], standing: str | None, rebuilt: str | None
) -> Difference:
    left, right = _decoded(standing), _decoded(rebuilt)
    key = {name: (left or right)[name] for name in keys}
    if not left or not right:
        return Difference(table, key, "", left or None, right or None)
    column = next(name for name in columns if left[name] != right[name])
    return Difference(table, key, column, left[column], right[column])


def _decoded(row: str | None) -> dict[str, Any]:
    return {} if row is None else json.loads(row)


async def placed(connection: Connection, root: str, found: Difference, until: int) -> Difference:
    """The difference with its position: that of the last event, up to one, that changed what was rebuilt.

    It costs another fold of the ledger.
    """
    if "position" in found.key:
        return replace(found, position=found.key["position"])
    columns = [str(row["attname"]) for row in await connection.fetch(_SQL["columns"], found.table)]
    said: Any = None
    position: int | None = None
    projection = Projection(Root(root))
    async with aclosing(checked_pages(connection, root, 0, until)) as pages:
        async for page in pages:
            for event in page:
                projection.apply(event)
                row = _row_of(projection, found, columns)
                now = row if row is None or not found.column else row[columns.index(found.column)]
                if row is not None and (position is None or now != said):
                    said, position = now, event.position
                projection.changes = Changes()
    return replace(found, position=position)


def _row_of(projection: Projection, found: Difference, columns: Sequence[str]) -> Row | None:
    """The row of that key, if the last event has written it."""
    places = {columns.index(name): value for name, value in found.key.items()}
    for table, rows in changed_rows(projection, _narrowed(projection.changes, found.key)):
        if table == found.table:
            for row in rows:
                if all(row[place] == value for place, value in places.items()):
                    return row
    return None


def _narrowed(changes: Changes, key: Mapping[str, Any]) -> Changes:
    """Of these changes only those whose keys could be about this row: its key, or how that begins."""
    values = tuple(value for name, value in key.items() if name != "root")
    wanted = {values[0], *(values[:n] for n in range(2, len(values) + 1))}
    narrowed = Changes()
    for name in (one.name for one in fields(Changes) if one.name != "appended"):
        found: Within | set[Any] = getattr(changes, name)
        part = found & wanted if isinstance(found, set) else _within(found, values)
        setattr(narrowed, name, part)
    return narrowed


def _within(changed: Within, values: tuple[Any, ...]) -> Within:
    """What of a dossier's leaves or items the key (unit, round, code or id, …) names."""
    found = Within(set)
    if values[:2] in changed:
        found[values[:2]] = changed[values[:2]] & set(values[2:3])
    return found

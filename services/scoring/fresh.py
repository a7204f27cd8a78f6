"""The tables of one root that are made anew, beside those that stand: not seen by anybody until the swap."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from itertools import islice
from typing import Any

from services.scoring.projection import APPENDED, Changes, Projection, Within
from services.scoring.rows import Row
from services.scoring.store import SQL, changed_rows
from shared.ledger.pool import Connection
from shared.ledger.statements import load

_REBUILD = load("services.scoring", "rebuild.sql")

_AT_ONCE = 10_000
"""Rows of one COPY."""


@dataclass(slots=True)
class Fresh:
    """The fresh tables of a root. Rows are copied in while their maker works on the next."""

    connection: Connection
    root: str
    filled: set[str] = field(default_factory=set[str])
    copying: list[asyncio.Task[None]] = field(default_factory=list[asyncio.Task[None]])

    async def begin(self) -> None:
        """Make them, empty, whatever an earlier rebuild has left."""
        await self.connection.execute(SQL["begin_rebuild"], self.root)

    async def copy_appended(self, changes: Changes) -> None:
        """Take the appended rows off `changes`, as soon as there are many of them in a table."""
        for table in APPENDED:
            if len(rows := changes.appended[table]) >= _AT_ONCE:
                changes.appended[table] = []
                await self.copied()
                self.copying.append(asyncio.ensure_future(self._copy(table, rows)))

    async def copied(self) -> None:
        """Wait for the rows that are on their way."""
        while self.copying:
            await self.copying[0]
            self.copying.pop(0)

    async def copy_all(self, projection: Projection) -> None:
        """Copy the rows that all changes so far come to: their keys must not be there yet."""
        await self.copied()
        for part in _parts(projection.changes):
            for table, rows in changed_rows(projection, part):
                if rows:
                    await self._copy(table, rows)
        projection.changes = Changes()

    async def analyse(self) -> None:
        """Let the planner know what they hold: for the comparison, and for who reads after the swap."""
        await self.connection.execute(_REBUILD["analyse"], self.root)

    async def write(self, projection: Projection) -> None:
        """Write the rows that the changes come to, whether their keys are there or not."""
        await self.copied()
        filled = frozenset(self.filled)
        for part in _parts(projection.changes):
            for table, rows in changed_rows(projection, part):
                if rows and (table in APPENDED or table not in filled):
                    await self._copy(table, rows)
                elif rows:
                    await self._take_out(table, rows)
                    await self._copy(table, rows)

    async def drop(self) -> None:
        """Take them away."""
        await self.give_up()
        await self.connection.execute(_REBUILD["drop_rebuild"], self.root)

    async def give_up(self) -> None:
        """End what is on its way."""
        for task in self.copying:
            task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await task
        self.copying.clear()

    async def _copy(self, table: str, rows: list[Row]) -> None:
        self.filled.add(table)
        await self.connection.copy_records_to_table(self._name(table), schema_name="read", records=rows)

    async def _take_out(self, table: str, rows: list[Row]) -> None:
        """Make room for rows whose keys may be there."""
        key = await self.connection.fetchval(_REBUILD["key"], table)
        same = " AND ".join(f'old."{column}" = new."{column}"' for column in key)
        fresh, new = f'read."{self._name(table)}"', f"unnest($1::read.{table}[])"
        await self.connection.execute(f"DELETE FROM {fresh} AS old USING {new} AS new WHERE {same}", rows)  # noqa: S608 - names of our own

    def _name(self, table: str) -> str:
        return f"{table}_next_{self.root.replace('-', '_')}"


def _parts(changes: Changes) -> Iterator[Changes]:
    """The same changes in parts, so that the rows of one part can be made at once."""
    for name in (one.name for one in fields(Changes) if one.name != "appended"):
        changed: Within | set[Any] = getattr(changes, name)
        for part in _of_rows(changed) if isinstance(changed, set) else _of_dossiers(changed):
            yield replace(Changes(), **{name: part})
    yield Changes(appended=changes.appended)


def _of_rows(changed: set[Any]) -> Iterator[set[Any]]:
    keys: Iterator[Any] = iter(sorted(changed))
    while part := set(islice(keys, _AT_ONCE)):
        yield part


def _of_dossiers(changed: Within) -> Iterator[Within]:
    """Whole dossiers, as many as come to so many rows, and the one that makes them too many."""
    part, rows = Within(set), 0
    for key in sorted(changed):
        part[key] = changed[key]
        rows += len(changed[key])
        if rows >= _AT_ONCE:
            yield part
            part, rows = Within(set), 0
    if part:
        yield part

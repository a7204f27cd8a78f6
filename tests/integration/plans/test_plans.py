"""No statement reads all of a table that grows.

Each is run as the role that runs it, on settings as its service has them, under row-level security, with the
plan that is made for its values and with the one that is made for all: PostgreSQL takes either. Twice: while
nothing was ever analysed, and after everything was.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from deploy.local.keys import SUPERUSER
from deploy.local.stack import Servers
from services.query.load.sql import statement
from shared.ledger.statements import parse
from tests.integration.plans.asked import (
    OF_A_REBUILD,
    OTHERS,
    QUERY,
    REBUILDING,
    ROOT,
    UNIT,
    Facts,
    facts_of,
)

REPOSITORY = Path(__file__).parents[3]
SMALL = {
    "head": "a row per root",
    "progress": "a row per root",
}
"""Tables that do not grow, of which all may be read."""
MOST_READ = 40
"""Rows of one table that a statement may read beside three for each that it answers. The large root has 1,400
events; its round has 60 dossiers, and its tree 67 units."""
WHOLE_ROUNDS = {
    "dossiers.page_of_round": "a page is put in order",
    "dossiers.dossiers_of_units": "whether a unit sees the round",
    "rounds.rounds": "whether a unit sees the round",
    "past.standing_at": "whose dossiers a unit sees",
    "units.units_below": "a page of the tree is put in order",
}
"""Statements that may read as much as a round, or the tree, and why."""
_ROUND = 90
_READ = """
    SELECT relname, seq_scan, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) AS rows
    FROM pg_stat_xact_all_tables WHERE schemaname IN ('ledger', 'read')
"""
MODES = ("force_custom_plan", "force_generic_plan")


class Reader:
    """Runs statements as the services do, each in a transaction that leaves nothing behind."""

    def __init__(self, connections: dict[str, Any], facts: Facts) -> None:
        self._connections, self.facts = connections, facts

    async def faults(
        self, role: str, sql: str, arguments: tuple[Any, ...], viewer: str = "", most: int = MOST_READ
    ) -> list[str]:
        """What a statement reads that it should not; `most` rows may be more than it answers."""
        connection = self._connections[role]
        found: list[str] = []
        for mode in MODES:
            transaction = connection.transaction()
            await transaction.start()
            try:
                await connection.execute(f"SET LOCAL plan_cache_mode = {mode}")
                if viewer:
                    scope = "SELECT scopes FROM ledger.enter($1)"
                    [set_] = await connection.fetch(scope, viewer)
                    given = (set_["scopes"], *arguments)
                else:
                    given = arguments
                found += [f"{mode}: {fault}" for fault in await self._run(connection, sql, given, most)]
                found += [f"{mode}: {fault}" for fault in await self._planned(connection, mode, sql, given)]
            finally:
                await transaction.rollback()
        return found

    async def _run(self, connection: Any, sql: str, given: tuple[Any, ...], most: int) -> list[str]:
        before = {row["relname"]: row for row in await connection.fetch(_READ)}
        rows = await connection.fetch(sql, *given)
        found: list[str] = []
        for row in await connection.fetch(_READ):
            scans, read = (row[column] - before[row["relname"]][column] for column in ("seq_scan", "rows"))
            if grows(row["relname"]) and (scans or read > most + 3 * len(rows)):
                found.append(
                    f"{read} rows of {row['relname']} are read for {len(rows)}, in {scans} scans of all"
                )
        return found

    async def _planned(self, connection: Any, mode: str, sql: str, given: tuple[Any, ...]) -> list[str]:
        if mode == "force_custom_plan":
            [row] = await connection.fetch(f"EXPLAIN (FORMAT JSON) {sql.rstrip(';')}", *given)
        else:
            prepared = await connection.prepare(sql)
            values = ", ".join(
                f"{literal(value)}::{type_name(of)}"
                for value, of in zip(given, prepared.get_parameters(), strict=True)
            )
            execute = f"EXECUTE {prepared.get_name()}" + (f"({values})" if given else "")
            [row] = await connection.fetch(f"EXPLAIN (FORMAT JSON) {execute}")
        plan = json.loads(row[0])[0]["Plan"]
        return [f"all of {table} is scanned" for table in scanned(plan) if grows(table)]


def grows(table: str) -> bool:
    """Whether a table, or one of which it is a partition, grows."""
    return table.partition("_of_")[0] not in SMALL


def scanned(node: dict[str, Any]) -> Iterator[str]:
    """The tables that a plan scans from the beginning to the end."""
    if node["Node Type"] == "Seq Scan":
        yield node["Relation Name"]
    for inner in node.get("Plans", []):
        yield from scanned(inner)


def type_name(of: asyncpg.Type) -> str:
    """As SQL writes it."""
    return f"{of.schema}.{of.name[:-2]}[]" if of.name.endswith("[]") else of.name


def literal(value: Any) -> str:
    """A value as SQL writes it, for one to be cast."""
    if value is None:
        return "NULL"
    return "'" + _text(value).replace("'", "''") + "'"


def _text(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return (
            "{"
            + ",".join("NULL" if v is None else json.dumps(_text(v), ensure_ascii=False) for v in value)
            + "}"
        )
    return f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)


@pytest.fixture(scope="module", params=["never analysed", "analysed"])
async def reader(servers: Servers, connections: dict[str, Any], request: pytest.FixtureRequest) -> Reader:
    """The first half of the tests comes before anything is analysed."""
    superuser = await asyncpg.connect(servers.dsn(SUPERUSER))
    try:
        if request.param == "analysed":
            await superuser.execute("ANALYZE")
        return Reader(connections, await facts_of(superuser))
    finally:
        await superuser.close()


@pytest.mark.parametrize("viewer", [ROOT, UNIT])
@pytest.mark.parametrize("name", QUERY)
async def test_a_question_reads_what_it_answers(reader: Reader, name: str, viewer: str) -> None:
    sql, arguments = statement(*name.split(".")), QUERY[name](reader.facts)
    most = _ROUND if name in WHOLE_ROUNDS else MOST_READ
    faults = await reader.faults("query", sql, arguments, viewer, most)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("file", "name"), [(file, name) for file, statements in OTHERS.items() for name in statements]
)
async def test_a_service_reads_what_it_needs(reader: Reader, file: str, name: str) -> None:
    sql = parse((REPOSITORY / file).read_text(), file)[name]
    role, arguments = OTHERS[file][name]
    faults = await reader.faults(role, sql, arguments(reader.facts))
    assert not faults, "\n".join(faults)


def test_every_statement_is_among_them() -> None:
    known = {f"services/query/load/{file}.sql {name}" for file, _, name in (n.partition(".") for n in QUERY)}
    known |= {f"{file} {name}" for file, statements in OTHERS.items() for name in statements}
    known |= {f"services/scoring/scoring.sql {name}" for name in REBUILDING}
    known |= {f"services/scoring/rebuild.sql {name}" for name in OF_A_REBUILD}
    files = [*REPOSITORY.glob("services/**/*.sql"), *REPOSITORY.glob("shared/**/*.sql")]
    found = {
        f"{file.relative_to(REPOSITORY)} {name}"
        for file in files
        for name in parse(file.read_text(), str(file))
    }
    assert found <= known


async def test_a_table_that_is_read_in_full_is_found(reader: Reader) -> None:
    for sql in (
        "SELECT position FROM ledger.event WHERE root = $1 AND actor = 'x'",
        "SELECT position FROM ledger.event WHERE root = $1 AND position + 0 < 10 ORDER BY position",
        "SELECT position FROM ledger.event e WHERE root = $1 AND (SELECT count(*) FROM ledger.text) < 0",
    ):
        assert len(await reader.faults("superuser", sql, (ROOT,))) >= 2, sql

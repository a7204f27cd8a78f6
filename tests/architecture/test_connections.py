"""Who opens a connection to PostgreSQL does it through one door, which puts bounds on every wait."""

import ast
from collections.abc import Iterator
from pathlib import Path

HOUSE = Path(__file__).parents[2]
DOORS = {"shared/ledger/pool.py", "services/query/snapshot.py"}
"""The second: query's statements have bounds of their own, which its configuration says."""


def openings() -> Iterator[tuple[str, str]]:
    """Each place of the product that opens a connection by itself: the file, and what it calls."""
    for room in ("parledger", "services", "shared", "deploy"):
        for file in (HOUSE / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                called = node.func if isinstance(node, ast.Call) else None
                if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
                    name = f"{called.value.id}.{called.attr}"
                    if called.value.id.startswith(("asyncpg", "psycopg")) and called.attr in (
                        "connect",
                        "create_pool",
                        "Pool",
                    ):
                        yield str(file.relative_to(HOUSE)), name


def test_connections_are_opened_where_their_bounds_are() -> None:
    assert {file for file, _ in openings()} == DOORS

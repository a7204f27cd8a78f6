"""What docs/ledger.md shows is true: its snippets run, and find what was tampered with."""

import re
from pathlib import Path

import asyncpg
import pytest

from tests.integration.ledger.conftest import Connect
from tests.integration.ledger.scene import opened

PAGE = (Path(__file__).parents[3] / "docs" / "ledger.md").read_text(encoding="utf-8")


def snippets(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def test_the_python_snippet_prints_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    (snippet,) = snippets("python")
    exec(snippet, {})  # noqa: S102 - that is the test
    printed = capsys.readouterr().out.split()
    assert len(printed) == 2
    assert all(f"# {line}" in snippet for line in printed)


async def found(connection: asyncpg.Connection, root: str) -> list[list[asyncpg.Record]]:
    """What each of the statements answers for a root."""
    statements = [snippet.replace("'qt'", f"'{root}'") for snippet in snippets("sql")]
    each = [part for statement in statements for part in statement.split(";\n") if part.strip()]
    return [await connection.fetch(statement) for statement in each]


async def test_the_statements_find_what_was_tampered_with_and_nothing_else(
    connect: Connect, ingest: asyncpg.Connection, root: str
) -> None:
    scene = await opened(root, ingest)
    await scene.record(ingest, *(scene.filed(scene.filing(f"2.{n}", note="một")) for n in range(1, 5)))
    partition = f"ledger.event_of_{root.replace('-', '_')}"
    async with connect("postgres") as forger:
        assert await found(forger, root) == [[], [], []]
        forgery = forger.transaction()
        await forgery.start()
        await forger.execute(f"ALTER TABLE {partition} DISABLE TRIGGER ALL")
        await forger.execute("ALTER TABLE ledger.text DISABLE TRIGGER ALL")
        await forger.execute("UPDATE ledger.text SET text = 'hai' WHERE root = $1 AND position = 5", root)
        await forger.execute(
            f"UPDATE {partition} SET recorded_at = recorded_at + interval '1 us' WHERE position = 6"
        )
        await forger.execute(f"DELETE FROM {partition} WHERE position = 7")
        changed, missing, texts = await found(forger, root)
        await forgery.rollback()
    assert [row["position"] for row in changed] == [6]
    assert [row["missing"] for row in missing] == [7]
    assert [(row["position"], row["field"]) for row in texts] == [(5, "note")]

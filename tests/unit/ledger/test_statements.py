"""SQL statements by name."""

import re
from importlib import resources

import pytest

from services.query.load import dossiers, events, evidence, items, receipts, rounds, units
from shared.ledger.statements import MisnamedStatementError, load, parse

TWO = """-- What stands here.

-- name: one
-- The first.
SELECT 1;

-- name: two
-- The second, which needs
-- two lines.
SELECT 2
-- and a remark
WHERE true;
"""


def test_statements_are_found_by_name() -> None:
    found = parse(TWO, "two.sql")
    assert found["one"] == "SELECT 1;"
    assert found["two"] == "SELECT 2\n-- and a remark\nWHERE true;"
    assert list(found) == ["one", "two"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no statement"),
        ("SELECT 1;", "no statement"),
        ("SELECT 0;\n-- name: one\n-- First.\nSELECT 1;", "without a name"),
        ("-- name: one\nSELECT 1;", "line 1"),
        ("-- name: One\n-- First.\nSELECT 1;", "line 1"),
        ("-- name: one\n-- First.\n", "line 1"),
        ("-- name: one\n-- First.\nSELECT 1;\n-- name: one\n-- Again.\nSELECT 2;", "twice"),
    ],
)
def test_a_statement_without_a_name_or_a_sentence_is_refused(text: str, says: str) -> None:
    with pytest.raises(MisnamedStatementError, match=says):
        parse(text, "wrong.sql")


_HOLDS_TO_SCOPES = re.compile(r"ledger\.among\([a-z_(]+\.[a-z_]+.*\$1\)|read\.is_party\(.*\$1\)")
_OTHERWISE = {"position": "ledger.roots($1)", "refusals": "ledger.within(r.tenant, $3)", "sent": "= $2"}


@pytest.mark.parametrize("module", [dossiers, events, evidence, items, receipts, rounds, units])
def test_every_statement_of_the_query_service_holds_to_the_viewers_scopes(module: object) -> None:
    file = f"{module.__name__.rpartition('.')[2]}.sql"  # type: ignore[attr-defined]
    statements = load("services.query.load", file)
    source = (
        resources.files("services.query.load")
        .joinpath(f"{file.removesuffix('.sql')}.py")
        .read_text(encoding="utf-8")
    )
    for name, sql in statements.items():
        assert "$1" in sql, name
        assert _OTHERWISE.get(name, "") in sql, name
        assert name in _OTHERWISE or _HOLDS_TO_SCOPES.search(sql), name
        assert re.search(rf'"{name}"', source), f"nobody asks for {name}"

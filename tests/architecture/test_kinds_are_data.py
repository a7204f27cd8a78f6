"""Kinds of units are data: no code asks whether a unit is of this kind or that.

The same code runs a province of three levels and one of two. A word for a kind may stand in a sentence that
people read; as a string by itself it would be something to compare with.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
ROOMS = ("shared", "services", "parledger", "deploy")
MADE_UP = REPOSITORY / "deploy" / "province"
"""What makes up a province gives its units kinds; it compares none of them."""
KINDS = {
    "ministry",
    "bộ",
    "province",
    "tỉnh",
    "city",
    "thành-phố",
    "department",
    "sở",
    "district",
    "huyện",
    "quận",
    "town",
    "thị-xã",
    "ward",
    "phường",
    "commune",
    "xã",
    "township",
    "thị-trấn",
    "special-zone",
    "đặc-khu",
    "village",
    "thôn",
}
_QUOTED = re.compile(r"""'([^'\n]{1,20})'|"([^"\n]{1,20})\"""")


def modules() -> list[Path]:
    return sorted(path for room in ROOMS for path in (REPOSITORY / room).rglob("*.py"))


def names_a_kind(text: object) -> bool:
    return isinstance(text, str) and text.strip().lower().replace(" ", "-").removesuffix("s") in KINDS


def literals(tree: ast.AST) -> Iterator[ast.Constant]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and names_a_kind(node.value))


def names_of_kinds(trees: list[ast.Module]) -> set[str]:
    """Names that a module gives to kinds: `DISTRICT = "district"`."""
    assigned = (node for tree in trees for node in tree.body if isinstance(node, ast.Assign))
    return {
        name.id
        for node in assigned
        if any(literals(node.value))
        for target in node.targets
        for name in ast.walk(target)
        if isinstance(name, ast.Name)
    }


def compared(tree: ast.AST, names: set[str]) -> Iterator[int]:
    """Lines on which something is compared with a kind, or matched against one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare | ast.MatchValue) and (any(literals(node)) or _named(node, names)):
            yield node.lineno


def _named(node: ast.AST, names: set[str]) -> bool:
    return any(
        (isinstance(part, ast.Name) and part.id in names)
        or (isinstance(part, ast.Attribute) and part.attr in names)
        for part in ast.walk(node)
    )


def test_nothing_is_compared_with_a_kind_of_unit() -> None:
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in modules()}
    names = names_of_kinds(list(trees.values()))
    found = [
        f"{path.relative_to(REPOSITORY)}:{line}"
        for path, tree in trees.items()
        for line in compared(tree, names)
    ]
    assert found == []


def test_no_string_of_the_platform_is_a_kind_of_unit() -> None:
    found = [
        f"{path.relative_to(REPOSITORY)}:{literal.lineno}: {literal.value!r}"
        for path in modules()
        if not path.is_relative_to(MADE_UP)
        for literal in literals(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


def test_no_statement_for_the_databases_names_one() -> None:
    statements = sorted(path for room in ROOMS for path in (REPOSITORY / room).rglob("*.sql"))
    assert statements
    found = [
        f"{path.relative_to(REPOSITORY)}: {quoted.group()}"
        for path in statements
        for quoted in _QUOTED.finditer(path.read_text(encoding="utf-8"))
        if names_a_kind(quoted.group(1) or quoted.group(2))
    ]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        'if unit.kind == "district": pass',
        'if unit.kind in ("xã", "phường"): pass',
        'found = row["kind"] != "Huyện"',
        'match kind:\n    case "commune": pass',
        "if unit.kind == places.DISTRICT: pass",
        "if kind is not DISTRICT: pass",
    ],
)
def test_it_would_be_found(code: str) -> None:
    names = names_of_kinds([ast.parse('PROVINCE, DISTRICT = "tỉnh", "huyện"')])
    assert names == {"PROVINCE", "DISTRICT"}
    assert list(compared(ast.parse(code), names))


@pytest.mark.parametrize(
    "code", ['text = "a district of the province"', "if unit.kind in data.rubrics: pass", "a == b"]
)
def test_what_asks_for_no_kind_is_left_alone(code: str) -> None:
    assert not list(compared(ast.parse(code), {"DISTRICT"}))
    assert not list(literals(ast.parse(code)))

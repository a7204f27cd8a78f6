"""docs/ says what the code says: no page is stale, no type or field is without its names."""

import json
from typing import Any

import pytest
from graphql import build_schema

from deploy.describe.labels import FIELDS, TYPES
from deploy.describe.pages import EVENTS, pages, stale_files, write
from shared.codec.catalogue import CATALOGUE
from shared.codec.shapes import SHAPES
from shared.domain.problems import TITLES
from tests.unit.describe.validators import DOCS, SchemaValidator
from tests.unit.describe.validators import EVENTS as FOLDER


def test_no_page_is_stale() -> None:
    current = pages()
    differ = [
        path
        for path, text in current.items()
        if not (DOCS / path).exists() or (DOCS / path).read_text("utf-8") != text
    ]
    left = [path.name for path in stale_files(DOCS, current)]
    assert not differ, f"stale: run `make docs` and commit {', '.join(differ)}"
    assert not left, f"of no type any more: run `make docs` and commit; {', '.join(left)}"


def test_every_type_and_field_has_its_names_in_both_languages() -> None:
    assert set(SHAPES) == set(CATALOGUE)
    assert not set(CATALOGUE) - set(TYPES), "name them in deploy/describe/labels.py"
    fields = {field for shape in SHAPES.values() for field in shape.__struct_encode_fields__}
    assert not fields - set(FIELDS), "name them in deploy/describe/labels.py"


def test_every_type_has_its_schemas_and_its_row() -> None:
    index = (FOLDER / "README.md").read_text("utf-8")
    for name in CATALOGUE:
        assert f"[emitted]({name}.schema.json)" in index
        assert (FOLDER / f"{name}.schema.json").exists()
        assert (FOLDER / f"{name}.recorded.schema.json").exists()
    assert all(f"`{problem}`" in index for problem in TITLES)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.name)
def test_every_schema_is_one(path: Any) -> None:
    schema = json.loads(path.read_text("utf-8"))
    SchemaValidator.check_schema(schema)
    assert r"\\Z" not in path.read_text("utf-8"), "Python's word for the end, which no other dialect knows"


def test_the_graphql_schema_can_be_read() -> None:
    assert build_schema((DOCS / "schema.graphql").read_text("utf-8")).query_type is not None


def test_writing_takes_away_what_is_no_more(tmp_path: Any) -> None:
    gone = tmp_path / EVENTS / "Gone.schema.json"
    gone.parent.mkdir()
    gone.write_text("{}")
    write(tmp_path)
    assert not gone.exists()
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.*")} == set(pages())

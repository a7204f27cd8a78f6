"""docs/audit.md: what its story asks can be asked, and what it emits is the examples' own."""

import json
import re

import pytest
from graphql import build_schema, parse, validate

from tests.acceptance.page import DOCS, Block, blocks_of

EXAMPLES = DOCS.parent / "examples" / "giai-trinh"
BLOCKS = blocks_of("audit.md", "Một vụ giải trình")


def written(language: str) -> list[Block]:
    return [block for block in BLOCKS if block.language == language]


@pytest.mark.parametrize("query", [block.text for block in written("graphql")], ids=lambda q: q.split()[1])
def test_what_the_story_asks_can_be_asked(query: str) -> None:
    schema = build_schema((DOCS / "schema.graphql").read_text("utf-8"))
    assert validate(schema, parse(query)) == []


def test_each_file_is_emitted_once_in_order() -> None:
    typed = "".join(block.text for block in written("sh"))
    assert re.findall(r"giai-trinh/(\S+)", typed) == sorted(file.name for file in EXAMPLES.iterdir())


def test_each_emission_has_an_id_of_its_own_and_they_follow_each_other_in_time() -> None:
    lines = [line for file in sorted(EXAMPLES.iterdir()) for line in file.read_text("utf-8").splitlines()]
    emissions = [json.loads(line) for line in lines]
    assert len({emission["id"] for emission in emissions}) == len(emissions)
    times = [emission["time"] for emission in emissions]
    assert times == sorted(times)

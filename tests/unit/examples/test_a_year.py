"""docs/mot-nam.md and docs/a-year.md: what they tell to emit is played, in order, at the times they name."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from graphql import build_schema, parse, validate

from shared.codec.envelope import microseconds
from shared.domain.index import score_area, score_dossier
from shared.domain.root import Root
from tests.unit.domain.sayings import FILE, Saying
from tests.unit.domain.scene import Scene

DOCS = Path(__file__).parents[3] / "docs"
BLOCK = re.compile(r"^```(jsonl|graphql)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: str, language: str) -> list[str]:
    text = (DOCS / page).read_text("utf-8")
    return [body for found, body in BLOCK.findall(text) if found == language]


def emissions(page: str) -> list[dict[str, Any]]:
    return [json.loads(line) for block in blocks(page, "jsonl") for line in block.splitlines()]


def saying_of(row: dict[str, Any]) -> Saying:
    at = microseconds(datetime.fromisoformat(row["at"]))
    return Saying(row["type"], row["by"], row["subject"], row["data"], frozenset({row["as"]}), at=at)


@pytest.fixture(scope="module")
def played() -> Scene:
    scene = Scene(Root("mau"), stored={FILE: 4})
    for row in emissions("a-year.md"):
        scene.when(saying_of(row)).then(row.get("refused"))
    return scene


def test_both_languages_say_the_same() -> None:
    for language in ("jsonl", "graphql"):
        assert blocks("mot-nam.md", language) == blocks("a-year.md", language) != []


@pytest.mark.parametrize("query", blocks("a-year.md", "graphql"), ids=lambda query: query.split()[1])
def test_what_the_page_asks_can_be_asked(query: str) -> None:
    schema = build_schema((DOCS / "schema.graphql").read_text("utf-8"))
    assert validate(schema, parse(query)) == []


def test_the_year_ends_as_the_page_says(played: Scene) -> None:
    assert played.root.standing("mau/xa-binh-lap")
    dossiers = [played.root.dossiers[unit, "2026"] for unit in ("mau/xa-an-binh", "mau/xa-tan-lap")]
    scores = [score_dossier(d, [score_area(d, area) for area in d.rubric.areas]) for d in dossiers]
    assert [(score.points, score.assessed, score.index, score.grade) for score in scores] == [
        (9740, 10000, 97_400000, "Tốt"),
        (0, 8000, 0, "Yếu"),
    ]
    publication = played.root.rounds["mau", "2026"].publication
    assert publication is not None
    assert [(row.unit, row.index, row.rank) for row in publication.published.data.standings or []] == [
        ("mau/xa-an-binh", "97.4", 1),
        ("mau/xa-tan-lap", "0", 2),
    ]

"""What a unit is told that its dossier lacks, by who brings a leaf's points and figures."""

import json
from typing import Any

import pytest

from services.query.rows.dossiers import LeafRow
from services.query.rubrics import content_of
from services.query.todo import Lacking, lacks
from tests.unit.domain.rubrics import RATE, leaf, rubric

ROLLUP = {"kind": "rollup", "leaf": "1.1", "of": "mean"}
RUBRIC = rubric(
    leaf("1.1", "1", RATE),
    leaf("1.2", "1", RATE, source="system"),
    leaf("1.3", "1", {"kind": "survey"}),
    leaf("1.4", "1", ROLLUP),
)
CONTENT = content_of(json.dumps(RUBRIC).encode(), "qt")


def claimed(code: str) -> LeafRow:
    """A leaf for which the unit claims points, without figures."""
    nothing: dict[str, Any] = dict.fromkeys(LeafRow.__struct_fields__)
    said = {"unit": "qt/a", "round": "2023", "code": code, "self_points": 500, "responsible": []}
    return LeafRow(**{**nothing, **said})


def test_a_unit_is_to_file_everything_but_a_survey() -> None:
    found = [(lack.kind, lack.leaves) for lack in lacks(CONTENT, {}, {})]
    assert found == [(Lacking.NOT_FILED, (code,)) for code in ("1.1", "1.2", "1.4")]


@pytest.mark.parametrize(
    ("code", "expected"),
    [("1.1", [Lacking.FIGURES_LACKING]), ("1.2", []), ("1.4", [])],
)
def test_figures_are_asked_for_where_they_are_the_units(code: str, expected: list[Lacking]) -> None:
    rows = {one.code: claimed(one.code) for one in CONTENT.leaves()}
    assert [lack.kind for lack in lacks(CONTENT, rows, {}) if code in lack.leaves] == expected

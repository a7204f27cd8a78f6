"""A value that is none of those that may stand at a place is answered with those that may."""

from typing import Any

import pytest

from shared.codec.choices import choices_at
from shared.codec.envelope import Envelope
from shared.codec.shapes import SHAPES


@pytest.mark.parametrize(
    ("shape", "way", "values"),
    [
        (SHAPES["RoundExtended"], ["window"], ["appraisal", "disputes", "filing"]),
        (SHAPES["ResultsPublished"], ["document", "kind"], ["decision", "notice"]),
        (SHAPES["RoundOpened"], ["excluded", "0", "kind"], ["not-applicable", "not-due"]),
        (SHAPES["RubricPublished"], ["rubric", "points", "rounding"], ["down", "half_up"]),
        (Envelope, ["specversion"], ["1.0"]),
        (SHAPES["RoundOpened"], ["name"], []),
        (SHAPES["RoundOpened"], ["nowhere", "0", "at-all"], []),
        (SHAPES["SubmissionFiled"], [], []),
    ],
)
def test_the_values_that_may_stand_there(shape: Any, way: list[str], values: list[str]) -> None:
    assert sorted(choices_at(shape, way)) == values


def test_a_rules_kind_is_one_of_a_few_wherever_it_stands() -> None:
    way = ["rubric", "areas", "0", "criteria", "0", "rule", "kind"]
    kinds = choices_at(SHAPES["RubricPublished"], way)
    assert {"judgement", "rate", "rollup"} <= set(kinds)
    nested = [*way[:-1], "parts", "...", "rule", "kind"]
    assert set(choices_at(SHAPES["RubricPublished"], nested)) <= set(kinds)

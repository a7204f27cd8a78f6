"""An answer that differs from what was published is never shown as the same."""

from typing import Any

import pytest

from deploy.local.demo.answers import Answer
from deploy.local.demo.comparison import Pair, compare

EXPECTED: dict[str, Any] = {
    "unit": "qt/dong-ha",
    "points": "9.5",
    "assessed": "10",
    "index": "95",
    "grade": "Tốt",
    "rank": {"place": 5, "of": 10},
    "leaves_that_lost": 1,
    "areas": {"1": {"points": "9.5", "lost": "0.5"}},
    "support": {"1.1": {"appraised": "0.5", "figures": "1/3", "computed": "0.33", "support": "UNSUPPORTED"}},
}
LEAF = {
    "code": "1.1",
    "name": "Tỷ lệ",
    "appraisedPoints": "0.5",
    "computedPoints": "0.33",
    "support": "UNSUPPORTED",
    "figures": None,
    "councilFigures": {"numerator": "1", "denominator": "3"},
}


def answer(
    *, row: dict[str, Any] | None = None, leaf: dict[str, Any] | None = None, **dossier: Any
) -> Answer:
    standing = {"unit": {"path": "qt/dong-ha", "name": "Đông Hà"}, "rank": 1, "grade": "Tốt", "index": "95"}
    told = {
        "lost": "0.50",
        "position": 7,
        "lostLeaves": [{"code": "1.1"}],
        "areas": [{"code": "1", "name": "", "max": "10", "points": "9.5", "excluded": "0", "lost": "0.5"}],
        "leaves": [LEAF | (leaf or {})],
    }
    return Answer("2023", [standing | {"points": "9.500", "assessed": "10"} | (row or {})], told | dossier)


def test_the_same_numbers_agree_however_they_are_written() -> None:
    assert compare(answer(), EXPECTED).agrees


@pytest.mark.parametrize(
    "changed",
    [
        {"row": {"points": "9.51"}},
        {"row": {"assessed": "9"}},
        {"row": {"index": None}},
        {"row": {"grade": "Khá"}},
        {"lost": "0.51"},
        {"lostLeaves": []},
        {"areas": [{"code": "1", "name": "", "max": "10", "points": "9", "excluded": "0", "lost": "0.5"}]},
        {"areas": []},
        {"leaves": []},
        {"leaf": {"support": "ROUNDING"}},
        {"leaf": {"support": "SUPPORTED"}},
        {"leaf": {"support": None}},
        {"leaf": {"computedPoints": "0.34"}},
        {"leaf": {"councilFigures": {"numerator": "2", "denominator": "3"}}},
        {"leaves": [LEAF, LEAF | {"code": "1.2"}]},
    ],
)
def test_whatever_differs_is_seen(changed: dict[str, Any]) -> None:
    assert not compare(answer(**changed), EXPECTED).agrees


def test_a_unit_that_is_missing_from_the_standings_is_seen() -> None:
    assert not compare(Answer("2023", [], answer().dossier), EXPECTED).agrees


def test_a_leaf_that_was_not_expected_to_be_unsupported_is_listed() -> None:
    comparison = compare(answer(leaves=[LEAF, LEAF | {"code": "1.2"}]), EXPECTED)
    assert [(line.code, line.agrees) for line in comparison.support] == [("1.1", True), ("1.2", False)]


def test_what_was_not_published_agrees_with_anything() -> None:
    assert Pair("1", None).agrees
    assert not Pair(None, "1").agrees
    assert Pair("93.360", "93.36").agrees
    assert Pair("Tốt", "Tốt").agrees

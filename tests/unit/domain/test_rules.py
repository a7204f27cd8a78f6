"""Computed points from figures, kind by kind. Source: scoring.md, "Rules"."""

from typing import Any

import pytest

from shared.codec.figures import Figures
from shared.domain.rules import survey_figures
from tests.unit.domain.rubrics import JUDGEMENT, RATE, leaf, rubric
from tests.unit.domain.sayings import filed, scored, withdrawn
from tests.unit.domain.scene import scene

JSON = dict[str, Any]


def rate(numerator: Any, denominator: Any) -> JSON:
    return {"numerator": numerator, "denominator": denominator}


STEPS = {
    "kind": "steps",
    "of": "rate",
    "steps": [{"from": "0.5", "points": "1"}, {"from": "0.8", "points": "2"}],
}
UNORDERED = {
    "kind": "steps",
    "of": "count",
    "steps": [{"from": "10", "points": "1.5"}, {"from": "3", "points": "2"}, {"from": "0", "points": "0.5"}],
}
LEVELS = {"kind": "choice", "levels": {"Tốt": "2", "đạt": "1.25", "quá": "9", "không": "0"}}
ITEMS = {"kind": "checklist", "items": {"nhà": "1.5", "đường": "0.5", "điện": "0.25"}}
WHOLE_LIST = {**ITEMS, "all": True}
GROWTH = {"kind": "growth", "target": "0.2"}
TIMELY = {"kind": "timely", "on_time": "0.25", "late": "0.1"}
SURVEY = {"kind": "survey"}
BREACHES = {"kind": "deduct", "each": {"muộn": "0.25", "sai": "1"}}


def grown(value: Any, base: Any) -> JSON:
    return {"value": value, "base": base}


def sent(on_time: Any, late: Any, missing: Any) -> JSON:
    return {"on_time": on_time, "late": late, "missing": missing}


def one_leaf(rule: JSON, maximum: str = "3", **others: Any) -> JSON:
    """A leaf that the unit files, whatever its rule."""
    return rubric(leaf("1.1", maximum, rule, source="unit"), **others)


def computed(rule: JSON, figures: JSON, maximum: str = "3", scale: int = 2, rounding: str = "half_up") -> str:
    given = scene(one_leaf(rule, maximum, scale=scale, rounding=rounding))
    found = given.given(filed("1.1", "0", figures)).computed("1.1")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("rule", "figures", "points"),
    [
        (LEVELS, {"choice": "Tốt"}, "2"),
        (LEVELS, {"choice": "đạt"}, "1.25"),
        (LEVELS, {"choice": "không"}, "0"),
        (RATE, rate(3, 4), "2.25"),
        (RATE, rate("3", "4"), "2.25"),
        (RATE, rate("1.5", "2.0"), "2.25"),
        (RATE, rate(0, 7), "0"),
        (RATE, rate(7, 7), "3"),
        (RATE, {"percent": "75"}, "2.25"),
        (RATE, {"percent": 75}, "2.25"),
        (RATE, {"percent": "0.000001"}, "0"),
        ({**RATE, "target": "0.8"}, rate(2, 5), "1.5"),
        ({**RATE, "target": "0.8"}, rate(9, 10), "3"),
        ({**RATE, "floor": "0.5"}, rate(1, 2), "1.5"),
        ({**RATE, "floor": "0.5"}, rate(499, 1000), "0"),
        ({**RATE, "target": "0.9", "floor": "0.6"}, rate(6, 10), "2"),
        ({**RATE, "over": True, "target": "1.2"}, rate(9, 10), "2.25"),
        ({**RATE, "over": True, "target": "1.2"}, rate(11, 10), "2.75"),
        ({**RATE, "over": True, "target": "1.2"}, {"percent": "110"}, "2.75"),
        ({**RATE, "over": False}, rate(1, 1), "3"),
        (STEPS, rate(49, 100), "0"),
        (STEPS, rate(1, 2), "1"),
        (STEPS, {"percent": "79.999999"}, "1"),
        (STEPS, {"percent": "80"}, "2"),
        (STEPS, rate(1, 1), "2"),
        (UNORDERED, {"count": 2}, "0.5"),
        (UNORDERED, {"count": 3}, "2"),
        (UNORDERED, {"count": "10"}, "1.5"),
        ({"kind": "count", "each": "0.5"}, {"count": 0}, "0"),
        ({"kind": "count", "each": "0.5"}, {"count": 3}, "1.5"),
        ({"kind": "count", "each": "0.5"}, {"count": "3.0"}, "1.5"),
        (BREACHES, {"events": {}}, "3"),
        (BREACHES, {"events": {"muộn": 1, "sai": "1"}}, "1.75"),
        (ITEMS, {"done": []}, "0"),
        (ITEMS, {"done": ["điện", "nhà"]}, "1.75"),
        ({**ITEMS, "all": False}, {"done": ["điện", "nhà"]}, "1.75"),
        (WHOLE_LIST, {"done": ["điện", "nhà"]}, "0"),
        (WHOLE_LIST, {"done": ["điện", "nhà", "đường"]}, "3"),
        (GROWTH, grown(110, 100), "1.5"),
        (GROWTH, grown("101.5", "100"), "0.23"),
        (GROWTH, grown(100, 100), "0"),
        (GROWTH, grown(120, 100), "3"),
        ({**GROWTH, "target": "2"}, grown(200, 100), "1.5"),
        (TIMELY, sent(4, 1, 0), "1.1"),
        (TIMELY, sent("4", "1.0", 7), "1.1"),
        (TIMELY, sent(0, 0, 12), "0"),
        (SURVEY, {"score": "85.5", "of": "100"}, "2.57"),
        (SURVEY, {"score": 4, "of": 5}, "2.4"),
        (SURVEY, {"score": 0, "of": "0.000001"}, "0"),
    ],
)
def test_each_kind_computes_as_the_table_says(rule: JSON, figures: JSON, points: str) -> None:
    assert computed(rule, figures) == points


@pytest.mark.parametrize(
    ("rule", "figures", "points"),
    [
        (LEVELS, {"choice": "quá"}, "3"),
        ({"kind": "count", "each": "0.5"}, {"count": 7}, "3"),
        ({"kind": "count", "each": "0.5"}, {"count": 10**15}, "3"),
        (BREACHES, {"events": {"sai": 4}}, "0"),
        ({**ITEMS, "items": {"nhà": "2", "đường": "2"}}, {"done": ["nhà", "đường"]}, "3"),
        (GROWTH, grown(0, 100), "0"),
        (GROWTH, grown(10**15, 1), "3"),
        (TIMELY, sent(13, 0, 0), "3"),
        (SURVEY, {"score": 5, "of": 5}, "3"),
        ({**STEPS, "steps": [{"from": "0", "points": "4"}]}, rate(0, 1), "3"),
        ({**RATE, "over": True}, rate(10, 1), "3"),
    ],
)
def test_points_stay_between_nothing_and_the_maximum(rule: JSON, figures: JSON, points: str) -> None:
    assert computed(rule, figures) == points


@pytest.mark.parametrize(
    ("figures", "maximum", "rounding", "points"),
    [
        (rate(1, 3), "3", "half_up", "1"),
        (rate(1, 3), "3", "down", "1"),
        (rate(5, 24), "3", "half_up", "0.63"),
        (rate(5, 24), "3", "down", "0.62"),
        (rate(1, 6), "1", "half_up", "0.17"),
        (rate(1, 6), "1", "down", "0.16"),
        (rate(1, 200), "1", "half_up", "0.01"),
        (rate(1, 200), "1", "down", "0"),
        (rate(999_999_999_999_999, 10**15), "1", "half_up", "1"),
        (rate(999_999_999_999_999, 10**15), "1", "down", "0.99"),
        (rate(1, 3), "0.5", "half_up", "0.17"),
        (rate(13491, 25254), "1", "half_up", "0.53"),
    ],
)
def test_a_quotient_is_exact_until_it_is_rounded(
    figures: JSON, maximum: str, rounding: str, points: str
) -> None:
    assert computed(RATE, figures, maximum, rounding=rounding) == points


def test_a_half_is_rounded_away_from_zero_at_every_scale() -> None:
    assert [computed(RATE, rate(1, 2), "1", scale) for scale in (0, 1)] == ["1", "0.5"]
    assert [computed(RATE, rate(1, 8), "1", scale) for scale in (0, 1, 2, 3)] == ["0", "0.1", "0.13", "0.125"]
    assert [computed(RATE, rate(1, 8), "1", scale, "down") for scale in (0, 1, 2, 3)] == [
        "0",
        "0.1",
        "0.12",
        "0.125",
    ]


def test_a_judgement_computes_nothing() -> None:
    given = scene(rubric(leaf("1.1", "1", JUDGEMENT))).given(
        filed("1.1"), scored("1.1", "0.5", opinion="chưa đủ")
    )
    assert given.computed("1.1") is None
    assert given.support("1.1") is None


BAD_FIGURES = [
    (JUDGEMENT, {"count": 1}, "/data/figures"),
    (LEVELS, {"choice": "tốt"}, "/data/figures/choice"),
    (LEVELS, {"count": 1}, "/data/figures"),
    (LEVELS, {}, "/data/figures"),
    (RATE, rate(5, 0), "/data/figures/denominator"),
    (RATE, rate("0.0", "0.000000"), "/data/figures/denominator"),
    (RATE, rate(7, 3), "/data/figures/numerator"),
    (RATE, rate("7.000001", 7), "/data/figures/numerator"),
    (RATE, {"percent": "100.000001"}, "/data/figures/percent"),
    (RATE, {"numerator": 1}, "/data/figures"),
    (RATE, {"denominator": 1}, "/data/figures"),
    (RATE, {**rate(1, 2), "percent": 50}, "/data/figures"),
    (RATE, {"count": 1}, "/data/figures"),
    ({**RATE, "over": True}, rate(1, 0), "/data/figures/denominator"),
    (STEPS, rate(7, 3), "/data/figures/numerator"),
    (STEPS, {"percent": 101}, "/data/figures/percent"),
    (STEPS, {"count": 1}, "/data/figures"),
    (UNORDERED, {"count": "1.5"}, "/data/figures/count"),
    (UNORDERED, rate(1, 2), "/data/figures"),
    ({"kind": "count", "each": "1"}, {"count": "0.000001"}, "/data/figures/count"),
    ({"kind": "count", "each": "1"}, {"percent": 5}, "/data/figures"),
    (BREACHES, {"events": {"khác": 1}}, "/data/figures/events/khác"),
    (BREACHES, {"events": {"sai": "0.5"}}, "/data/figures/events/sai"),
    (BREACHES, {"count": 1}, "/data/figures"),
    (ITEMS, {"done": ["nhà", "cầu"]}, "/data/figures/done/1"),
    (ITEMS, {"done": ["nhà", "điện", "nhà"]}, "/data/figures/done/2"),
    (WHOLE_LIST, {"done": ["nhà", "nhà", "nhà"]}, "/data/figures/done/1"),
    (ITEMS, {"choice": "nhà"}, "/data/figures"),
    (GROWTH, grown(5, 0), "/data/figures/base"),
    (GROWTH, grown(5, "0.00"), "/data/figures/base"),
    (GROWTH, {"value": 5}, "/data/figures"),
    (GROWTH, {"percent": 5}, "/data/figures"),
    (TIMELY, {"on_time": 5, "late": 0}, "/data/figures"),
    (TIMELY, sent("1.5", 0, 0), "/data/figures/on_time"),
    (TIMELY, sent(1, "0.5", 0), "/data/figures/late"),
    (TIMELY, sent(1, 0, "0.000001"), "/data/figures/missing"),
    (SURVEY, {"score": 1, "of": 0}, "/data/figures/of"),
    (SURVEY, {"score": "100.01", "of": 100}, "/data/figures/score"),
    (SURVEY, {"score": 1}, "/data/figures"),
    (SURVEY, {"percent": 1}, "/data/figures"),
]


@pytest.mark.parametrize(("rule", "figures", "pointer"), BAD_FIGURES)
def test_figures_that_do_not_fit_the_rule_are_refused(rule: JSON, figures: JSON, pointer: str) -> None:
    scene(one_leaf(rule)).when(filed("1.1", "0", figures)).then("against-rubric", pointer)


@pytest.mark.parametrize(("rule", "figures", "pointer"), BAD_FIGURES)
def test_the_councils_figures_are_held_to_the_same(rule: JSON, figures: JSON, pointer: str) -> None:
    said = scored("1.1", "0", figures, reason="theo hồ sơ")
    scene(one_leaf(rule)).when(said).then("against-rubric", pointer)


def test_the_councils_figures_count_before_the_units_and_outlast_a_score_without() -> None:
    given = scene(rubric(leaf("1.1", "2", RATE))).given(filed("1.1", "2", rate(1, 1)))
    assert given.computed("1.1") == "2"
    given.given(scored("1.1", "1", rate(1, 2), opinion="thiếu"))
    assert given.computed("1.1") == "1"
    given.given(scored("1.1", "1.5", reason="xét lại", opinion="thiếu"))
    assert given.computed("1.1") == "1"
    given.given(filed("1.1", "1", rate(1, 4)))
    assert given.computed("1.1") == "1"


def test_who_withdraws_takes_its_figures_back() -> None:
    given = scene(rubric(leaf("1.1", "2", RATE))).given(filed("1.1", "2", rate(1, 1)), withdrawn("1.1"))
    assert given.computed("1.1") is None


@pytest.mark.parametrize(
    ("rule", "figures"),
    [
        (SURVEY, {"score": "4.2", "of": "5"}),
        (RATE, {"numerator": "4.2", "denominator": "5"}),
        (STEPS, {"numerator": "4.2", "denominator": "5"}),
        (UNORDERED, None),
        (JUDGEMENT, None),
        (LEVELS, None),
        (BREACHES, None),
    ],
)
def test_a_surveys_mean_is_figures_for_a_survey_or_a_ratio(rule: JSON, figures: JSON | None) -> None:
    made = scene(rubric(leaf("1.1", "3", rule))).root.rubrics["bo"].leaves["1.1"].rule
    assert survey_figures(made, "4.2", "5") == (Figures(**figures) if figures else None)


def test_a_leaf_that_a_survey_computes_is_a_surveys_unless_it_says_otherwise() -> None:
    leaves = scene(rubric(leaf("1.1", rule=SURVEY), leaf("1.2", rule=SURVEY, source="unit"))).root.rubrics[
        "bo"
    ]
    assert [leaves.leaves[code].source for code in ("1.1", "1.2")] == ["survey", "unit"]

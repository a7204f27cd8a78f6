"""Computed points of `sum` and `best_of`, and what they refuse. Source: scoring.md, "Rules"."""

from typing import Any

import pytest

from shared.codec.figures import DEEPEST
from tests.unit.domain.rubrics import RATE, leaf, rubric
from tests.unit.domain.sayings import filed, published, scored
from tests.unit.domain.scene import TREE, Scene, read_again, scene

JSON = dict[str, Any]
AT = "/data/rubric/areas/0/criteria/0/rule"
REPORTS = {"kind": "timely", "on_time": "0.25", "late": "0.1"}
LEVELS = {"kind": "choice", "levels": {"đạt": "1", "không": "0"}}
SUM: JSON = {
    "kind": "sum",
    "parts": {"tỷ lệ": {"max": "1", "rule": RATE}, "báo cáo": {"max": "2", "rule": REPORTS}},
}
BEST: JSON = {"kind": "best_of", "rules": [RATE, {"kind": "count", "each": "0.5"}]}


def rate(numerator: Any, denominator: Any) -> JSON:
    return {"numerator": numerator, "denominator": denominator}


def reports(on_time: Any) -> JSON:
    return {"on_time": on_time, "late": 0, "missing": 0}


def parts(**given: JSON) -> JSON:
    return {"parts": {key.replace("_", " "): figures for key, figures in given.items()}}


def options(*given: JSON | None) -> JSON:
    return {"options": list(given)}


def one(rule: JSON, figures: JSON, maximum: str = "3", rounding: str = "half_up") -> Scene:
    given = scene(rubric(leaf("1.1", maximum, rule), rounding=rounding))
    return given.when(filed("1.1", "0", figures))


@pytest.mark.parametrize(
    ("rule", "figures", "points"),
    [
        (SUM, parts(tỷ_lệ=rate(1, 2), báo_cáo=reports(4)), "1.5"),
        (SUM, parts(tỷ_lệ=rate(1, 2)), "0.5"),
        (SUM, parts(), "0"),
        (SUM, parts(báo_cáo=reports(100)), "2"),
        (BEST, options(rate(1, 2), {"count": 2}), "1.5"),
        (BEST, options(rate(1, 5), {"count": 2}), "1"),
        (BEST, options(None, {"count": 2}), "1"),
        (BEST, options(rate(0, 2), None), "0"),
        (BEST, options({"percent": 100}, {"count": 99}), "3"),
    ],
)
def test_each_kind_computes_as_the_table_says(rule: JSON, figures: JSON, points: str) -> None:
    assert one(rule, figures).then(None).computed("1.1") == points


def test_a_part_is_rounded_before_it_is_added() -> None:
    third = {"max": "1", "rule": RATE}
    rule = {"kind": "sum", "parts": {"a": third, "b": third, "c": third}}
    figures = parts(a=rate(1, 3), b=rate(1, 3), c=rate(1, 3))
    assert one(rule, figures).computed("1.1") == "0.99"
    sixth = parts(a=rate(1, 6), b=rate(1, 6), c=rate(1, 6))
    assert one(rule, sixth).computed("1.1") == "0.51"
    assert one(rule, sixth, rounding="down").computed("1.1") == "0.48"


def test_the_best_is_rounded_once() -> None:
    held = {"kind": "best_of", "rules": [RATE, {"kind": "rate", "target": "0.5"}]}
    assert one(held, options(rate(1, 6), rate(1, 12)), "1").computed("1.1") == "0.17"
    assert one(held, options(rate(1, 6), rate(1, 7)), "1").computed("1.1") == "0.29"


def test_a_sum_is_not_above_the_leafs_maximum() -> None:
    assert one(SUM, parts(tỷ_lệ=rate(1, 1), báo_cáo=reports(8)), "2.5").computed("1.1") == "2.5"


def test_the_best_of_nothing_computes_nothing() -> None:
    given = one(BEST, options(None, None)).then(None)
    assert given.computed("1.1") is None
    given.given(scored("1.1", "2.75"))
    assert given.support("1.1") is None


def test_a_part_that_computes_nothing_counts_nothing() -> None:
    rule = {"kind": "sum", "parts": {"a": {"max": "1", "rule": BEST}, "b": {"max": "1", "rule": RATE}}}
    assert one(rule, parts(a=options(None, None), b=rate(1, 2))).computed("1.1") == "0.5"


def test_rules_that_hold_rules_may_lie_in_one_another() -> None:
    rule = {"kind": "best_of", "rules": [SUM, {"kind": "best_of", "rules": [LEVELS, SUM]}]}
    figures = options(None, options({"choice": "đạt"}, parts(báo_cáo=reports(6))))
    assert one(rule, figures).then(None).computed("1.1") == "1.5"


def test_a_deduction_within_a_part_starts_at_the_parts_maximum() -> None:
    breaches = {"kind": "deduct", "each": {"muộn": "0.25"}}
    rule = {"kind": "sum", "parts": {"a": {"max": "1", "rule": breaches}, "b": {"max": "2", "rule": RATE}}}
    assert one(rule, parts(a={"events": {"muộn": 3}}, b=rate(1, 2))).computed("1.1") == "1.25"
    assert one(rule, parts(b=rate(1, 2))).computed("1.1") == "1"


@pytest.mark.parametrize(
    ("rule", "figures", "pointer"),
    [
        (SUM, parts(khác=rate(1, 2)), "/parts/khác"),
        (SUM, parts(tỷ_lệ=rate(3, 2)), "/parts/tỷ lệ/numerator"),
        (SUM, parts(tỷ_lệ={"count": 1}), "/parts/tỷ lệ"),
        (SUM, parts(báo_cáo=reports("1.5")), "/parts/báo cáo/on_time"),
        (SUM, options(rate(1, 2)), ""),
        (SUM, rate(1, 2), ""),
        (BEST, options(rate(1, 2)), "/options"),
        (BEST, options(rate(1, 2), None, None), "/options"),
        (BEST, options(), "/options"),
        (BEST, options({"count": 1}, {"count": 1}), "/options/0"),
        (BEST, options(None, {"count": "0.5"}), "/options/1/count"),
        (BEST, parts(), ""),
        (RATE, parts(), ""),
    ],
)
def test_figures_that_do_not_fit_are_refused_where_they_stand(
    rule: JSON, figures: JSON, pointer: str
) -> None:
    one(rule, figures).then("against-rubric", "/data/figures" + pointer)


@pytest.mark.parametrize(
    ("figures", "pointer"),
    [
        ({"parts": {"tỷ lệ": None}}, "/parts"),
        ({"parts": {"tỷ lệ": {"tử số": 1}}}, "/parts/tử số"),
        ({"options": [{"count": -1}, None]}, "/options/0/count"),
        ({"parts": {"a/b": {"count": "1000000000000000"}}}, "/parts/a~1b/count"),
        ({"options": [None, {"parts": {"a": {"count": "1000000000000000"}}}]}, "/options/1/parts/a/count"),
    ],
)
def test_figures_that_are_none_are_refused_at_every_depth(figures: JSON, pointer: str) -> None:
    one(SUM, figures).then("invalid-data", "/data/figures" + pointer)


def test_integers_at_every_depth_are_recorded_as_text() -> None:
    rule = {"kind": "best_of", "rules": [SUM, RATE]}
    given = one(rule, options(parts(tỷ_lệ=rate(1, 10**15)), None)).then(None)
    assert read_again(given.events).dossiers == given.root.dossiers
    figures = given.dossier().leaf("1.1").unit_figures
    assert figures is not None
    assert figures.options is not None
    assert figures.options[0] is not None
    assert figures.options[0].parts is not None
    assert figures.options[0].parts["tỷ lệ"].denominator == "1000000000000000"
    given.when(filed("1.1", "0", options(parts(tỷ_lệ=rate("1", 10**15)), None))).then("no-change")


def nested(depth: int) -> JSON:
    return RATE if depth == 1 else {"kind": "best_of", "rules": [nested(depth - 1)]}


def nested_figures(depth: int) -> JSON:
    return rate(1, 2) if depth == 1 else options(nested_figures(depth - 1))


def test_rules_lie_so_deep_in_one_another_and_no_deeper() -> None:
    assert one(nested(DEEPEST), nested_figures(DEEPEST)).then(None).computed("1.1") == "1.5"
    one(nested(DEEPEST), nested_figures(DEEPEST + 1)).then("invalid-data", "/data/figures")
    one(nested(DEEPEST), nested_figures(DEEPEST - 1)).then(
        "against-rubric", "/data/figures" + "/options/0" * (DEEPEST - 2)
    )
    too_deep = published(rubric(leaf("1.1", "1", nested(DEEPEST + 1))))
    Scene().given(*TREE).when(too_deep).then("invalid-data", AT + "/rules/0" * DEEPEST)


def test_what_is_nested_without_end_gets_an_answer() -> None:
    rule, figures = RATE, rate(1, 2)
    for _ in range(200):
        rule, figures = {"kind": "best_of", "rules": [rule]}, options(figures)
    Scene().given(*TREE).when(published(rubric(leaf("1.1", "1", rule)))).then("invalid-data")
    one(BEST, figures).then("invalid-data")


@pytest.mark.parametrize(
    "kind", [{"kind": "judgement"}, {"kind": "survey"}, {"kind": "rollup", "leaf": "1.1", "of": "mean"}]
)
@pytest.mark.parametrize("holder", ["sum", "best_of"])
def test_they_hold_nothing_that_is_judged_surveyed_or_rolled_up(kind: JSON, holder: str) -> None:
    rule, place = (
        ({"kind": "sum", "parts": {"a": {"max": "1", "rule": kind}}}, "/parts/a/rule/kind")
        if holder == "sum"
        else ({"kind": "best_of", "rules": [RATE, kind]}, "/rules/1/kind")
    )
    Scene().given(*TREE).when(published(rubric(leaf("1.1", "1", rule)))).then("invalid-data", AT + place)

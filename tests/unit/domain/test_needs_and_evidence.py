"""Leaves that count nothing until others do, or until they are proved. Source: scoring.md, "Rules"."""

from typing import Any

from tests.unit.domain.rubrics import JUDGEMENT, RATE, leaf, rubric
from tests.unit.domain.sayings import excluded, filed, included, penalty, scored, withdrawn
from tests.unit.domain.scene import Scene, scene

HALF = {"numerator": 1, "denominator": 2}


def needy(rule: dict[str, Any] = RATE) -> Scene:
    """1.2 needs 1.1."""
    made = scene(rubric(leaf("1.1", "2"), leaf("1.2", "2", rule, needs=["1.1"])))
    return made.given(filed("1.2", "1", HALF if rule is RATE else None))


def test_a_leaf_counts_nothing_while_one_that_it_needs_has_no_points() -> None:
    assert needy().computed("1.2") == "0"


def test_self_points_of_the_needed_leaf_suffice_until_it_is_appraised() -> None:
    assert needy().given(filed("1.1", "0.01")).computed("1.2") == "1"


def test_no_self_points_are_not_enough() -> None:
    assert needy().given(filed("1.1", "0")).computed("1.2") == "0"
    assert needy().given(filed("1.1", "1"), withdrawn("1.1")).computed("1.2") == "0"


def test_appraised_points_of_the_needed_leaf_win_over_its_self_points() -> None:
    given = needy().given(filed("1.1", "2"), scored("1.1", "0", opinion="không đạt"))
    assert given.computed("1.2") == "0"
    assert needy().given(filed("1.1", "0"), scored("1.1", "1")).computed("1.2") == "1"


def test_an_excluded_leaf_is_not_needed() -> None:
    given = needy().given(excluded("1.1"))
    assert given.computed("1.2") == "1"
    assert given.given(included("1.1")).computed("1.2") == "0"


def test_a_leaf_that_the_round_excludes_is_not_needed() -> None:
    made = rubric(leaf("1.1", "2"), leaf("1.2", "2", RATE, needs=["1.1"]))
    given = scene(made, excluded=[{"leaf": "1.1", "kind": "not-due"}]).given(filed("1.2", "1", HALF))
    assert given.computed("1.2") == "1"


def test_what_is_needed_also_holds_where_the_rule_computes_nothing() -> None:
    given = needy(JUDGEMENT)
    assert given.computed("1.2") == "0"
    given.when(scored("1.2", "1")).then("reason-needed", "/data/reason")
    given.when(scored("1.2", "0", opinion="thiếu 1.1")).then(None)
    assert given.support("1.2") == "SUPPORTED"
    given.given(filed("1.1", "1"))
    assert given.computed("1.2") is None
    assert given.support("1.2") is None


def test_all_that_is_needed_is_needed() -> None:
    made = rubric(leaf("1.1"), leaf("1.2"), leaf("2.1", "2", RATE, needs=["1.1", "1.2"]))
    given = scene(made).given(filed("2.1", "1", HALF), filed("1.1", "1"))
    assert given.computed("2.1") == "0"
    assert given.given(filed("1.2", "1")).computed("2.1") == "1"


def test_a_bonus_item_may_be_needed() -> None:
    items = {"max": "1", "items": [leaf("B.1", "1")]}
    given = scene(rubric(leaf("1.1", "2", RATE, needs=["B.1"]), bonus=items)).given(filed("1.1", "1", HALF))
    assert given.computed("1.1") == "0"
    assert given.given(scored("B.1", "1")).computed("1.1") == "1"


def test_what_touches_a_leaf_touches_those_that_need_it() -> None:
    given = needy().given(filed("1.1", "1"))
    assert given.touched.codes == {("qt/a", "2023"): {"1.1", "1.2"}}
    assert given.given(filed("1.2", "2", HALF)).touched.codes == {("qt/a", "2023"): {"1.2"}}


def test_a_penalty_on_the_needed_leaf_does_not_take_its_points_away() -> None:
    given = needy().given(filed("1.1", "1"), scored("1.1", "1"), penalty("2", "1.1"))
    assert given.computed("1.2") == "1"


def test_required_evidence_that_is_not_there_leaves_nothing() -> None:
    made = rubric(
        leaf("1.1", "2", RATE, evidence="required"), leaf("1.2", "1", JUDGEMENT, evidence="required")
    )
    given = scene(made).given(filed("1.1", "2", {"numerator": 1, "denominator": 1}), filed("1.2"))
    assert (given.computed("1.1"), given.computed("1.2")) == ("0", "0")
    given.when(scored("1.1", "2")).then("reason-needed")
    given.when(scored("1.1", "2", reason="tài liệu gửi bản giấy")).then(None)
    assert given.support("1.1") == "UNSUPPORTED"


def test_optional_evidence_is_not_asked_for() -> None:
    made = rubric(leaf("1.1", "2", RATE, evidence="optional"))
    assert scene(made).given(filed("1.1", "1", HALF)).computed("1.1") == "1"

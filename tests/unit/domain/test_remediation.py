"""What follows from a round: required, planned, reported, confirmed, at any time."""

import pytest

from tests.unit.domain.sayings import (
    HOUR,
    NOW,
    Saying,
    cancelled,
    confirmed,
    extended,
    made,
    planned,
    released,
    reorganised,
    reported,
    required,
    results,
    round_changed,
    scored,
)
from tests.unit.domain.scene import Scene, scene

YEAR_AFTER = NOW + 365 * 24 * HOUR
ALL = [required(), planned("1.1"), reported(), confirmed()]


def published_() -> Scene:
    done = [scored(code).on(f"{unit}@2023") for unit in ("qt/a", "qt/b") for code in ("1.1", "1.2", "2.1")]
    closed = [extended(name) for name in ("filing", "appraisal", "disputes")]
    return scene().given(*done, released(), *closed, results())


def test_it_knows_neither_window_nor_publication() -> None:
    before = (begun := published_()).result()
    begun.given(*(saying.when(YEAR_AFTER) for saying in ALL))
    assert begun.result() == before
    assert begun.dossier().plans["k1"].accepted


def test_nor_whether_the_unit_is_still_in_the_round() -> None:
    begun = scene().given(round_changed(remove=["qt/a"]))
    begun.when(scored()).then("unknown-target", "/subject")
    begun.given(*ALL)


def test_the_heir_of_a_unit_that_has_ended_goes_on_with_its_plans() -> None:
    begun = scene().given(required(), planned("1.1"))
    begun.given(reorganised(["qt/a"], made("qt/c"), heirs={"qt/a": "qt/c"}))
    begun.when(reported().by("qt/a")).then("not-permitted", "/source")
    begun.given(reported().by("qt/c"), confirmed())


@pytest.mark.parametrize("n", range(len(ALL)))
def test_in_a_cancelled_round_there_is_nothing_to_put_right(n: int) -> None:
    begun = scene().given(*ALL[:n], cancelled())
    begun.when(ALL[n]).then("window-closed", "/subject")


@pytest.mark.parametrize("said", [required("1.1", "9.9"), planned("1.1", "9.9")])
def test_leaves_are_of_the_rubric(said: Saying) -> None:
    scene().when(said).then("unknown-target", "/data/leaves/1")


@pytest.mark.parametrize("said", [required(due="2024-02-30"), planned(due="2023-13-01")])
def test_it_is_due_on_a_day_that_there_is(said: Saying) -> None:
    scene().when(said).then("invalid-data", "/data/due")


def test_a_plan_is_for_several_leaves_or_for_none() -> None:
    scene().given(planned("1.1", "2.1"), planned(id_="k2"))


def test_it_is_required_again_where_a_leaf_the_day_or_the_reason_is_another() -> None:
    begun = scene().given(required("1.1", "1.2", reason="mất điểm"))
    begun.when(required("1.2", reason="mất điểm")).then("no-change")
    begun.when(required("1.2", "2.1", reason="mất điểm")).then(None)
    begun.when(required("1.1", due="2024-04-01", reason="mất điểm")).then(None)
    begun.when(required("1.2")).then(None)


def test_a_plan_made_anew_takes_the_place_of_the_earlier_one_and_of_its_report() -> None:
    begun = scene().given(planned("1.1"), reported(), confirmed(False), planned("1.2"))
    plan = begun.dossier().plans["k1"]
    assert (plan.planned.data.leaves, plan.reported, plan.confirmed) == (["1.2"], None, None)
    assert begun.touched.codes == {("qt/a", "2023"): {"1.1", "1.2"}}
    assert begun.touched.plan == ("qt/a", "2023", "k1")
    begun.when(confirmed()).then("still-open", "/data/plan")


def test_what_is_accepted_is_neither_planned_nor_reported_again() -> None:
    begun = scene().given(*ALL)
    begun.when(planned("1.1")).then("no-change", "")
    begun.when(planned("1.2")).then("no-change", "/data/plan")
    begun.when(reported(note="thêm")).then("no-change", "/data/plan")
    begun.when(planned("1.2", id_="k2")).then(None)


def test_what_is_not_accepted_is_reported_again_be_it_in_the_same_words() -> None:
    begun = scene().given(planned(), reported(), confirmed(False))
    begun.given(reported())
    assert begun.dossier().plans["k1"].confirmed is None
    begun.when(reported()).then("no-change")
    begun.given(confirmed())


def test_only_what_is_reported_done_is_confirmed() -> None:
    begun = scene().given(planned())
    begun.when(confirmed()).then("still-open", "/data/plan")
    begun.given(reported(False, note="một nửa")).when(confirmed(False)).then("still-open", "/data/plan")
    begun.given(reported()).when(confirmed(False)).then(None)


def test_the_authority_may_change_its_word() -> None:
    begun = scene().given(planned(), reported(), confirmed())
    begun.when(confirmed()).then("no-change")
    begun.given(confirmed(False, reason="kiểm tra lại")).when(reported(note="bổ sung")).then(None)


@pytest.mark.parametrize("said", [reported(id_="k9"), confirmed(id_="k9")])
def test_a_plan_that_nobody_made_is_not_found(said: Saying) -> None:
    scene().given(planned()).when(said).then("unknown-target", "/data/plan")


@pytest.mark.parametrize(
    ("leaves", "problem"), [(["1.1"], None), (["1.1", "2.1"], "not-permitted"), ([], "not-permitted")]
)
def test_a_limited_council_confirms_what_lies_in_its_areas(leaves: list[str], problem: str | None) -> None:
    begun = scene().given(planned(*leaves), reported())
    begun.when(confirmed().by("qt", "council", areas=("1",))).then(problem)
    begun.when(required("1.1").by("qt", "council", areas=("1",))).then(None)
    begun.when(required("2.1").by("qt", "council", areas=("1",))).then("not-permitted", "/data/leaves/0")

"""What may be said of a dossier, beyond rights, windows and figures."""

from typing import Any

import pytest

from tests.unit.domain.rubrics import RATE, leaf, rubric
from tests.unit.domain.sayings import (
    Saying,
    assigned,
    bonus,
    excluded,
    filed,
    included,
    lifted,
    penalty,
    revoked,
    scored,
    submitted,
    withdrawn,
)
from tests.unit.domain.scene import Scene, scene

JSON = dict[str, Any]
STEPPED = {"kind": "judgement", "step": "0.25"}
RUBRIC = rubric(
    leaf("1.1", "1.5"),
    leaf("1.2", "2", STEPPED),
    leaf("1.3", "2", RATE, source="system"),
    leaf("1.4", "2", source="survey"),
    leaf("2.1.1", "3"),
    bonus={"max": "1", "items": [leaf("B.1")]},
)
HALF = {"numerator": 1, "denominator": 2}


def given(*before: Saying) -> Scene:
    return scene(RUBRIC).given(*before)


@pytest.mark.parametrize(
    "saying",
    [
        filed("9.9"),
        withdrawn("9.9"),
        scored("9.9"),
        excluded("9.9"),
        included("9.9"),
        filed("1"),
        filed("2.1"),
        scored("1.1.1"),
    ],
)
def test_a_leaf_stands_in_the_dossiers_rubric(saying: Saying) -> None:
    given().when(saying).then("unknown-target", "/data/leaf")


@pytest.mark.parametrize(
    "saying",
    [
        filed(),
        withdrawn(),
        assigned(),
        submitted(),
        scored(),
        excluded(),
        included(),
        penalty(),
        lifted(),
        bonus(),
        revoked(),
    ],
)
def test_a_dossier_is_of_a_round_that_was_opened(saying: Saying) -> None:
    given().when(saying.on("qt/a@2024")).then("unknown-target", "/subject")


def test_points_are_not_above_the_maximum() -> None:
    given().when(filed("1.1", "1.501")).then("against-rubric", "/data/self_points")
    given().when(scored("1.1", "1.501")).then("against-rubric", "/data/points")
    given().when(filed("1.1", "1.500")).then(None)
    given().when(scored("1.1", "1.5")).then(None)


def test_the_councils_points_keep_the_step_and_the_units_need_not() -> None:
    given().when(scored("1.2", "0.8")).then("against-rubric", "/data/points")
    given().when(scored("1.2", "0.125")).then("against-rubric", "/data/points")
    given().when(scored("1.2", "0.75")).then(None)
    given().when(filed("1.2", "0.8")).then(None)


def test_a_survey_is_not_filed_by_the_unit() -> None:
    given().when(filed("1.4", "1")).then("against-rubric", "/data/leaf")
    given().when(scored("1.4", "1")).then(None)


def test_the_figures_of_a_system_are_the_councils() -> None:
    given().when(filed("1.3", "1", HALF)).then("against-rubric", "/data/figures")
    given().when(filed("1.3", "1")).then(None)
    given().when(scored("1.3", "1", HALF)).then(None)


def test_filing_again_supersedes() -> None:
    found = given(filed("1.1", "1", note="một"), filed("1.1", "0.5")).dossier().leaf("1.1")
    assert found.self_points == 500
    assert found.filing is not None
    assert found.filing.data.note is None


def test_only_what_is_filed_can_be_withdrawn() -> None:
    given().when(withdrawn()).then("no-change")
    given(filed(), withdrawn()).when(withdrawn(reason="lại")).then("no-change")
    given(filed(), withdrawn()).when(filed()).then(None)


def test_a_dossier_is_submitted_once() -> None:
    given(submitted()).when(submitted(number="2")).then("no-change")


def test_each_leaf_has_those_who_answer_for_it_last() -> None:
    begun = given(assigned("1.1", "1.2", lead="Nội vụ"), assigned("1.2", lead="Tư pháp", support=["Công an"]))
    leads = [
        standing.data.lead if (standing := begun.dossier().leaf(code).assigned) else None
        for code in ("1.1", "1.2", "1.3")
    ]
    assert leads == ["Nội vụ", "Tư pháp", None]
    begun.when(assigned("1.1", lead="Nội vụ")).then("no-change")
    begun.when(assigned("1.1", "1.2", lead="Nội vụ")).then(None)
    begun.when(assigned("1.1", "9.9")).then("unknown-target", "/data/leaves/1")


def test_a_leaf_that_is_excluded_for_another_cause_is_excluded_anew() -> None:
    begun = given(excluded("1.1", "not-due"))
    begun.when(excluded("1.1", "not-due", "lý do khác")).then("no-change")
    begun.when(excluded("1.1", "not-applicable")).then(None)
    assert begun.dossier().excluded("1.1") == "not-applicable"


def test_only_an_excluded_leaf_can_be_included() -> None:
    given().when(included("1.1")).then("no-change")
    given(excluded("1.1"), included("1.1")).when(included("1.1")).then("no-change")


@pytest.mark.parametrize("target", ["9", "9.9", "2.1", "Total"])
def test_a_penalty_is_on_the_total_an_area_or_a_leaf(target: str) -> None:
    given().when(penalty(target=target)).then("unknown-target", "/data/target")


@pytest.mark.parametrize("target", ["total", "2", "2.1.1", "1.4"])
def test_a_penalty_may_be_on_each_of_them(target: str) -> None:
    given().when(penalty(target=target)).then(None)


def test_a_bonus_item_takes_no_penalty() -> None:
    given().when(penalty(target="B.1")).then("against-rubric", "/data/target")


def test_a_penalty_or_bonus_of_nothing_changes_nothing() -> None:
    given().when(penalty("0.00")).then("no-change")
    given().when(bonus("0")).then("no-change")


def test_the_ids_of_penalties_and_bonuses_are_given_once_a_dossier() -> None:
    begun = given(penalty(), bonus())
    begun.when(penalty("9", "2")).then("no-change", "/data/penalty")
    begun.when(bonus("9")).then("no-change", "/data/bonus")
    begun.given(lifted(), revoked())
    begun.when(penalty()).then("no-change", "/data/penalty")
    begun.when(bonus()).then("no-change", "/data/bonus")
    begun.when(penalty().on("qt/b@2023")).then(None)
    begun.when(bonus(id_="p1")).then(None)


def test_only_what_stands_is_lifted_or_revoked() -> None:
    given().when(lifted()).then("unknown-target", "/data/penalty")
    given().when(revoked()).then("unknown-target", "/data/bonus")
    given(penalty(), lifted()).when(lifted()).then("no-change")
    given(bonus(), revoked()).when(revoked()).then("no-change")


def test_a_text_is_no_commitment() -> None:
    made = {"sha256": "a" * 64}
    given().when(filed(note=made)).then("invalid-data", "/data/note")
    given().when(excluded(reason=made)).then("invalid-data", "/data/reason")  # type: ignore[arg-type]
    given().when(scored(opinion=made)).then("invalid-data", "/data/opinion")


def test_an_event_says_when_it_was_signed_on_a_real_day() -> None:
    given().when(submitted(dated="2023-02-29")).then("invalid-data", "/data/dated")
    given().when(submitted(dated="05/12/2023")).then("invalid-data", "/data/dated")

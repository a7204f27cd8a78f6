"""Proposals of assigned appraisers, surveys, defaults, and evidence that is moved."""

import pytest

from shared.domain.problems import Refused
from tests.unit.domain.rubrics import JUDGEMENT, RATE, leaf, rubric
from tests.unit.domain.sayings import (
    HOUR,
    NOW,
    Saying,
    appraiser,
    attached,
    defaulted,
    evidence_withdrawn,
    excluded,
    filed,
    included,
    made,
    moved,
    penalty,
    proposed,
    reorganised,
    scored,
    submitted,
    surveyed,
)
from tests.unit.domain.scene import PLAIN, Scene, scene

HALF = {"numerator": 1, "denominator": 2}
RATED = rubric(leaf("1.1", "1", RATE), leaf("1.2"), leaf("2.1", "2", {**JUDGEMENT, "step": "0.5"}))
SURVEYED = rubric(
    leaf("1.1", "2", {"kind": "survey"}),
    leaf("1.2", "2", RATE, source="survey"),
    leaf("1.3", "2", source="survey"),
    leaf("2.1", "2", RATE),
)


# Proposals.


def test_a_proposal_stands_beside_the_appraised_points_and_counts_for_nothing() -> None:
    begun = scene(RATED).given(appraiser("qt/b", "1.1"), scored("1.1", "1"))
    before = begun.result()
    begun.given(proposed("1.1", "0.5", HALF, opinion="theo hệ thống"))
    assert begun.result() == before
    proposal = begun.dossier().leaf("1.1").proposal
    assert proposal is not None
    assert proposal.data.points == "0.5"
    begun.when(proposed("1.1", "0.5", HALF)).then(None)
    begun.when(proposed("1.1", "0.5", HALF)).then("no-change")


def test_who_is_not_assigned_gets_the_same_answer_whether_it_is_there_or_not() -> None:
    begun = scene(RATED).given(appraiser("qt/b", "1.1"))
    for said in (proposed().by("qt/a/x"), proposed("1.2"), proposed("9.9"), proposed().on("qt/z@2023")):
        answer = begun.when(said).then("unknown-target", "/data/leaf").answer
        leaf_, subject = said.data["leaf"], said.subject
        assert isinstance(answer, Refused)
        assert answer.en == (
            f"There is no leaf {leaf_} of the dossier {subject} "
            f"on which {said.source} was assigned to propose points."
        )


def test_the_latest_assignment_of_a_leaf_counts_and_an_heir_goes_on() -> None:
    begun = scene(RATED).given(appraiser("qt/b", "1.1", "1.2"), appraiser("qt/a/y", "1.1"))
    begun.when(proposed()).then("unknown-target")
    begun.given(proposed("1.2"), proposed().by("qt/a/y"))
    begun.given(reorganised(["qt/b"], made("qt/c"), heirs={"qt/b": "qt/c"}))
    begun.when(proposed("1.2", "0.5").by("qt/c")).then(None)


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        (proposed("1.1", "1.5"), "/data/points"),
        (proposed("2.1", "0.7"), "/data/points"),
        (proposed("1.1", "1", {"count": 3}), "/data/figures"),
    ],
)
def test_it_keeps_to_the_rubric(said: Saying, pointer: str) -> None:
    scene(RATED).given(appraiser("qt/b", "1.1", "2.1")).when(said).then("against-rubric", pointer)


def test_it_takes_neither_reason_nor_opinion_but_the_appraisal_window() -> None:
    begun = scene(RATED).given(appraiser("qt/b", "1.1"), filed("1.1", "1", HALF))
    begun.when(proposed("1.1", "0.3")).then(None)
    begun.when(proposed("1.1", "0.4").when(NOW + HOUR)).then("window-closed", "/data/leaf")


# Surveys.


@pytest.mark.parametrize(("code", "computed"), [("1.1", "1.68"), ("1.2", "1.68"), ("1.3", None)])
def test_a_surveys_mean_is_figures_where_the_rule_takes_it(code: str, computed: str | None) -> None:
    begun = scene(SURVEYED).given(surveyed(code, "4.2", 5))
    assert begun.computed(code) == computed
    begun.given(surveyed(code, "2.5", 5))
    assert begun.computed(code) == ("1" if computed else None)


def test_it_counts_once_appraised_like_any_other() -> None:
    begun = scene(SURVEYED).given(surveyed("1.1", "4.2", 5))
    assert begun.result()["assessed"] == "0"
    begun.when(scored("1.1", "1.5")).then("reason-needed")
    assert begun.given(scored("1.1", "1.68")).support("1.1") == "SUPPORTED"
    assert begun.result()["points"] == "1.68"


def test_the_councils_own_figures_come_before_a_surveys() -> None:
    begun = scene(SURVEYED).given(surveyed("1.2", "4", 5), scored("1.2", "1", HALF), surveyed("1.2", "3", 5))
    assert begun.computed("1.2") == "1"


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        (surveyed("2.1"), "/data/leaf"),
        (surveyed("1.1", "4.2", "0"), "/data/of"),
        (surveyed("1.1", "5.000001", 5), "/data/score"),
    ],
)
def test_a_survey_keeps_to_its_leaves_and_its_scale(said: Saying, pointer: str) -> None:
    scene(SURVEYED).when(said).then("against-rubric", pointer)


def test_the_unit_does_not_file_what_is_surveyed() -> None:
    scene(SURVEYED).when(filed("1.2", "1")).then("against-rubric", "/data/leaf")


def test_numbers_and_texts_are_the_same_survey() -> None:
    begun = scene(SURVEYED).given(surveyed("1.1", 4, 5))
    begun.when(surveyed("1.1", "4", "5")).then("no-change")
    begun.when(surveyed("1.1", 4, 5, respondents=251)).then(None)
    begun.when(surveyed("1.1").when(NOW + HOUR)).then("window-closed", "/data/leaf")


# Defaults.


def test_every_leaf_that_is_neither_appraised_nor_excluded_counts_0() -> None:
    begun = scene().given(scored("1.1", "1"), excluded("1.2"), filed("2.1", "2"), defaulted())
    result = begun.result()
    assert (result["points"], result["assessed"], result["final"]) == ("1", "3", True)
    assert (result["index"], result["lost"], result["coverage"]) == ("33.33", "2", "100")
    begun.given(included("1.2"))
    assert begun.result()["index"] == "25"


def test_points_given_afterwards_take_the_place_of_the_0() -> None:
    begun = scene().given(defaulted(), scored("2.1", "1.5"))
    assert begun.result()["points"] == "1.5"
    assert begun.given(penalty("0.5", "1.1")).result()["points"] == "1.5"


def test_a_unit_is_defaulted_once_whatever_it_filed_while_appraisal_is_open() -> None:
    begun = scene(PLAIN).given(filed(), submitted(), defaulted())
    begun.when(defaulted("lý do khác")).then("no-change")
    scene().when(defaulted().when(NOW + HOUR)).then("window-closed", "/subject")
    scene().when(defaulted().by("qt", "council", areas=("1",))).then("not-permitted", "/subject")


def test_a_leaf_of_0_points_by_default_takes_away_what_needs_it() -> None:
    needy = rubric(leaf("1.1", "1", RATE, needs=["1.2"]), leaf("1.2"))
    begun = scene(needy).given(filed("1.1", "0.5", HALF), filed("1.2", "1"))
    assert begun.computed("1.1") == "0.5"
    begun.given(defaulted())
    assert (begun.computed("1.1"), begun.support("1.1")) == ("0", "SUPPORTED")


# Moved evidence.


def proving() -> Scene:
    required = [leaf(code, "2", RATE, evidence="required") for code in ("1.1", "1.2")]
    given = scene(rubric(*required)).given(*(filed(code, "1", HALF) for code in ("1.1", "1.2")))
    return given.given(attached("1.1"))


def test_a_file_proves_the_leaf_that_it_was_moved_to() -> None:
    begun = proving()
    assert (begun.computed("1.1"), begun.computed("1.2")) == ("1", "0")
    begun.given(moved("1.2", reason="nhầm tiêu chí"))
    assert (begun.computed("1.1"), begun.computed("1.2")) == ("0", "1")
    assert begun.touched.codes == {("qt/a", "2023"): {"1.1", "1.2"}}
    assert begun.touched.evidence == ("qt/a", "2023", "e1")
    begun.given(moved("1.1"), moved("1.2"), evidence_withdrawn())
    assert (begun.computed("1.1"), begun.computed("1.2")) == ("0", "0")
    assert begun.dossier().evidence["e1"].data.leaf == "1.1", "what was said stays"


def test_it_is_moved_to_another_leaf_and_while_it_stands() -> None:
    begun = proving()
    begun.when(moved("1.1")).then("no-change")
    begun.given(evidence_withdrawn()).when(moved("1.2")).then("no-change")


@pytest.mark.parametrize(
    ("said", "pointer"), [(moved("1.2", "e9"), "/data/evidence"), (moved("9.9"), "/data/leaf")]
)
def test_it_is_there_and_so_is_the_leaf(said: Saying, pointer: str) -> None:
    proving().when(said).then("unknown-target", pointer)


def test_it_is_moved_while_both_leaves_may_be_filed() -> None:
    proving().when(moved().when(NOW + HOUR)).then("window-closed", "/data/evidence")
    proving().given(submitted()).when(moved()).then("locked", "/data/evidence")

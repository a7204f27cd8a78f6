"""Disputes: raised after the release, one at a time about a thing, decided before publication."""

from typing import Any

import pytest

from tests.unit.domain.rubrics import RATE, leaf, rubric
from tests.unit.domain.sayings import (
    HOUR,
    NOW,
    Saying,
    attached,
    cancelled,
    defaulted,
    disputed,
    evidence_withdrawn,
    extended,
    filed,
    lifted,
    moved,
    penalty,
    rejected,
    released,
    reopened,
    results,
    scored,
    submitted,
    upheld,
)
from tests.unit.domain.scene import Scene, scene

RUBRIC = rubric(leaf("1.1", "2", RATE), leaf("1.2"), leaf("2.1", "2", {"kind": "judgement", "step": "0.5"}))
LATER = NOW + HOUR
AWAY = {"opens": "2020-01-01T00:00:00Z", "closes": "2020-01-02T00:00:00Z"}
FILED_EARLY = {"opens": "2023-12-05T00:30:00Z", "closes": "2023-12-05T02:00:00Z"}
LONG = {"opens": "2023-12-05T00:30:00Z", "closes": "2024-12-05T00:00:00Z"}
HALF = {"numerator": 1, "denominator": 2}


def appraised(*more: Saying, **round_: Any) -> Scene:
    """1.1 was claimed with 2 points and given 1, for the council's figures; 0.5 are taken off the total."""
    score = scored("1.1", "1", HALF, opinion="theo hệ thống")
    return scene(RUBRIC, **round_).given(filed("1.1", "2"), score, penalty(), released(), *more)


# Raising.


@pytest.mark.parametrize("about", ["1.1", "1.2", "penalty:p1", "penalty:none"])
def test_nothing_is_disputed_before_the_release_whatever_there_is(about: str) -> None:
    """What has points, or a penalty on it, is not to be learnt by asking."""
    empty = scene(RUBRIC)
    full = scene(RUBRIC).given(scored("1.1", "1", HALF), penalty())
    answers = [
        begun.when(disputed(about)).then("window-closed", "/subject").answer for begun in (empty, full)
    ]
    assert answers[0] == answers[1]


@pytest.mark.parametrize("about", ["9.9", "2", "1.2", "penalty:none", "B.1"])
def test_it_is_about_an_appraised_leaf_or_a_standing_penalty(about: str) -> None:
    appraised().when(disputed(about)).then("unknown-target", "/data/about")


def test_a_lifted_penalty_is_not_disputed() -> None:
    appraised(lifted()).when(disputed("penalty:p1")).then("unknown-target", "/data/about")


def test_a_leaf_that_was_defaulted_is() -> None:
    appraised(defaulted()).when(disputed("1.2")).then(None)


def test_the_disputes_window_alone_counts() -> None:
    appraised(disputes=LONG).when(disputed().when(LATER)).then(None)
    appraised().when(disputed().when(LATER)).then("window-closed", "/subject")
    appraised(disputes=AWAY).when(disputed()).then("window-closed", "/subject")
    appraised(extended("disputes", "2024-01-01T00:00:00Z", "qt/a")).when(disputed().when(LATER)).then(None)


def test_one_at_a_time_about_the_same_thing() -> None:
    begun = appraised(disputed())
    begun.when(disputed(id_="d2")).then("still-open", "/data/about")
    begun.given(disputed("penalty:p1", "d2"))
    begun.given(rejected()).when(disputed(id_="d3")).then(None)


def test_an_id_is_given_once() -> None:
    begun = appraised(disputed())
    begun.when(disputed()).then("no-change", "")
    begun.when(disputed("penalty:p1")).then("no-change", "/data/dispute")
    begun.given(rejected()).when(disputed(grounds="lần hai")).then("no-change", "/data/dispute")


def test_nobody_claims_more_than_there_is() -> None:
    begun = appraised()
    begun.when(disputed(claimed_points="2.1")).then("against-rubric", "/data/claimed_points")
    begun.when(disputed("penalty:p1", claimed_points="0.6")).then("against-rubric", "/data/claimed_points")
    begun.given(disputed(claimed_points="2"), disputed("penalty:p1", "d2", claimed_points="0"))


def test_the_leaf_takes_evidence_as_long_as_the_dispute_is_open() -> None:
    begun = appraised(attached("1.2"), submitted(), filing=FILED_EARLY, disputes=LONG)
    begun.when(attached("1.1", "e2").when(LATER)).then("window-closed")
    begun.given(disputed().when(LATER), attached("1.1", "e2").when(LATER))
    begun.when(attached("1.2", "e3").when(LATER)).then("window-closed")
    begun.when(moved("1.1").when(LATER)).then("window-closed", "/data/evidence")
    begun.when(filed("1.1", "1.5").when(LATER)).then("window-closed")
    begun.given(evidence_withdrawn("e2").when(LATER), rejected().when(LATER))
    begun.when(attached("1.1", "e4").when(LATER)).then("window-closed")


def test_while_filing_is_open_only_a_dispute_opens_what_was_submitted() -> None:
    begun = appraised(submitted(), disputed())
    begun.given(attached("1.1"))
    begun.when(attached("1.2", "e2")).then("locked")


# Deciding.


def test_a_leaf_gets_new_points_and_figures() -> None:
    begun = appraised(disputed())
    assert (begun.computed("1.1"), begun.support("1.1")) == ("1", "SUPPORTED")
    begun.given(upheld("1.5", figures={"percent": "75"}))
    assert (begun.computed("1.1"), begun.support("1.1")) == ("1.5", "SUPPORTED")
    assert begun.result()["points"] == "1"
    begun.given(disputed(id_="d2"), upheld("2", "d2"))
    assert (begun.computed("1.1"), begun.support("1.1")) == ("1.5", "UNSUPPORTED")
    begun.given(scored("1.1", "1", HALF, opinion="theo hệ thống"))
    assert begun.result()["points"] == "0.5", "the score that stood before the dispute changes it back"


@pytest.mark.parametrize(("points", "left"), [("0.2", "0.8"), ("0", "1"), ("0.5", "0.5")])
def test_a_penalty_gets_less_or_none(points: str, left: str) -> None:
    begun = appraised(disputed("penalty:p1"), upheld(points))
    assert begun.result()["points"] == left
    assert begun.dossier().penalties["p1"].lifted is (points == "0")
    begun.when(lifted()).then("no-change" if points == "0" else None)


def test_a_penalty_is_not_raised_and_has_no_figures() -> None:
    begun = appraised(disputed("penalty:p1"))
    begun.when(upheld("0.6")).then("against-rubric", "/data/points")
    begun.when(upheld("0.2", figures=HALF)).then("against-rubric", "/data/figures")
    begun.given(lifted()).when(upheld("0.2")).then("against-rubric", "/data/points")
    begun.when(upheld("0")).then(None)


@pytest.mark.parametrize(
    ("about", "said", "pointer"),
    [
        ("1.1", upheld("2.1"), "/data/points"),
        ("2.1", upheld("0.7"), "/data/points"),
        ("1.1", upheld("1", figures={"count": 3}), "/data/figures"),
        ("1.1", upheld("1", figures={"numerator": 1, "denominator": 0}), "/data/figures/denominator"),
    ],
)
def test_points_and_figures_keep_to_the_rubric(about: str, said: Saying, pointer: str) -> None:
    begun = appraised(scored("2.1", "1"), disputed(about))
    begun.when(said).then("against-rubric", pointer)


def test_what_was_rejected_stays_as_it_was() -> None:
    begun = appraised(disputed())
    before = begun.result()
    assert begun.given(rejected()).result() == before


@pytest.mark.parametrize("first", [upheld(), rejected()])
def test_it_is_decided_once(first: Saying) -> None:
    begun = appraised(disputed(), first)
    begun.when(first).then("no-change", "")
    for second in (upheld("0.5"), rejected(reason="khác")):
        begun.when(second).then("no-change", "/data/dispute")


@pytest.mark.parametrize("said", [upheld(), rejected()])
def test_a_dispute_that_nobody_raised_is_not_decided(said: Saying) -> None:
    appraised(disputed(id_="d2")).when(said).then("unknown-target", "/data/dispute")


@pytest.mark.parametrize("said", [upheld("1.5"), rejected()])
def test_no_window_keeps_the_council_from_deciding_but_the_publication_does(said: Saying) -> None:
    appraised(disputed()).when(said.when(NOW + 10_000 * HOUR)).then(None)
    done = [scored(code, "1").on(f"{u}@2023") for u in ("qt/a", "qt/b") for code in ("1.1", "1.2", "2.1")]
    begun = scene(RUBRIC).given(*done, released(), disputed())
    begun.given(*(extended(name) for name in ("filing", "appraisal", "disputes")))
    begun.when(results()).then("still-open")
    begun.given(rejected(), results()).when(said).then("published", "/subject")
    begun.when(disputed(id_="d2")).then("published", "/subject")
    begun.given(reopened()).when(disputed(id_="d2")).then("window-closed")


def test_in_a_cancelled_round_nothing_is_disputed_or_decided() -> None:
    begun = appraised(disputed(), cancelled())
    for said in (disputed("penalty:p1", "d2"), upheld("1.5"), rejected()):
        begun.when(said).then("window-closed", "/subject")


@pytest.mark.parametrize(
    ("about", "areas", "problem"),
    [
        ("1.1", ("1",), None),
        ("1.1", ("2",), "not-permitted"),
        ("penalty:p1", ("1", "2"), "not-permitted"),
        ("penalty:p2", ("2",), None),
        ("penalty:p2", ("1",), "not-permitted"),
    ],
)
def test_a_limited_council_decides_what_lies_in_its_areas(
    about: str, areas: tuple[str, ...], problem: str | None
) -> None:
    for said in (rejected(), upheld("0.25")):
        begun = appraised(penalty("0.5", "2.1", "p2"), disputed(about))
        begun.when(said.by("qt", "council", areas=areas)).then(problem)


def test_what_a_dispute_touches() -> None:
    begun = appraised(disputed())
    assert begun.touched.dispute == ("qt/a", "2023", "d1")
    assert begun.touched.codes == {("qt/a", "2023"): {"1.1"}}
    begun.given(upheld("1.5"), disputed("penalty:p1", "d2"))
    assert begun.touched.codes == {("qt/a", "2023"): frozenset()}
    begun.given(rejected("d2"))
    assert begun.touched.dispute == ("qt/a", "2023", "d2")

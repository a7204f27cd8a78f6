"""Units enter rounds and leave them, windows close at other times, appraisers are assigned, rounds end."""

import pytest

from tests.unit.domain.rubrics import leaf, rubric
from tests.unit.domain.sayings import (
    CLOSES,
    HOUR,
    NOW,
    OPENS,
    Saying,
    appraiser,
    assigned,
    cancelled,
    extended,
    filed,
    opened,
    published,
    registered,
    released,
    reopened,
    results,
    round_changed,
    scored,
    unit_changed,
)
from tests.unit.domain.scene import PLAIN, TREE, Scene, scene

LATER = "2023-12-05T05:30:00Z"
"""Four hours after NOW, three after the windows close."""


def of_b(saying: Saying) -> Saying:
    return saying.on("qt/b@2023").by("qt/b" if saying.source == "qt/a" else "qt")


# Units of a round.


def test_a_unit_that_comes_in_has_a_dossier_from_then_on() -> None:
    begun = scene().given(registered("qt/c"))
    begun.when(filed().on("qt/c@2023").by("qt/c")).then("unknown-target", "/subject")
    begun.given(round_changed(add=["qt/c"]), filed().on("qt/c@2023").by("qt/c"))
    assert begun.root.rounds["qt", "2023"].units == ["qt/a", "qt/b", "qt/c"]
    assert begun.dossier("qt/c").rubric.id == "bo"


def test_a_unit_that_leaves_keeps_its_dossier_to_itself() -> None:
    begun = scene().given(filed("1.1", "0.5"), round_changed(remove=["qt/a"]))
    assert begun.dossier().left
    assert begun.root.rounds["qt", "2023"].units == ["qt/b"]
    begun.when(filed("1.2")).then("unknown-target", "/subject")
    begun.when(scored()).then("unknown-target", "/subject")
    begun.when(released("qt/a")).then("unknown-target", "/data/units/0")
    begun.when(extended("filing", LATER, "qt/a")).then("unknown-target", "/data/units/0")


def test_a_unit_that_comes_back_has_its_dossier_as_it_was() -> None:
    begun = scene().given(filed("1.1", "0.5"), round_changed(remove=["qt/a"]), round_changed(add=["qt/a"]))
    assert begun.root.rounds["qt", "2023"].units == ["qt/b", "qt/a"]
    assert begun.dossier().leaf("1.1").self_points == 500
    begun.when(filed("1.1", "0.5")).then("no-change")
    begun.when(filed("1.2")).then(None)


@pytest.mark.parametrize(
    ("saying", "problem", "pointer"),
    [
        (round_changed(add=["qt/z"]), "unknown-target", "/data/add/0"),
        (round_changed(add=["qt/b", "qt/a/x"]), "unknown-target", "/data/add/1"),
        (round_changed(add=["qt"]), "unknown-target", "/data/add/0"),
        (round_changed(add=["hn/a"]), "unknown-target", "/data/add/0"),
        (round_changed(add=["qt/so"]), "unknown-target", "/data/add/0"),
        (round_changed(remove=["qt/a", "qt/c"]), "unknown-target", "/data/remove/1"),
        (round_changed(add=["qt/a", "qt/b"]), "no-change", ""),
        (round_changed(), "invalid-data", "/data"),
        (round_changed(add=[]), "invalid-data", "/data/add"),
        (round_changed(add=["qt/c", "qt/c"]), "invalid-data", "/data/add/1"),
        (round_changed(remove=["qt/a", "qt/b", "qt/a"]), "invalid-data", "/data/remove/2"),
        (round_changed(add=["qt/c"], remove=["qt/a", "qt/c"]), "invalid-data", "/data/remove/1"),
        (round_changed(add=["qt/c"]).but(reason=None), "invalid-data", "/data/reason"),
        (round_changed(add=["qt/c"]).on("qt@2024"), "unknown-target", "/subject"),
        (round_changed(add=["qt/a", "qt/c"]), None, None),
        (round_changed(remove=["qt/a", "qt/b"]), None, None),
    ],
)
def test_what_a_change_takes(saying: Saying, problem: str | None, pointer: str | None) -> None:
    begun = scene().given(registered("qt/c"), registered("qt/so", "department"))
    begun.when(saying).then(problem, pointer)


# Windows.


def test_a_window_closes_later_for_all() -> None:
    begun = scene().given(extended("filing", LATER))
    begun.when(filed().when(NOW + 2 * HOUR)).then(None)
    begun.when(of_b(filed()).when(NOW + 2 * HOUR)).then(None)
    begun.when(scored().when(NOW + 2 * HOUR)).then("window-closed")


def test_a_window_closes_later_for_some() -> None:
    begun = scene().given(extended("filing", LATER, "qt/b"))
    begun.when(filed().when(NOW + 2 * HOUR)).then("window-closed")
    begun.when(of_b(filed()).when(NOW + 2 * HOUR)).then(None)
    begun.when(of_b(filed("1.2")).when(NOW + 4 * HOUR)).then("window-closed")


def test_an_extension_for_all_takes_the_place_of_those_for_some() -> None:
    begun = scene().given(extended("filing", LATER, "qt/b"), extended("filing", OPENS))
    begun.when(of_b(filed())).then("window-closed")
    begun.given(extended("filing", LATER))
    begun.when(of_b(filed())).then(None)
    begun.when(filed()).then(None)


def test_a_close_that_has_passed_closes_at_once() -> None:
    begun = scene().given(extended("filing", "2023-12-05T01:29:59.999999Z"))
    begun.when(filed()).then("window-closed")
    begun.when(scored()).then(None)
    begun.given(extended("appraisal", "1999-01-01T00:00:00Z", "qt/a"))
    begun.when(scored("1.2")).then("window-closed")
    begun.when(of_b(scored("1.2"))).then(None)


@pytest.mark.parametrize(
    ("saying", "problem", "pointer"),
    [
        (extended("filing", CLOSES), "no-change", None),
        (extended("filing", "2023-12-05T02:30:00Z", "qt/a"), "no-change", None),
        (extended("filing", "2023-02-30T00:00:00Z"), "invalid-data", "/data/closes"),
        (extended("filing", LATER, "qt/a", "qt/a"), "invalid-data", "/data/units/1"),
        (extended("publication", LATER), "invalid-data", "/data/window"),
        (extended("filing", LATER, "qt/a", "qt/c"), "unknown-target", "/data/units/1"),
        (extended().on("qt@2024"), "unknown-target", "/subject"),
    ],
)
def test_what_an_extension_takes(saying: Saying, problem: str, pointer: str | None) -> None:
    scene().when(saying).then(problem, pointer)


def test_a_units_own_close_counts_until_it_is_the_same_as_for_all() -> None:
    begun = scene().given(extended("filing", LATER, "qt/b"))
    begun.when(extended("filing", LATER, "qt/b")).then("no-change")
    begun.when(extended("filing", CLOSES)).then(None)
    begun.when(extended("filing", CLOSES)).then("no-change")
    begun.when(extended("filing", LATER, "qt/a", "qt/b")).then(None)


# Appraisers.


def test_the_latest_assignment_of_a_leaf_counts() -> None:
    begun = scene().given(appraiser("qt/a", "1.1", "1.2"), appraiser("qt/b", "1.2"))
    assert begun.root.rounds["qt", "2023"].appraisers == {"1.1": "qt/a", "1.2": "qt/b"}
    begun.when(appraiser("qt/a", "1.1")).then("no-change")
    begun.when(appraiser("qt/a", "1.1", "1.2")).then(None)


def test_leaves_are_of_the_rounds_rubrics_and_the_appraiser_stands() -> None:
    begun = scene()
    begun.when(appraiser("qt/b", "1.1", "9.9")).then("unknown-target", "/data/leaves/1")
    begun.when(appraiser("qt/z")).then("unknown-target", "/data/appraiser")
    begun.when(appraiser("hn/a")).then("unknown-target", "/data/appraiser")
    begun.when(appraiser().on("qt@2024")).then("unknown-target", "/subject")
    begun.when(appraiser("qt")).then(None)


def test_a_leaf_of_any_rubric_of_the_round_can_be_assigned() -> None:
    other = rubric(leaf("7.1"), id_="khac")
    begun = Scene().given(*TREE, registered("qt/so", "department"), published(PLAIN), published(other))
    begun.given(opened("qt", "qt/a", "qt/so", rubrics={"district": "bo", "department": "khac"}))
    begun.when(appraiser("qt/so", "1.1", "7.1")).then(None)


# The end of a round.


def test_a_cancelled_round_takes_nothing() -> None:
    begun = scene().given(filed("1.1", "0.5"), cancelled())
    for saying in (
        filed("1.2"),
        scored(),
        released(),
        extended("filing", LATER),
        appraiser(),
        round_changed(remove=["qt/a"]),
        results(),
        reopened(),
    ):
        begun.when(saying).then("window-closed")
    begun.when(cancelled()).then("no-change")
    begun.when(cancelled("khác")).then("no-change")
    assert begun.dossier().leaf("1.1").self_points == 500


def test_a_round_that_does_not_stand_is_neither_cancelled_nor_reopened() -> None:
    scene().when(cancelled().on("qt@2024")).then("unknown-target", "/subject")
    scene().when(reopened().on("qt@2024")).then("unknown-target", "/subject")
    scene().when(reopened()).then("no-change")


def test_a_dossier_keeps_the_kind_that_it_began_with() -> None:
    begun = scene().given(unit_changed("qt/a", kind="ward"))
    assert (begun.root.units["qt/a"].kind, begun.dossier().kind) == ("ward", "district")
    begun.given(assigned(), filed(), scored())
    begun.given(round_changed(remove=["qt/a"]), unit_changed("qt/b", kind="ward"))
    begun.when(round_changed(add=["qt/a"])).then(None)

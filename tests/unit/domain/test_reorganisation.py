"""Units end and others stand in their place: what is old stays, what is open passes on."""

import pytest

from shared.codec.shapes import ResultsPublished
from tests.unit.domain.rubrics import leaf, rubric
from tests.unit.domain.sayings import (
    CLOSES,
    OPENS,
    Saying,
    extended,
    filed,
    made,
    opened,
    published,
    registered,
    released,
    reopened,
    reorganised,
    results,
    round_changed,
    scored,
    submitted,
    unit_changed,
)
from tests.unit.domain.scene import PLAIN, TREE, Scene, read_again, scene
from tests.unit.domain.test_publication import CLOSED, appraised, settled

MERGED = reorganised(["qt/a", "qt/b"], made("qt/ab"), heirs={"qt/a": "qt/ab", "qt/b": "qt/ab"})
DISSOLVED = reorganised(["qt/a"], heirs={"qt/a": "qt"})
COMMUNES = {"commune": "bo"}


def in_two_levels() -> Scene:
    """The round of `qt/a` over its communes is open."""
    begun = Scene().given(*TREE, published(PLAIN))
    return begun.given(opened("qt/a", "qt/a/x", "qt/a/y", rubrics=COMMUNES))


# What ends and what stands.


def test_merged_units_end_and_the_new_one_stands() -> None:
    begun = scene().given(MERGED)
    units = begun.root.units
    assert [(units[path].ended, units[path].until) for path in ("qt/a", "qt/b")] == [(True, "2023-12-01")] * 2
    assert (units["qt/ab"].ended, units["qt/ab"].effective) == (False, "2023-12-01")
    assert begun.root.predecessors == {"qt/ab": ["qt/a", "qt/b"]}
    assert begun.touched.rounds == [("qt", "2023")]
    assert {"qt/a", "qt/b", "qt/ab", "qt/a/x", "qt/a/y"} == set(begun.touched.units)
    assert read_again(begun.events) == begun.root


def test_a_unit_that_takes_another_in_goes_on() -> None:
    begun = scene().given(reorganised(["qt/b"], made("qt/a", "ward", "A mới"), heirs={"qt/b": "qt/a"}))
    unit = begun.root.units["qt/a"]
    assert (unit.name, unit.kind, unit.effective, unit.ended) == ("A mới", "ward", "2020-01-01", False)
    assert begun.root.rounds["qt", "2023"].units == ["qt/a"]
    begun.when(filed()).then(None)


def test_a_unit_that_is_named_among_those_that_end_and_those_that_stand_goes_on() -> None:
    heirs = {"qt/a": "qt/a", "qt/b": "qt/a"}
    begun = scene().given(reorganised(["qt/a", "qt/b"], made("qt/a"), heirs=heirs))
    assert not begun.root.units["qt/a"].ended
    assert begun.root.heirs == {"qt/b": "qt/a"}
    assert begun.root.predecessors == {"qt/a": ["qt/b"]}


def test_a_unit_is_split_and_one_part_takes_over() -> None:
    begun = scene().given(reorganised(["qt/a"], made("qt/a1"), made("qt/a2"), heirs={"qt/a": "qt/a2"}))
    assert begun.root.acting("qt/a") == "qt/a2"
    assert begun.root.standing("qt/a1") is not None


def test_a_root_takes_in_another_root() -> None:
    begun = scene().given(
        reorganised(["qb", "qb/x"], made("qt", "province", "Quảng Trị"), heirs={"qb": "qt"})
    )
    assert begun.root.units["qt"].name == "Quảng Trị"
    assert "qb" not in begun.root.units
    assert begun.root.predecessors == {"qt": ["qb"]}


def test_a_new_level_may_be_made_at_once() -> None:
    begun = Scene().given(*TREE)
    begun.when(reorganised(["qt/b"], made("qt/c/z"), made("qt/c"))).then(None)


@pytest.mark.parametrize(
    ("saying", "problem", "pointer"),
    [
        (reorganised(["qt/a", "qt/z"]), "unknown-target", "/data/from/1"),
        (reorganised(["qt/a", "hn/z"]), None, None),
        (reorganised(["qt/a"], made("qt/z/y")), "unknown-target", "/data/into/0/unit"),
        (reorganised(["qt/a"], made("qt/a/z")), "unknown-target", "/data/into/0/unit"),
        (reorganised(["qt/a"], made("hn/a/z")), None, None),
        (reorganised(["qt/a"], heirs={"qt/b": "qt"}), "unknown-target", "/data/heirs/qt~1b"),
        (reorganised(["qt/a"], heirs={"qt/a": "qt/z"}), "unknown-target", "/data/heirs/qt~1a"),
        (reorganised(["qt/a", "qt/b"], heirs={"qt/a": "qt/b"}), "unknown-target", "/data/heirs/qt~1a"),
        (reorganised(["qt/a"], heirs={"qt/a": "qt/a"}), "unknown-target", "/data/heirs/qt~1a"),
        (reorganised(["qt/a"], heirs={"qt/a": "qt/b"}), None, None),
        (reorganised(["qt/a"], heirs={"qt/a": "hn/b"}), None, None),
        (reorganised(["qt/a", "qt/a"]), "invalid-data", "/data/from/1"),
        (reorganised(["qt/a"], made("qt/c"), made("qt/c")), "invalid-data", "/data/into/1/unit"),
        (reorganised(["qt"]), "invalid-data", "/data/from/0"),
        (reorganised([]), "invalid-data", "/data/from"),
        (reorganised(["qt/a"], effective="2023-12-06"), "invalid-data", "/data/effective"),
        (reorganised(["qt/a"], effective="2023-02-29"), "invalid-data", "/data/effective"),
        (reorganised(["qt/a"]).on("qt/a"), "not-permitted", "/subject"),
    ],
)
def test_what_a_reorganisation_takes(saying: Saying, problem: str | None, pointer: str | None) -> None:
    scene().when(saying).then(problem, pointer)


def test_an_ended_path_is_used_no_more() -> None:
    begun = scene().given(MERGED)
    begun.when(MERGED).then("no-change")
    begun.when(reorganised(["qt/a"])).then("unknown-target", "/data/from/0")
    begun.when(reorganised(["qt/ab"], made("qt/a"))).then("no-change", "/data/into/0/unit")
    begun.when(registered("qt/a")).then("no-change", "/data/unit")
    begun.when(registered("qt/a/z", "commune").by("qt")).then("unknown-target", "/data/unit")
    begun.when(unit_changed("qt/a", name="khác")).then("unknown-target", "/data/unit")
    begun.when(published(rubric(leaf("1.1"), id_="moi"), "qt/a").by("qt/ab")).then(
        "unknown-target", "/subject"
    )


def test_what_names_other_roots_alone_is_told_once() -> None:
    begun = scene()
    begun.when(reorganised(["hn/a"], made("hn/b"))).then("no-change")
    told = reorganised(["hn/a"], made("hn/b"), heirs={"hn/a": "qt/b"})
    begun.given(told).when(told).then("no-change")


# Rounds and dossiers.


def test_the_dossiers_of_ended_units_leave_what_is_not_published() -> None:
    begun = scene().given(filed(), registered("qt/c"), round_changed(add=["qt/c"]), MERGED)
    assert begun.root.rounds["qt", "2023"].units == ["qt/c"]
    assert begun.dossier().left
    begun.when(filed("1.2").by("qt/ab")).then("unknown-target", "/subject")
    begun.when(scored()).then("unknown-target", "/subject")
    begun.when(round_changed(add=["qt/a"])).then("unknown-target", "/data/add/0")
    begun.given(round_changed(add=["qt/ab"]), filed().on("qt/ab@2023").by("qt/ab"))


def test_published_results_stand_and_can_still_be_reopened() -> None:
    begun = settled().given(results(), MERGED)
    assert begun.root.rounds["qt", "2023"].units == ["qt/a", "qt/b"]
    assert begun.dossier().status == "published"
    begun.given(reopened(), extended("appraisal", CLOSES), scored("1.1", "1"), extended("appraisal", OPENS))
    begun.given(results(number="216/QĐ-UBND"))
    data = begun.events[-1].data
    assert isinstance(data, ResultsPublished)
    assert data.standings is not None
    assert [(s.unit, s.index) for s in data.standings] == [("qt/b", "75"), ("qt/a", "62.5")]


def test_the_heir_goes_on_with_the_rounds_of_who_ended() -> None:
    begun = in_two_levels().given(DISSOLVED)
    of_x = scored().on("qt/a/x@2023")
    begun.when(of_x.by("qt/a")).then("not-permitted", "/source")
    begun.when(of_x.by("qt/b")).then("not-permitted", "/subject")
    begun.given(of_x.by("qt"), filed().on("qt/a/x@2023").by("qt/a/x"))
    begun.given(*appraised("qt/a/x", "1", "1", "2")[1:], *appraised("qt/a/y", "1", "0", "2"))
    of_a = [saying.on("qt/a@2023") for saying in (released(), *CLOSED, results())]
    begun.when(of_a[0].by("qt/a")).then("not-permitted", "/source")
    begun.given(*of_a)
    assert begun.root.rounds["qt/a", "2023"].published
    assert begun.touched.round == ("qt/a", "2023")
    assert begun.dossier("qt/a/x").status == "published"


def test_units_below_who_ended_are_appraised_by_who_acts() -> None:
    begun = in_two_levels().given(DISSOLVED)
    begun.when(opened("qt", "qt/a/x", rubrics=COMMUNES, round="2024")).then(None)
    begun.when(opened("qt/a", "qt/a/x", rubrics=COMMUNES, round="2025").by("qt")).then(
        "unknown-target", "/subject"
    )
    begun.when(registered("qt/a/z", "commune").by("qt")).then("unknown-target", "/data/unit")
    begun.when(round_changed(add=["qt/b"]).on("qt/a@2023")).then("unknown-target", "/data/add/0")


def test_without_an_heir_the_nearest_standing_unit_above_acts() -> None:
    begun = in_two_levels().given(reorganised(["qt/a"]))
    assert begun.root.acting("qt/a") == begun.root.authority_of("qt/a/x") == "qt"
    begun.when(scored().on("qt/a/x@2023").by("qt")).then(None)


def test_nobody_is_appraised_by_itself_or_by_who_is_below_it() -> None:
    begun = in_two_levels().given(reorganised(["qt/a"], heirs={"qt/a": "qt/a/x"}))
    assert begun.root.acting("qt/a") == "qt/a/x"
    assert begun.root.authority_of("qt/a/x") == begun.root.authority_of("qt/a/y") == "qt"
    begun.when(scored().on("qt/a/x@2023").by("qt/a/x")).then("not-permitted")
    begun.when(results().on("qt/a@2023").by("qt/a/x")).then("not-permitted")
    begun.when(results().on("qt/a@2023").by("qt")).then("still-open")
    through_another = begun.given(reorganised(["qt/b"], heirs={"qt/b": "qt/a/y"})).root
    assert through_another.authority_of("qt/a/y") == "qt"


def test_an_heir_that_ends_in_its_turn_passes_it_on() -> None:
    begun = scene().given(MERGED, reorganised(["qt/ab"], made("qt/abc"), heirs={"qt/ab": "qt/abc"}))
    assert begun.root.acting("qt/a") == "qt/abc"
    assert begun.root.predecessors == {"qt/ab": ["qt/a", "qt/b"], "qt/abc": ["qt/ab"]}


def test_a_unit_has_one_dossier_in_the_rounds_of_an_id() -> None:
    begun = in_two_levels().given(DISSOLVED)
    begun.when(opened("qt", "qt/a/x", rubrics=COMMUNES)).then("no-change", "/data/units/0")
    rubrics = {"district": "bo", "commune": "bo"}
    begun.given(opened("qt", "qt/b", rubrics=rubrics))
    begun.when(round_changed(add=["qt/a/x"])).then("no-change", "/data/add/0")
    begun.when(round_changed(remove=["qt/a/x"])).then("unknown-target", "/data/remove/0")


def test_who_ended_sends_nothing_more() -> None:
    begun = scene().given(MERGED)
    for saying in (submitted(), filed(), registered("qt/a/z", "commune")):
        begun.when(saying).then("not-permitted", "/source")

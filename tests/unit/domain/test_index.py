"""From appraised leaves to the index. Source: scoring.md, "The index of a dossier"."""

from fractions import Fraction
from typing import Any

import pytest

from tests.unit.domain.rubrics import leaf, rubric
from tests.unit.domain.sayings import (
    bonus,
    excluded,
    filed,
    included,
    lifted,
    penalty,
    released,
    revoked,
    scored,
    submitted,
    withdrawn,
)
from tests.unit.domain.scene import Scene, scene

ITEMS = {"max": "2", "items": [leaf("B.1", "1"), leaf("B.2", "3")]}


def dossier(bonus_: dict[str, Any] | None = ITEMS, **others: Any) -> Scene:
    """Ten points: 1.1 (3) and 1.2.1 (2) in area 1, 2.1 (5) in area 2."""
    return scene(rubric(leaf("1.1", "3"), leaf("1.2.1", "2"), leaf("2.1", "5"), bonus=bonus_, **others))


def whole() -> Scene:
    """Everything appraised: 2 + 1.5 + 4 = 7.5 of 10."""
    return dossier().given(scored("1.1", "2"), scored("1.2.1", "1.5"), scored("2.1", "4"))


def expect(given: Scene, **expected: object) -> None:
    found = given.result()
    assert {name: found[name] for name in expected} == expected


def test_before_anything_is_appraised_there_is_no_index() -> None:
    expect(
        dossier(),
        index=None,
        self_index=None,
        grade=None,
        points="0",
        assessed="0",
        excluded="0",
        lost="0",
        coverage="0",
        final=False,
    )


def test_only_appraised_leaves_count() -> None:
    expect(
        dossier().given(filed("2.1", "5"), scored("1.1", "2")),
        index="66.67",
        points="2",
        assessed="3",
        lost="1",
        coverage="30",
        final=False,
        grade="Khá",
    )


def test_a_leaf_that_is_given_nothing_counts() -> None:
    expect(dossier().given(scored("1.1", "0")), index="0", assessed="3", lost="3", grade="Yếu")


def test_when_all_are_appraised_the_index_is_final() -> None:
    expect(whole(), index="75", points="7.5", assessed="10", lost="2.5", coverage="100", final=True)


def test_the_latest_score_counts() -> None:
    expect(whole().given(scored("2.1", "5")), index="85", points="8.5", grade="Tốt")


def test_an_excluded_leaf_counts_neither_above_nor_below_the_line() -> None:
    expect(
        whole().given(excluded("2.1")),
        index="70",
        points="3.5",
        assessed="5",
        excluded="5",
        lost="1.5",
        coverage="100",
        final=True,
    )


def test_an_included_leaf_counts_again_with_its_points() -> None:
    expect(whole().given(excluded("2.1"), included("2.1")), index="75", excluded="0")


def test_what_the_round_excludes_does_not_count_until_it_is_included() -> None:
    made = rubric(leaf("1.1", "3"), leaf("1.2.1", "2"), leaf("2.1", "5"))
    given = scene(made, excluded=[{"leaf": "2.1", "kind": "not-due"}]).given(scored("2.1", "5"))
    expect(given, index=None, assessed="0", excluded="5", coverage="50", final=False)
    expect(given.given(scored("1.1", "3")), index="100", assessed="3")
    expect(given.given(included("2.1")), index="100", assessed="8", excluded="0")
    expect(given.given(excluded("2.1")), assessed="3", excluded="5")
    assert given.dossier().excluded("2.1") == "not-applicable"


def test_one_dossiers_exclusions_are_its_own() -> None:
    given = whole().given(excluded("1.1").on("qt/b@2023"))
    expect(given, excluded="0")
    assert given.result("qt/b")["excluded"] == "3"


def test_where_everything_is_excluded_there_is_no_index_but_an_end() -> None:
    given = dossier().given(*(excluded(code) for code in ("1.1", "1.2.1", "2.1")), bonus("1"))
    expect(given, index=None, assessed="0", coverage="100", final=True, points="1", bonus="1")


def test_a_penalty_on_a_leaf_leaves_it_not_below_nothing() -> None:
    expect(whole().given(penalty("0.5", "1.2.1")), points="7", lost="3", penalties="0.5")
    expect(whole().given(penalty("9", "1.2.1")), points="6", lost="4", penalties="9")


def test_a_penalty_on_an_area_leaves_it_not_below_nothing() -> None:
    expect(whole().given(penalty("1", "2")), points="6.5", lost="2.5")
    expect(whole().given(penalty("9", "2")), points="3.5", lost="2.5")


def test_a_penalty_on_the_total_leaves_it_not_below_nothing() -> None:
    expect(whole().given(penalty("1.25", "total")), points="6.25", index="62.5", lost="2.5")
    expect(whole().given(penalty("9", "total")), points="0", index="0", grade="Yếu")


def test_penalties_add_up_and_each_takes_from_its_own_place() -> None:
    given = whole().given(
        penalty("1", "1.1", "p1"),
        penalty("9", "1.2.1", "p2"),
        penalty("0.5", "1", "p3"),
        penalty("0.25", "1", "p4"),
        penalty("0.25", "total", "p5"),
    )
    expect(given, points="4", lost="5", penalties="11", index="40")
    assert [area.points for area in given.areas()] == [250, 4000]
    expect(given.given(lifted("p2")), points="5.5", lost="3.5", penalties="2")


def test_a_penalty_on_a_leaf_that_does_not_count_takes_nothing() -> None:
    given = dossier().given(scored("1.1", "3"), penalty("1", "2.1"))
    expect(given, points="3", penalties="1")
    expect(given.given(scored("2.1", "5")), points="7")
    expect(given.given(excluded("2.1")), points="3")


def test_a_lifted_penalty_takes_nothing() -> None:
    expect(whole().given(penalty("1"), lifted("p1")), points="7.5", penalties="0")


def test_bonus_items_and_awards_add_up_to_the_cap() -> None:
    expect(whole().given(scored("B.1", "0.5")), points="8", bonus="0.5", assessed="10", index="80")
    expect(whole().given(scored("B.1", "0.5"), bonus("0.25")), bonus="0.75")
    expect(whole().given(scored("B.1", "1"), scored("B.2", "3"), bonus("1")), points="9.5", bonus="2")


def test_a_revoked_bonus_does_not_count() -> None:
    expect(whole().given(bonus("1"), bonus("0.5", "b2"), revoked("b1")), bonus="0.5", points="8")


def test_a_rubric_without_bonus_counts_none() -> None:
    expect(dossier(None).given(scored("1.1", "3"), bonus("1")), points="3", bonus="0", index="100")


def test_a_bonus_item_that_is_excluded_does_not_count() -> None:
    expect(whole().given(scored("B.1", "1"), excluded("B.1")), bonus="0", excluded="0", points="7.5")


def test_bonus_items_are_no_part_of_coverage_lost_or_the_claim() -> None:
    given = whole().given(filed("B.1", "1"), scored("B.1", "0", opinion="không có"))
    expect(given, coverage="100", final=True, lost="2.5", assessed="10", self_index=None)


def test_a_bonus_may_lift_the_index_above_100_where_it_is_not_capped() -> None:
    full = (scored("1.1", "3"), scored("1.2.1", "2"), scored("2.1", "5"), bonus("1"))
    expect(dossier().given(*full), index="110", points="11")
    expect(dossier(index={"cap": "100"}).given(*full), index="100", points="11")
    expect(dossier(index={"cap": "99.995"}).given(*full), index="99.995")


def test_a_penalty_on_the_total_comes_after_the_bonus() -> None:
    expect(dossier().given(scored("1.1", "1"), bonus("2"), penalty("2.5")), points="0.5")


def test_the_self_index_is_of_what_is_claimed_and_not_excluded() -> None:
    given = dossier().given(filed("1.1", "3"), filed("2.1", "2.5"))
    expect(given, self_index="68.75", index=None)
    expect(given.given(excluded("1.1")), self_index="50")
    expect(given.given(withdrawn("2.1")), self_index=None)


def test_the_self_index_knows_no_penalty_no_bonus_and_no_cap() -> None:
    given = dossier(index={"cap": "50"}).given(filed("1.1", "3"), penalty("1"), bonus("1"), filed("B.1", "1"))
    expect(given, self_index="100")


def test_each_area_has_its_own_sums() -> None:
    given = whole().given(excluded("1.1"), penalty("0.5", "2"))
    found = [(a.area.code, a.points, a.assessed, a.excluded, a.lost) for a in given.areas()]
    assert found == [("1", 1500, 2000, 3000, 500), ("2", 3500, 5000, 0, 1000)]


@pytest.mark.parametrize(
    ("rounding", "scale", "index"),
    [
        ("half_up", 2, "66.67"),
        ("down", 2, "66.66"),
        ("half_up", 0, "67"),
        ("down", 0, "66"),
        ("half_up", 6, "66.666667"),
        ("down", 6, "66.666666"),
    ],
)
def test_the_index_is_rounded_as_the_rubric_says(rounding: str, scale: int, index: str) -> None:
    given = dossier(index={"rounding": rounding, "scale": scale})
    expect(given.given(filed("1.1", "2"), scored("1.1", "2")), index=index, self_index=index)


def test_half_a_step_of_the_index_is_rounded_up() -> None:
    given = scene(rubric(leaf("1.1", "80"))).given(scored("1.1", "74.524"))
    expect(given, index="93.16")  # 93.155
    given.given(scored("1.1", "74.523"))
    expect(given, index="93.15")  # 93.15375


def test_coverage_is_cut_off() -> None:
    given = scene(rubric(leaf("1.1", "2"), leaf("1.2", "1"))).given(scored("1.1", "2"))
    expect(given, coverage="66.66", final=False)


def test_a_grade_is_reached_by_the_index_as_rounded() -> None:
    given = scene(rubric(leaf("1.1", "200")))
    expect(given.given(scored("1.1", "159.99")), index="80", grade="Tốt")
    expect(given.given(scored("1.1", "159.989")), index="79.99", grade="Khá")


def test_the_status_follows_submission_and_release() -> None:
    given = dossier()
    assert given.dossier().status == "open"
    assert given.given(submitted()).dossier().status == "submitted"
    assert given.given(released("qt/a")).dossier().status == "released"
    assert given.dossier("qt/b").status == "open"


def leaves_of(sums: dict[str, list[tuple[str, str | None]]]) -> Scene:
    """A dossier whose leaves are these: by area, (maximum, appraised points; None: excluded)."""
    made = [
        (leaf(f"{area}.{n}", maximum), points)
        for area, found in sums.items()
        for n, (maximum, points) in enumerate(found, start=1)
    ]
    given = scene(rubric(*(one for one, _ in made), bonus={"max": "1", "items": [leaf("B.1", "1")]}))
    return given.given(
        *(scored(one["code"], points) if points else excluded(one["code"]) for one, points in made)
    )


def test_dong_ha_2023_comes_out_to_the_last_digit() -> None:
    given = leaves_of(
        {
            "1": [("19.5", "17.45")],
            "2": [("10", "10")],
            "3": [("21", "19.446")],
            "4": [("9", "9"), ("1.5", None)],
            "5": [("14", "13.5"), ("1", None)],
            "6": [("11", "8.39")],
            "7": [("13", "12.24")],
        }
    ).given(scored("B.1", "1"))
    expect(
        given,
        points="91.026",
        assessed="97.5",
        index="93.36",
        grade="Tốt",
        excluded="2.5",
        bonus="1",
        final=True,
    )
    assert Fraction(given.result()["lost"]) == Fraction("97.5") - Fraction("90.026")


def test_vinh_linh_in_the_first_half_of_2023_comes_out_to_the_last_digit() -> None:
    given = leaves_of({"1": [("40", "16.59")], "2": [("39", "39"), ("21", None)]})
    expect(given, points="55.59", assessed="79", index="70.37", lost="23.41", excluded="21", coverage="100")

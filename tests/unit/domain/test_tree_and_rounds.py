"""Units, rubrics, rounds and their release: what each takes, and what it brings."""

from typing import Any

import pytest

from tests.unit.domain.rubrics import leaf, rubric
from tests.unit.domain.sayings import (
    HOUR,
    NOW,
    OPEN,
    filed,
    opened,
    published,
    registered,
    released,
    scored,
)
from tests.unit.domain.scene import PLAIN, TREE, Scene, scene

JSON = dict[str, Any]
OTHER = rubric(leaf("1.1"), id_="khac")


# Units.


def test_a_unit_stands_under_one_that_stands() -> None:
    Scene().when(registered("qt/a")).then("unknown-target", "/data/unit")
    Scene().given(registered("qt"), registered("qt/a"), registered("qt/a/x"))
    Scene().given(registered("qt")).when(registered("qt/a/x").by("qt")).then("unknown-target", "/data/unit")


def test_a_path_is_registered_once() -> None:
    Scene().given(*TREE).when(registered("qt/a", "ward")).then("no-change", "/data/unit")


def test_a_unit_takes_effect_today_at_the_latest() -> None:
    begun = Scene().given(registered("qt", effective="2023-12-05"))
    begun.when(registered("qt/a", effective="2023-12-06")).then("invalid-data", "/data/effective")


def test_today_begins_at_midnight_in_vietnam() -> None:
    midnight = NOW - NOW % (24 * HOUR) + 17 * HOUR
    late = registered("qt", effective="2023-12-06")
    Scene().when(late.when(midnight - 1)).then("invalid-data", "/data/effective")
    Scene().when(late.when(midnight)).then(None)


@pytest.mark.parametrize("day", ["2023-02-29", "2023-13-01", "0000-01-01"])
def test_a_day_that_never_was_is_refused(day: str) -> None:
    Scene().when(registered("qt", effective=day)).then("invalid-data", "/data/effective")


def test_unit_and_subject_agree() -> None:
    Scene().when(registered("qt").but(unit="qt/a")).then("invalid-data", "/data/unit")
    Scene().when(registered("qt").on("qt@2023")).then("invalid-data", "/subject")


# Rubrics.


def test_a_rubrics_id_is_given_once_in_a_root() -> None:
    begun = Scene().given(*TREE, published(PLAIN))
    begun.when(published(rubric(leaf("1.1", "9")))).then("no-change", "/data/rubric/id")
    begun.when(published(PLAIN, "qt/a")).then("no-change", "/data/rubric/id")
    begun.when(published(OTHER, "qt/a")).then(None)


def test_who_publishes_a_rubric_is_registered() -> None:
    Scene().when(published(PLAIN)).then("unknown-target", "/subject")


# Rounds.


def begun() -> Scene:
    return Scene().given(*TREE, published(PLAIN))


def test_a_round_gives_each_of_its_units_a_dossier_under_the_rubric_of_its_kind() -> None:
    given = begun().given(
        registered("qt/so", "department"),
        published(OTHER),
        opened("qt", "qt/a", "qt/so", rubrics={"district": "bo", "department": "khac"}),
    )
    assert {key: d.rubric.id for key, d in given.root.dossiers.items()} == {
        ("qt/a", "2023"): "bo",
        ("qt/so", "2023"): "khac",
    }
    given.when(filed().on("qt/b@2023").by("qt/b")).then("unknown-target", "/subject")
    given.when(filed().on("qt/a@2024")).then("unknown-target", "/subject")


def test_two_authorities_may_have_rounds_of_the_same_id() -> None:
    given = begun().given(opened(), opened("qt/a", "qt/a/x", "qt/a/y", rubrics={"commune": "bo"}))
    given.given(filed().on("qt/a/x@2023").by("qt/a/x"), filed())
    given.when(scored().on("qt/a/x@2023").by("qt/a")).then(None)
    assert given.dossier("qt/a/x").leaf("1.1").appraised == 1000
    assert given.dossier("qt/a").leaf("1.1").appraised is None
    assert given.root.versions == {
        **{path: 1 for path in ("qt/a", "qt/b", "qt/a/x", "qt/a/y")},
        "qt": 2,
        "qt@2023": 1,
        "qt/a@2023": 2,
        "qt/a/x@2023": 2,
    }


def test_a_rounds_rubric_is_its_authoritys_or_of_a_unit_above() -> None:
    given = Scene().given(*TREE, published(PLAIN, "qt/a"))
    given.when(opened()).then("unknown-target", "/data/rubrics/district")
    given.when(opened("qt/a", "qt/a/x", rubrics={"commune": "bo"})).then(None)
    given.given(registered("qt/a2"), registered("qt/a2/z", "commune"))
    longer = opened("qt/a2", "qt/a2/z", rubrics={"commune": "bo"})
    given.when(longer).then("unknown-target", "/data/rubrics/commune")


def test_a_round_is_opened_once() -> None:
    begun().given(opened()).when(opened("qt", "qt/a", name="khác")).then("no-change", "/data/round")


def test_its_authority_is_registered() -> None:
    Scene().when(opened()).then("unknown-target", "/subject")


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"units": ["qt/a", "qt/c"]}, "/data/units/1"),
        ({"units": ["qt/a/x"]}, "/data/units/0"),
        ({"units": ["qt/a", "qt/a/x"], "rubrics": {"district": "bo", "commune": "bo"}}, "/data/units/1"),
        ({"units": ["qt"]}, "/data/units/0"),
        ({"units": ["hn/a"]}, "/data/units/0"),
        ({"rubrics": {"district": "none"}}, "/data/rubrics/district"),
        ({"rubrics": {"district": "bo", "xã/phường": "none"}}, "/data/rubrics/xã~1phường"),
        ({"rubrics": {"ward": "bo"}}, "/data/units/0"),
        (
            {"excluded": [{"leaf": "1.1", "kind": "not-due"}, {"leaf": "9.9", "kind": "not-due"}]},
            "/data/excluded/1/leaf",
        ),
        ({"excluded": [{"leaf": "1", "kind": "not-due"}]}, "/data/excluded/0/leaf"),
    ],
)
def test_what_a_round_names_stands(changed: JSON, pointer: str) -> None:
    begun().when(opened(**changed)).then("unknown-target", pointer)


BEFORE = {"opens": OPEN["closes"], "closes": OPEN["opens"]}


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"filing": BEFORE}, "/data/filing/closes"),
        ({"appraisal": {"opens": OPEN["opens"], "closes": OPEN["opens"]}}, "/data/appraisal/closes"),
        (
            {"disputes": {"opens": "2023-02-30T00:00:00Z", "closes": "2024-01-01T00:00:00Z"}},
            "/data/disputes/opens",
        ),
        (
            {"filing": {"opens": "2023-12-05T00:00:00Z", "closes": "2023-12-05T24:00:01Z"}},
            "/data/filing/closes",
        ),
        (
            {"filing": {"opens": "0001-01-01T00:00:00+14:00", "closes": "2024-01-01T00:00:00Z"}},
            "/data/filing/opens",
        ),
        (
            {"filing": {"opens": "2023-12-05 00:00:00", "closes": "2024-01-01T00:00:00Z"}},
            "/data/filing/opens",
        ),
        (
            {"filing": {"opens": "2023-12-05T00:00:00", "closes": "2024-01-01T00:00:00Z"}},
            "/data/filing/opens",
        ),
        ({"filing": {"opens": "2023-12-05T00:00:00Z"}}, "/data/filing/closes"),
        ({"period": {"from": "2023-12-31", "to": "2023-01-01"}}, "/data/period/to"),
        ({"period": {"from": "2023-02-29", "to": "2023-12-31"}}, "/data/period/from"),
        ({"period": {"from": "2023-01-01", "to": "2023-02-30"}}, "/data/period/to"),
        ({"units": ["qt/a", "qt/a"]}, "/data/units/1"),
        ({"units": []}, "/data/units"),
        ({"rubrics": {}}, "/data/rubrics"),
        ({"groups": {"một": ["qt/a"], "hai": ["qt/b", "qt/a"]}}, "/data/groups/hai/1"),
        ({"groups": {"một/1": ["qt/c"]}}, "/data/groups/một~11/0"),
        (
            {"excluded": [{"leaf": "1.1", "kind": "not-due"}, {"leaf": "1.1", "kind": "not-applicable"}]},
            "/data/excluded/1/leaf",
        ),
        ({"excluded": [{"leaf": "1.1", "kind": "later"}]}, "/data/excluded/0/kind"),
        ({"kind": "monthly"}, "/data/kind"),
        ({"round": "Năm 2023"}, "/data/round"),
    ],
)
def test_a_round_makes_sense_by_itself(changed: JSON, pointer: str) -> None:
    saying = opened(**changed).on("qt@2023")
    begun().when(saying).then("invalid-data", pointer)


def test_round_and_subject_agree() -> None:
    begun().when(opened(round="2024").on("qt@2023")).then("invalid-data", "/data/round")
    begun().when(opened().on("qt")).then("invalid-data", "/subject")


def test_one_day_is_a_period() -> None:
    begun().when(opened(period={"from": "2023-12-31", "to": "2023-12-31"})).then(None)


# Release.


def test_a_release_shows_points_to_the_units_it_names_or_to_all() -> None:
    given = scene().given(released("qt/a"))
    assert [given.dossier(unit).released for unit in ("qt/a", "qt/b")] == [True, False]
    assert not given.root.rounds["qt", "2023"].released_for_all
    given.when(released("qt/a")).then("no-change")
    given.when(released("qt/a", "qt/b")).then(None)
    assert given.root.rounds["qt", "2023"].released_for_all
    given.when(released()).then("no-change")


def test_a_release_is_of_units_of_the_round() -> None:
    scene().when(released("qt/a", "qt/a/x")).then("unknown-target", "/data/units/1")
    scene().when(released().on("qt@2024")).then("unknown-target", "/subject")
    scene().when(released().on("qt/a@2023").by("qt/a")).then("unknown-target", "/subject")

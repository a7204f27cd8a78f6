"""Units change their names, results from before are imported, and reading is granted to others."""

import pytest

from tests.unit.domain.sayings import (
    HOUR,
    NOW,
    Saying,
    grant_revoked,
    granted,
    imported,
    reorganised,
    unit_changed,
)
from tests.unit.domain.scene import TREE, Scene, scene


def test_what_is_left_out_of_a_change_stays() -> None:
    begun = Scene().given(*TREE, unit_changed("qt/a", name="Thị xã A"))
    unit = begun.root.units["qt/a"]
    assert (unit.name, unit.kind, unit.effective) == ("Thị xã A", "district", "2020-01-01")
    begun.given(unit_changed("qt/a", kind="town"))
    unit = begun.root.units["qt/a"]
    assert (unit.name, unit.kind) == ("Thị xã A", "town")
    assert begun.touched.unit == "qt/a"


@pytest.mark.parametrize(
    ("saying", "problem", "pointer"),
    [
        (unit_changed("qt/a"), "invalid-data", "/data"),
        (unit_changed("qt/z", name="Z"), "unknown-target", "/data/unit"),
        (unit_changed("qt/a", kind="district"), "no-change", None),
        (unit_changed("qt/a", kind="district", name="A"), None, None),
        (unit_changed("qt/a", "2023-12-06", name="A"), "invalid-data", "/data/effective"),
        (unit_changed("qt", name="Tỉnh mới"), None, None),
    ],
)
def test_what_a_change_of_a_unit_takes(saying: Saying, problem: str | None, pointer: str | None) -> None:
    Scene().given(*TREE).when(saying).then(problem, pointer)


# Results from before the ledger.


@pytest.mark.parametrize(
    ("saying", "problem", "pointer"),
    [
        (imported(rank=3, of=10, grade="Tốt"), None, None),
        (imported(rank=3, of=3), None, None),
        (imported(rank=3), None, None),
        (imported(rank=4, of=3), "invalid-data", "/data/of"),
        (imported(rank=0), "invalid-data", "/data/rank"),
        (imported(index="81,25"), "invalid-data", "/data/index"),
        (imported("qt/z"), "unknown-target", "/data/unit"),
        (imported(round_="2023"), "no-change", "/data/round"),
    ],
)
def test_what_an_import_takes(saying: Saying, problem: str | None, pointer: str | None) -> None:
    scene().when(saying).then(problem, pointer)


def test_another_result_takes_the_place_of_an_imported_one() -> None:
    begun = scene().given(imported(), imported(index="82"))
    begun.when(imported(index="82")).then("no-change")
    begun.when(imported()).then(None)
    assert begun.touched.imported == ("qt/a", "2019")


def test_results_of_units_that_have_ended_are_imported_too() -> None:
    scene().given(reorganised(["qt/a"])).when(imported()).then(None)


# Reading.


@pytest.mark.parametrize(
    ("saying", "problem", "pointer"),
    [
        (granted("hn/thanh-tra", "qt/a", until="2024-01-01T00:00:00+07:00", basis="1/QĐ"), None, None),
        (granted(under="qt/z"), "unknown-target", "/data/under"),
        (granted(under="hn"), "unknown-target", "/data/under"),
        (granted(until="2023-12-05T08:30:00+07:00"), "invalid-data", "/data/until"),
        (granted(until="2023-12-05T08:30:00.000001+07:00"), None, None),
        (granted(until="2024-02-30T00:00:00Z"), "invalid-data", "/data/until"),
        (grant_revoked(), "unknown-target", "/data/grant"),
    ],
)
def test_what_a_grant_takes(saying: Saying, problem: str | None, pointer: str | None) -> None:
    scene().when(saying).then(problem, pointer)


def test_a_grants_id_is_given_once_even_after_it_is_revoked() -> None:
    begun = scene().given(granted(), grant_revoked())
    assert begun.root.grants["g1"].revoked
    begun.when(grant_revoked("g1", "khác")).then("no-change")
    begun.when(granted("hn")).then("no-change", "/data/grant")
    begun.when(granted("hn", id_="g2").when(NOW + HOUR)).then(None)


def test_what_a_unit_that_has_ended_may_read_can_be_granted() -> None:
    scene().given(reorganised(["qt/a"])).when(granted(under="qt/a")).then(None)

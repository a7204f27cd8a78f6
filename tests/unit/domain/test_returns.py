"""What the authority returns may be filed again until then; what is submitted anew is locked anew."""

import pytest

from tests.unit.domain.sayings import (
    CLOSES,
    HOUR,
    NOW,
    Saying,
    assigned,
    attached,
    evidence_withdrawn,
    extended,
    filed,
    moved,
    released,
    returned,
    scored,
    submitted,
    withdrawn,
)
from tests.unit.domain.scene import Scene, scene

LATE = "2024-01-05T09:30:00+07:00"
BY_THEN = NOW + 31 * 24 * HOUR + HOUR
"""LATE, in microseconds."""
AWAY = {"opens": "2020-01-01T00:00:00Z", "closes": "2020-01-02T00:00:00Z"}


def sent_back(*leaves: str, until: str = CLOSES) -> Scene:
    """Everything was filed and submitted; these leaves, or 1.1, were returned."""
    filings = [filed("1.1"), filed("1.2"), attached("1.1"), submitted()]
    return scene().given(*filings, returned(*leaves, until=until))


def test_the_leaf_may_be_filed_again_and_no_other() -> None:
    begun = sent_back()
    assert begun.dossier().status == "returned"
    begun.given(filed("1.1", "0.5"), withdrawn("1.1"), attached("1.1", "e2"), evidence_withdrawn())
    begun.when(filed("1.2", "0.5")).then("locked", "/data/leaf")
    begun.when(attached("1.2", "e3")).then("locked", "/data/leaf")


def test_it_may_be_filed_until_then_also_once_filing_has_closed() -> None:
    begun = sent_back(until=LATE)
    begun.when(filed("1.1", "0.5").when(BY_THEN - 1)).then(None)
    begun.when(filed("1.1", "0.6").when(BY_THEN)).then("window-closed", "/data/leaf")
    begun.when(filed("1.2", "0.6").when(BY_THEN - 1)).then("window-closed", "/data/leaf")


def test_a_dossier_that_is_submitted_again_is_locked_again() -> None:
    begun = sent_back("1.1", "1.2", until=LATE).given(filed("1.1", "0.5"), submitted().when(BY_THEN - 1))
    assert begun.dossier().status == "submitted"
    assert [begun.dossier().leaf(code).returned_until for code in ("1.1", "1.2")] == [None, None]
    begun.when(filed("1.2", "0.5")).then("locked")
    begun.when(submitted()).then("no-change")
    begun.when(submitted().when(BY_THEN - 1)).then("window-closed")
    begun.given(returned("1.2", until=LATE)).when(filed("1.2", "0.5")).then(None)


def test_when_the_time_is_over_nothing_is_left_to_submit() -> None:
    begun = sent_back(until=LATE)
    begun.when(submitted().when(BY_THEN)).then("window-closed")
    assert begun.dossier().status == "returned"


def test_a_unit_that_did_not_submit_is_let_file_late() -> None:
    begun = scene(filing=AWAY)
    begun.when(filed()).then("window-closed")
    begun.given(returned("1.1", "2.1")).given(filed("1.1"), filed("2.1"), attached("2.1"), submitted())
    assert begun.dossier().status == "submitted"
    begun.when(filed("1.1", "0.5")).then("window-closed")


def test_a_file_moves_between_leaves_that_are_both_open() -> None:
    begun = sent_back()
    begun.when(moved("1.2")).then("locked", "/data/leaf")
    begun.given(attached("1.1", "e2"))
    sent_back("1.2").when(moved("1.2")).then("locked", "/data/evidence")
    sent_back("1.1", "1.2").when(moved("1.2")).then(None)


@pytest.mark.parametrize(
    "until", ["2023-12-05T01:30:00Z", "2023-12-05T08:29:59+07:00", "1999-01-01T00:00:00Z"]
)
def test_what_is_over_is_no_time_to_file_until(until: str) -> None:
    """Told before anybody asks who sent it."""
    scene().when(returned(until=until).by("qt/b")).then("invalid-data", "/data/until")


def test_a_time_that_never_was_is_none_either() -> None:
    scene().when(returned(until="2024-02-30T00:00:00Z")).then("invalid-data", "/data/until")


def test_leaves_of_the_rubric_are_returned() -> None:
    scene().when(returned("1.1", "9.9")).then("unknown-target", "/data/leaves/1")


def test_another_time_or_another_leaf_is_another_return() -> None:
    begun = scene().given(returned("1.1", "1.2"))
    begun.when(returned("1.2")).then("no-change")
    begun.when(returned("1.2", until=LATE)).then(None)
    begun.when(returned("1.2", "2.1")).then(None)


def test_it_takes_the_appraisal_window() -> None:
    scene(filing=AWAY, disputes=AWAY).when(returned()).then(None)
    scene(appraisal=AWAY).when(returned()).then("window-closed", "/subject")


@pytest.mark.parametrize("before", [[scored("1.2", "0.5", opinion="thiếu")], [released()], [assigned()]])
def test_neither_scores_nor_the_release_stand_in_the_way(before: list[Saying]) -> None:
    sent_back().given(*before).when(filed("1.1", "0.5")).then(None)


def test_a_limited_council_returns_leaves_of_its_areas_alone() -> None:
    begun = scene()
    begun.when(returned("1.1", "2.1").by("qt", "council", areas=("1",))).then(
        "not-permitted", "/data/leaves/1"
    )
    begun.when(returned("1.1", "1.2").by("qt", "council", areas=("1",))).then(None)


def test_an_extended_window_opens_what_was_not_submitted_for_that_unit_alone() -> None:
    begun = scene().given(extended("filing", LATE, "qt/a"))
    begun.when(filed().when(BY_THEN - 1)).then(None)
    begun.when(filed().on("qt/b@2023").by("qt/b").when(BY_THEN - 1)).then("window-closed")

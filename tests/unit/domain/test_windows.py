"""Open: opens ≤ now < closes. Source: scoring.md, "Judging, windows and locks"."""

import pytest

from tests.unit.domain.sayings import (
    HOUR,
    NOW,
    Saying,
    assigned,
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

OPENS, CLOSES = NOW - HOUR, NOW + HOUR
AWAY = {"opens": "2020-01-01T00:00:00Z", "closes": "2020-01-02T00:00:00Z"}
FILING = {"filed": filed(), "withdrawn": withdrawn("1.2"), "submitted": submitted()}
APPRAISAL = {
    "scored": scored(),
    "excluded": excluded(),
    "included": included("2.1"),
    "penalty": penalty(id_="new"),
    "lifted": lifted(),
    "bonus": bonus(id_="new"),
    "revoked": revoked(),
}
ANY_TIME = {"assigned": assigned(), "released": released()}
MOMENTS = [
    (OPENS - 1, "window-closed"),
    (OPENS, None),
    (CLOSES - 1, None),
    (CLOSES, "window-closed"),
    (CLOSES + 365 * 24 * HOUR, "window-closed"),
]


def going_on(**windows: dict[str, str]) -> Scene:
    """Something to withdraw, to include, to lift and to revoke stands."""
    return scene(**windows).given(filed("1.2"), excluded("2.1"), penalty(), bonus())


@pytest.mark.parametrize(("now", "problem"), MOMENTS)
@pytest.mark.parametrize("said", [*FILING, *APPRAISAL])
def test_a_window_is_open_from_its_first_moment_and_closed_at_its_last(
    said: str, now: int, problem: str | None
) -> None:
    going_on().when((FILING | APPRAISAL)[said].when(now)).then(problem)


@pytest.mark.parametrize("now", [0, OPENS - 1, NOW, CLOSES, 4 * 10**15])
@pytest.mark.parametrize("said", ANY_TIME)
def test_who_answers_for_a_leaf_and_the_release_know_no_window(said: str, now: int) -> None:
    going_on().when(ANY_TIME[said].when(now)).then(None)


@pytest.mark.parametrize("said", FILING)
def test_the_unit_asks_the_filing_window_alone(said: str) -> None:
    begun = scene(appraisal=AWAY, disputes=AWAY).given(filed("1.2"))
    begun.when(FILING[said]).then(None)


@pytest.mark.parametrize("said", ["scored", "excluded", "penalty", "bonus"])
def test_the_council_asks_the_appraisal_window_alone(said: str) -> None:
    scene(filing=AWAY, disputes=AWAY).when(APPRAISAL[said]).then(None)


def test_the_council_need_not_wait_for_the_submission() -> None:
    scene().given(filed(), scored())
    scene().given(scored(), filed(), submitted(), scored("1.2"))


def test_each_fault_of_time_says_which_window_and_from_when_to_when() -> None:
    refused = scene().when(filed().when(CLOSES)).then("window-closed", "/data/leaf").answer
    assert "07:30 ngày 05/12/2023 (giờ Việt Nam)" in refused.vi  # type: ignore[union-attr]
    assert "2023-12-05 09:30 (Vietnam, UTC+7)" in refused.en  # type: ignore[union-attr]
    early = scene().when(filed().when(OPENS - 1)).answer
    assert "not open yet" in early.en  # type: ignore[union-attr]


def test_a_windows_offset_is_understood() -> None:
    window: dict[str, str] = {
        "opens": "2023-12-05t08:30:00.000001+07:00",
        "closes": "2023-12-05T01:30:00.000003z",
    }
    begun = scene(filing=window)
    for now, problem in [(0, "window-closed"), (1, None), (2, None), (3, "window-closed")]:
        saying: Saying = filed("1.1", f"0.{now}")
        begun.when(saying.when(NOW + now)).then(problem)


def test_a_submitted_dossier_takes_no_more_filings() -> None:
    begun = scene().given(filed("1.2"), submitted())
    begun.when(filed()).then("locked", "/data/leaf")
    begun.when(withdrawn("1.2")).then("locked", "/data/leaf")
    begun.when(assigned()).then(None)
    begun.when(scored()).then(None)
    begun.when(filed().on("qt/b@2023").by("qt/b")).then(None)

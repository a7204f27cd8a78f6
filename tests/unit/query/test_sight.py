"""What of a dossier a viewer may see."""

import pytest

from services.query.sight import Sight, hangs_on_release, sight_of
from shared.domain.visibility import HIDDEN_UNTIL_RELEASE

EVERYTHING, APPRAISAL, NEITHER = Sight(True, True), Sight(True, False), Sight(False, False)


@pytest.mark.parametrize(
    ("viewer", "released", "seen"),
    [
        ("qt", False, EVERYTHING),
        ("qt", True, EVERYTHING),
        ("qt/dong-ha", False, EVERYTHING),
        ("qt/dong-ha/phuong-1", False, NEITHER),
        ("qt/dong-ha/phuong-1", True, APPRAISAL),
        ("qt/dong", False, NEITHER),
        ("qt/dong-ha/phuong-1/to-2", True, APPRAISAL),
    ],
)
def test_the_appraisal_is_seen_from_above_at_once_and_by_the_unit_after_its_release(
    viewer: str, released: bool, seen: Sight
) -> None:
    assert sight_of(viewer, "qt/dong-ha/phuong-1", released) == seen


@pytest.mark.parametrize("name", sorted(HIDDEN_UNTIL_RELEASE))
def test_whether_a_unit_sees_an_event_of_its_appraisal_hangs_on_the_release(name: str) -> None:
    assert hangs_on_release("qt/dong-ha", name, "qt/dong-ha@2023") == ("qt/dong-ha", "2023")
    assert hangs_on_release("qt", name, "qt/dong-ha@2023") is None


def test_other_events_hang_on_nothing() -> None:
    assert hangs_on_release("qt/dong-ha", "SubmissionFiled", "qt/dong-ha@2023") is None
    assert hangs_on_release("qt/dong-ha", "UnitRegistered", "qt/dong-ha") is None

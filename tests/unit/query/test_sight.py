"""What of a dossier a viewer may see."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from msgspec.structs import replace

from services.query.load.keys import DossierKey
from services.query.rows.events import EventRow
from services.query.sight import Sight, hangs_on_release, sight_of
from shared.domain.visibility import HIDDEN_UNTIL_RELEASE

AT = datetime(2023, 12, 5, tzinfo=UTC)
OWN = EventRow(
    root="qt",
    position=1,
    stream="qt/dong-ha@2023",
    version=1,
    event_id=UUID(int=1),
    name="SubmissionFiled",
    actor="0123456789abcdef",
    occurred_at=AT,
    recorded_at=AT,
    body=b"{}",
    leaf_hash=b"",
    above=False,
)


@pytest.mark.parametrize(
    ("above", "released", "seen"),
    [
        (True, False, Sight(True, True)),
        (True, True, Sight(True, True)),
        (False, False, Sight(False, False)),
        (False, True, Sight(True, False)),
    ],
)
def test_the_appraisal_is_seen_from_above_at_once_and_by_the_unit_after_its_release(
    above: bool, released: bool, seen: Sight
) -> None:
    assert sight_of(above, released) == seen


@pytest.mark.parametrize("name", sorted(HIDDEN_UNTIL_RELEASE))
def test_whether_a_unit_sees_an_event_of_its_appraisal_hangs_on_the_release(name: str) -> None:
    event = replace(OWN, name=name)
    assert hangs_on_release(event) == DossierKey("qt/dong-ha", "2023")
    assert hangs_on_release(replace(event, above=True)) is None


def test_other_events_hang_on_nothing() -> None:
    assert hangs_on_release(OWN) is None
    assert hangs_on_release(replace(OWN, name="UnitRegistered", stream="qt/dong-ha")) is None

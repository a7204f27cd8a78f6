"""People are told a moment on the clock of Vietnam, as exactly as it was given."""

import pytest

from shared.codec.envelope import instant, microseconds
from shared.domain.moments import told


@pytest.mark.parametrize(
    ("moment", "vi", "en"),
    [
        ("2026-12-20T10:00:00Z", "17:00 ngày 20/12/2026", "2026-12-20 17:00"),
        ("2026-11-30T17:00:00Z", "00:00 ngày 01/12/2026", "2026-12-01 00:00"),
        ("2026-12-20T17:00:59+07:00", "17:00:59 ngày 20/12/2026", "2026-12-20 17:00:59"),
        ("2026-12-20T17:00:00.000001+07:00", "17:00:00.000001 ngày 20/12/2026", "2026-12-20 17:00:00.000001"),
        ("9999-12-31T16:00:00Z", "23:00 ngày 31/12/9999", "9999-12-31 23:00"),
    ],
)
def test_a_moment_is_told_on_the_clock_of_vietnam(moment: str, vi: str, en: str) -> None:
    said = told(microseconds(instant(moment)))
    assert said == (f"{vi} (giờ Việt Nam)", f"{en} (Vietnam, UTC+7)")


@pytest.mark.parametrize("end", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
def test_the_ends_of_time_can_be_told(end: str) -> None:
    vi, en = told(microseconds(instant(end)))
    assert end[:4] in en
    assert vi.endswith("(giờ Việt Nam)")

"""What is said while the platform has no room: when it begins, now and then, and once it is over."""

import pytest

from parledger.held_back import HeldBack
from parledger.outcomes import Label

BUSY = Label("bận", "busy")


def test_it_is_said_once_now_and_then_and_once_it_is_over(caplog: pytest.LogCaptureFixture) -> None:
    told, said = HeldBack(), [str(BUSY), "Hệ thống đã nhận trở lại (the platform takes emissions again)"]

    def heard() -> list[str]:
        found = [record.getMessage() for record in caplog.records]
        caplog.clear()
        return found

    told.tell(None, 0.0)
    assert heard() == []
    for tenth in range(100):  # the feed has room for some, again and again
        told.tell(BUSY, 100 + tenth / 10)
        told.tell(None, 100.05 + tenth / 10)
    assert heard() == said[:1]
    told.tell(BUSY, 131.0)
    assert heard() == said[:1]
    told.tell(None, 135.0)
    assert heard() == []
    told.tell(None, 137.0)
    told.tell(None, 138.0)
    assert heard() == said[1:]
    told.tell(BUSY, 139.0)
    assert heard() == said[:1]

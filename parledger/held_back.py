"""What people are told while the platform has no room for what they emit."""

import logging
import math

from parledger.bearer import Bearer
from parledger.outcomes import Label

_LOG = logging.getLogger("parledger.client")
_SAY_AGAIN_AFTER = 30.0  # seconds
_OVER_AFTER = 5.0  # seconds without being held back
_ROOM_AGAIN = Label("Hệ thống đã nhận trở lại", "the platform takes emissions again")


def busy(bearer: Bearer, waiting: int) -> Label:
    """That the root's feed is full, and what is done about it; `waiting`: how many have no outcome."""
    root = bearer.tenant.partition("/")[0]
    return Label(
        f"Hệ thống đang bận, hàng đợi của {root} đã đầy: {waiting:,} bản gửi đang chờ, được gửi chậm lại và "
        "gửi lại với cùng mã; không bản nào bị mất",
        f"the platform is busy, the feed of {root} has no room: {waiting:,} emissions wait, are sent more "
        "slowly, and again under the same ids; none is lost",
    )


class HeldBack:
    """Says in the log when it begins, now and then that it goes on, and when it is over."""

    def __init__(self) -> None:
        self._said = self._last = -math.inf

    def tell(self, told: Label | None, now: float) -> None:
        """Say it where it is new: `told` is what holds it back, None where nothing does; `now` in seconds."""
        if told is not None:
            self._last = now
            if now - self._said > _SAY_AGAIN_AFTER:
                self._said = now
                _LOG.warning("%s", told)
        elif self._said > -math.inf and now - self._last > _OVER_AFTER:
            self._said = -math.inf
            _LOG.warning("%s", _ROOM_AGAIN)

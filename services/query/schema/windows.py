"""Windows of a round: as they stand for all, and for a unit that has a close of its own."""

from datetime import datetime

import msgspec
import strawberry

from services.query.rows.rounds import RoundRow


@strawberry.type(description="When something may be done: from `opens` on, before `closes`.")
class Window:
    """A window of a round."""

    opens: datetime
    closes: datetime


@strawberry.type(description="The windows of a round, as they stand for one unit.")
class Windows:
    """Filing, appraisal and disputes."""

    filing: Window
    appraisal: Window
    disputes: Window


class _Times(msgspec.Struct):
    opens: datetime
    closes: datetime


def windows_of(row: RoundRow, unit: str | None = None) -> Windows:
    """The windows of a round: for a unit, or for all who have no close of their own."""
    times = msgspec.json.decode(row.windows, type=dict[str, _Times])
    own = msgspec.json.decode(row.extended, type=dict[str, dict[str, datetime]]) if unit else {}

    def window(name: str) -> Window:
        closes = own.get(name, {}).get(unit or "", times[name].closes)
        return Window(opens=times[name].opens, closes=closes)

    return Windows(filing=window("filing"), appraisal=window("appraisal"), disputes=window("disputes"))

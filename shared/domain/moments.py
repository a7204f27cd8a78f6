"""A moment as it is told to people: on the clock of Vietnam. What is recorded and given out stays UTC."""

from datetime import UTC, datetime, timedelta, timezone

from shared.codec.envelope import microseconds, moment_of

_VIETNAM = timezone(timedelta(hours=7))
# The last moment that this clock can show: a window may be open until the end of the year 9999 UTC.
_LAST = microseconds(datetime.max.replace(tzinfo=UTC)) - 7 * 3_600_000_000


def told(us: int) -> tuple[str, str]:
    """A moment, in microseconds since 1970, in Vietnamese and English; seconds only where there are any."""
    local = moment_of(min(us, _LAST)).astimezone(_VIETNAM)
    fit = "auto" if local.second or local.microsecond else "minutes"
    clock = local.time().isoformat(timespec=fit)
    day = local.date()
    return (
        f"{clock} ngày {day.day:02}/{day.month:02}/{day.year} (giờ Việt Nam)",
        f"{day.isoformat()} {clock} (Vietnam, UTC+7)",
    )

"""One appraisal period of one authority: its windows, its units, what is excluded for all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from shared.codec.envelope import moment_of, time_text
from shared.codec.shapes import ResultsPublished, RoundOpened
from shared.domain.events import Standing
from shared.domain.rollup import Shares

WINDOWS: Mapping[str, str] = MappingProxyType(
    {"filing": "tự đánh giá", "appraisal": "thẩm định", "disputes": "giải trình"}
)
"""The windows of a round, with what people call them in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Window:
    """Open while opens ≤ now < closes; microseconds since 1970-01-01Z."""

    opens: int
    closes: int

    def is_open(self, now_us: int) -> bool:
        """Is it open at `now_us`?"""
        return self.opens <= now_us < self.closes


@dataclass(slots=True)
class Publication:
    """What was published last: the event, and what each dossier had earned by then.

    `shares` maps units to their counted leaves: points given and maximum, in thousandths.
    """

    published: Standing[ResultsPublished]
    shares: Shares


@dataclass(slots=True)
class Round:
    """A round as it stands.

    `authority` is whose it is by its name, for ever; who acts for it now, the root's state tells. `units`
    are those that are in it, `excluded` maps leaf codes to why they do not count, `groups` units to the group
    they are ranked in; `released` are the units that see their points. `extended` maps (window, unit) to a
    close of that unit alone (microseconds), `appraisers` leaf codes to the unit that may propose on them.
    `publication` is the latest one; `published` is false again after a reopening.
    """

    authority: str
    id: str
    opened: RoundOpened
    position: int
    units: list[str]
    windows: dict[str, Window]
    excluded: Mapping[str, str]
    groups: Mapping[str, str]
    released: set[str] = field(default_factory=set[str])
    extended: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    appraisers: dict[str, str] = field(default_factory=dict[str, str])
    publication: Publication | None = None
    published: bool = False
    cancelled: bool = False

    @property
    def released_for_all(self) -> bool:
        """Does every unit of it see its scores?"""
        return self.released.issuperset(self.units)

    def window(self, name: str, unit: str | None = None) -> Window:
        """A window as it stands for a unit, or for all who have no other."""
        window = self.windows[name]
        closes = self.extended.get((name, unit)) if unit and self.extended else None
        return window if closes is None else Window(window.opens, closes)

    def windows_as_text(self) -> dict[str, dict[str, str]]:
        """When each window opens and closes for all, as times are written."""
        return {
            name: {"opens": _time(window.opens), "closes": _time(window.closes)}
            for name, window in self.windows.items()
        }

    def extended_as_text(self) -> dict[str, dict[str, str]]:
        """By window and unit, when it closes for that unit alone."""
        found: dict[str, dict[str, str]] = {}
        for (name, unit), closes in self.extended.items():
            found.setdefault(name, {})[unit] = _time(closes)
        return found


def _time(microseconds: int) -> str:
    return time_text(moment_of(microseconds))

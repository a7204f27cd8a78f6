"""One appraisal period of one authority: its windows, its units, what is excluded for all."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.codec.shapes import RoundOpened


@dataclass(frozen=True, slots=True)
class Window:
    """Open while opens ≤ now < closes; microseconds since 1970-01-01Z."""

    opens: int
    closes: int

    def is_open(self, now_us: int) -> bool:
        """Is it open at `now_us`?"""
        return self.opens <= now_us < self.closes


@dataclass(slots=True)
class Round:
    """A round as it stands.

    `excluded` maps leaf codes to why they do not count, `groups` units to the group they are ranked in;
    `released` are the units that see their points.
    """

    authority: str
    id: str
    opened: RoundOpened
    position: int
    units: list[str]
    windows: Mapping[str, Window]
    excluded: Mapping[str, str]
    groups: Mapping[str, str]
    released: set[str] = field(default_factory=set[str])

    @property
    def released_for_all(self) -> bool:
        """Does every unit of it see its scores?"""
        return self.released.issuperset(self.units)

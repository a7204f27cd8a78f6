"""One unit's rounds beside each other: areas and leaves of one rubric matched with those of another.

A leaf is the one of an earlier rubric that its `was` names, else the one with its code. An area is the one
that most of its leaves lay in, else the one with its code. Nothing is summed over rounds.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from services.query.rubrics import Content
from shared.codec.numbers import round_to

SHARE = 100
"""Shares are in hundredths of a per cent."""


@dataclass(frozen=True, slots=True)
class Sum:
    """What was earned and what counted, in thousandths; None where it may not be seen, or nothing counted."""

    points: int | None
    assessed: int | None

    @property
    def share(self) -> int | None:
        """Points to what counted, in hundredths of a per cent, rounded half up."""
        if self.points is None or not self.assessed:
            return None
        return int(round_to(Fraction(100 * SHARE * self.points, self.assessed), 0, "half_up"))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A round of the unit: its rubric (by hash), and the sums of areas and leaves by code."""

    round: str
    hash: str
    content: Content
    areas: Mapping[str, Sum]
    leaves: Mapping[str, Sum]


@dataclass(slots=True)
class Thread:
    """One area or leaf through the rounds: its code in each that has it. `name` is the newest."""

    name: str
    codes: dict[str, str] = field(default_factory=dict[str, str])
    earlier: str = ""
    was: str | None = None


def match(sheets: Sequence[Sheet]) -> tuple[list[Thread], list[Thread]]:
    """The areas and the leaves of sheets that come newest first, in the order of the newest rubric."""
    areas, leaves = list[Thread](), list[Thread]()
    for n, sheet in enumerate(sheets):
        same = n > 0 and sheets[n - 1].hash == sheet.hash
        known = {leaf.code: leaf.name for leaf in sheet.content.leaves()}
        _follow(leaves, sheet.round, known, _wanted(leaves, same))
        for thread in leaves:
            code = thread.codes.get(sheet.round)
            if code is not None:
                thread.earlier, thread.was = code, sheet.content.was.get(code)
        known = {area.code: area.name for area in sheet.content.areas}
        _follow(areas, sheet.round, known, _moved(areas, leaves, sheets, n))
        for thread in areas:
            thread.earlier = thread.codes.get(sheet.round, thread.earlier)
    return areas, leaves


def _wanted(threads: Iterable[Thread], same: bool) -> list[tuple[Thread, str]]:
    """The code that each may have in an earlier rubric; what a rubric says of its past goes before."""
    said = [(thread, thread.was) for thread in threads if thread.was is not None and not same]
    return [*said, *((thread, thread.earlier) for thread in threads if thread.was is None or same)]


def _moved(
    areas: Iterable[Thread], leaves: Sequence[Thread], sheets: Sequence[Sheet], n: int
) -> list[tuple[Thread, str]]:
    """The same for areas: where most of their leaves lay in sheet `n`."""
    here = _area_by_leaf(sheets[n])
    found: list[tuple[int, Thread, str]] = []
    for area in areas:
        newer = next(sheet for sheet in reversed(sheets[:n]) if area.codes.get(sheet.round))
        lay = _area_by_leaf(newer)
        counted = Counter(
            here[leaf.codes[sheets[n].round]]
            for leaf in leaves
            if lay.get(leaf.codes.get(newer.round, "")) == area.codes[newer.round]
            and leaf.codes.get(sheets[n].round) in here
        )
        code, votes = counted.most_common(1)[0] if counted else (area.earlier, 0)
        found.append((votes, area, code))
    return [(area, code) for _, area, code in sorted(found, key=lambda one: -one[0])]


def _area_by_leaf(sheet: Sheet) -> dict[str, str]:
    return {leaf.code: area.code for area in sheet.content.areas for leaf in area.leaves}


def _follow(
    threads: list[Thread], round_: str, known: Mapping[str, str], wanted: Iterable[tuple[Thread, str]]
) -> None:
    """Give each code of a round to the first thread that wants it, and a new thread to each left over."""
    left = dict(known)
    for thread, code in wanted:
        if code in left:
            del left[code]
            thread.codes[round_] = code
    threads.extend(Thread(name, {round_: code}, code) for code, name in left.items())

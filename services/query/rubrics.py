"""Rubrics as they are shown: with their leaves in order. Parsed once each, for a rubric never changes."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from services.query.load import rounds
from services.query.load.keys import RubricKey
from services.query.rows.rounds import RubricRow
from services.query.snapshot import Snapshot
from shared.codec.rubric_shape import RubricShape
from shared.domain.rubric import Area, Leaf, area_parts, make_rubric


class _AsPublished(msgspec.Struct):
    areas: list[object]


@dataclass(frozen=True, slots=True)
class Content:
    """What a rubric says, whoever published it. `maximum` is in thousandths.

    `was` maps codes of its leaves to those that they had in last year's rubric, where it says so.
    """

    areas: tuple[Area, ...]
    bonus_items: tuple[Leaf, ...]
    maximum: int
    areas_as_published: list[object]
    was: Mapping[str, str]

    def leaves(self) -> Iterator[Leaf]:
        """The leaves in the rubric's order, then the bonus items."""
        for area in self.areas:
            yield from area.leaves
        yield from self.bonus_items


@dataclass(frozen=True, slots=True)
class ShownRubric:
    """A rubric that the viewer may see."""

    row: RubricRow
    content: Content


class Shelf:
    """The contents of rubrics by hash, the latest used ones.

    Requests share it, so it holds nothing of a root, and is asked only by a hash that the viewer was shown.
    """

    def __init__(self, most: int = 64) -> None:
        """It holds at most `most`."""
        self._most = most
        self._held: OrderedDict[str, Content] = OrderedDict()

    def get(self, hash_: str) -> Content | None:
        """What the rubric with this hash says, if it is held."""
        found = self._held.get(hash_)
        if found is not None:
            self._held.move_to_end(hash_)
        return found

    def put(self, hash_: str, content: Content) -> None:
        """Hold a content; the one that was not used for the longest time makes room."""
        self._held[hash_] = content
        self._held.move_to_end(hash_)
        while len(self._held) > self._most:
            self._held.popitem(last=False)


async def shown_rubrics(
    snapshot: Snapshot, shelf: Shelf, root: str, keys: Sequence[RubricKey]
) -> list[ShownRubric | None]:
    """Rubrics of a root, in the order of the keys; None where the viewer sees none.

    Bodies are read of those that are not held yet.
    """
    rows = await rounds.rubrics(snapshot, root, keys)
    known = {
        row.id: content for row in rows if row is not None and (content := shelf.get(row.hash)) is not None
    }
    missing = [row for row in rows if row is not None and row.id not in known]
    if missing:
        bodies = await rounds.rubric_bodies(snapshot, root, [row.id for row in missing])
        for row in missing:
            known[row.id] = content = content_of(bodies[row.id], row.authority)
            shelf.put(row.hash, content)
    return [None if row is None else ShownRubric(row, known[row.id]) for row in rows]


def content_of(body: bytes, authority: str) -> Content:
    """What the canonical JSON of a published rubric says."""
    shape = msgspec.json.decode(body, type=RubricShape)
    rubric = make_rubric(shape, authority)
    parts = [
        *(part for area in shape.areas for part in area_parts(area.criteria)),
        *((shape.bonus.items or []) if shape.bonus else []),
    ]
    return Content(
        areas=rubric.areas,
        bonus_items=rubric.bonus_items,
        maximum=rubric.maximum,
        areas_as_published=msgspec.json.decode(body, type=_AsPublished).areas,
        was={part.code: part.was for part in parts if part.was is not None},
    )

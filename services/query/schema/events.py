"""The audit trail: events as they were recorded, and the free texts that lie beside them."""

from datetime import datetime
from typing import cast

import msgspec
import strawberry
from strawberry.scalars import JSON

from services.query.context import Info
from services.query.load.events import event
from services.query.load.keys import DossierKey, EventsKey, PositionKey, StoryKey
from services.query.rows.events import EventRow
from services.query.schema.arguments import key_after, page_size, storable
from services.query.schema.effects import EventChange, event_change
from services.query.schema.paging import PageInfo, paged
from services.query.schema.texts import Erasure, erasure_at
from services.query.sight import Sight, dossier_of, hangs_on_release, sight_of_dossier
from shared.codec.shapes import SHAPES, in_newest_words

_COMMITMENT = {"sha256"}


@strawberry.type(
    description="A free text of an event, which holds hex(SHA-256(salt ‖ text)). Null once erased."
)
class EventText:
    """A free text; `salt` is hex."""

    field: str
    text: str | None
    salt: str | None
    of: strawberry.Private[PositionKey]

    @strawberry.field
    async def erased(self, info: Info) -> Erasure | None:
        """That it was erased, when and why."""
        return (
            await erasure_at(info, self.of.root, self.of.position, self.field) if self.text is None else None
        )


@strawberry.type(
    description="What was recorded: never changed. `body` as it was written, `data` in today's shape."
)
class LedgerEvent:
    """An event of the ledger.

    `body` is the canonical JSON that its hash is taken of, `data` what it says in the newest shape.
    """

    root: strawberry.ID
    position: int
    stream: strawberry.ID
    version: int
    id: strawberry.ID
    type: str
    subject: strawberry.ID
    actor: strawberry.ID
    occurred_at: datetime
    recorded_at: datetime
    data: JSON
    body: str
    leaf_hash: str
    dossier: strawberry.Private[DossierKey | None]
    sight: strawberry.Private[Sight | None]

    @strawberry.field
    async def change(self, info: Info) -> EventChange | None:
        """What it changed in its dossier, as far as the viewer may see; null of any other event."""
        if self.dossier is None or self.sight is None:
            return None
        fold = await info.context.loaders.folds.dossiers.load(await _whole(info, self.dossier))
        step = fold.trail_for(self.sight.appraisal).at(self.position)
        if step is None or step.position != self.position or fold.dossier is None:
            return None
        return event_change(step, fold.dossier.rubric, self.sight)

    @strawberry.field
    async def texts(self, info: Info) -> list[EventText]:
        """The free texts that the body commits to, by field."""
        fields = sorted(name for name, value in cast(dict[str, object], self.data).items() if _commits(value))
        if not fields:
            return []
        place = PositionKey(self.root, self.position)
        found = await info.context.loaders.texts.load(place)
        return [
            EventText(field=name, text=row.text, salt=row.salt.hex(), of=place)
            if (row := found.get(name))
            else EventText(field=name, text=None, salt=None, of=place)
            for name in fields
        ]


@strawberry.type
class EventEdge:
    """An event in a page."""

    cursor: str
    node: LedgerEvent


@strawberry.type
class EventConnection:
    """A page of events."""

    edges: list[EventEdge]
    page_info: PageInfo


class _Body(msgspec.Struct):
    subject: str
    type: str
    shape: int
    data: dict[str, object]


def _commits(value: object) -> bool:
    """Does this stand for a free text in an event's data?"""
    return isinstance(value, dict) and value.keys() == _COMMITMENT


async def event_at(info: Info, root: str, position: int) -> LedgerEvent | None:
    """The event at a position of a root; None where there is none, or the viewer may not see it (yet)."""
    row = await event(info.context.snapshot, root, position) if storable(root) else None
    if row is None:
        return None
    key = dossier_of(row)
    dossier = await info.context.loaders.dossiers.load(key) if key else None
    sight = sight_of_dossier(dossier) if dossier else None
    if hangs_on_release(row) is not None and (sight is None or not sight.appraisal):
        return None
    return event_of(row, key and key._replace(at=position), sight)


async def page_of_events(
    info: Info, dossier: DossierKey, sight: Sight, first: int, after: str | None
) -> EventConnection:
    """A page of a dossier's events; before the release without those that are hidden until then."""
    size = page_size(first)
    stream, last = f"{dossier.unit}@{dossier.round}", key_after("event", after, int, 0)
    key = EventsKey(stream, not sight.appraisal, last, size + 1, dossier.at)
    rows = await info.context.loaders.events.load(key)
    shown, page_info = paged("event", rows, size, lambda row: row.version)
    edges = [EventEdge(cursor=c, node=event_of(row, dossier, sight)) for c, row in shown]
    return EventConnection(edges=edges, page_info=page_info)


async def page_of_story(
    info: Info, dossier: DossierKey, code: str, sight: Sight, first: int, after: str | None
) -> EventConnection:
    """A page of the events about a leaf, in the order recorded; before the release as of a dossier's."""
    size = page_size(first)
    info.context.loaders.spend(size)
    leaf, last = (dossier.unit, dossier.round, code), key_after("story", after, int, 0)
    key = StoryKey(*leaf, not sight.appraisal, last, size + 1, dossier.at)
    rows = await info.context.loaders.story.load(key)
    shown, page_info = paged("story", rows, size, lambda row: row.position)
    edges = [EventEdge(cursor=c, node=event_of(row, dossier, sight)) for c, row in shown]
    return EventConnection(edges=edges, page_info=page_info)


async def _whole(info: Info, dossier: DossierKey) -> DossierKey:
    """The dossier as of a position: that of the read model where none is named."""
    if dossier.at is not None:
        return dossier
    return dossier._replace(at=await info.context.snapshot.position(dossier.root))


def event_of(row: EventRow, dossier: DossierKey | None, sight: Sight | None) -> LedgerEvent:
    """The event that a row holds; what it changed is told of this dossier, as far as `sight` goes."""
    body = msgspec.json.decode(row.body, type=_Body)
    return LedgerEvent(
        root=strawberry.ID(row.root),
        position=row.position,
        stream=strawberry.ID(row.stream),
        version=row.version,
        id=strawberry.ID(str(row.event_id)),
        type=row.name,
        subject=strawberry.ID(body.subject),
        actor=strawberry.ID(row.actor),
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        data=JSON(in_newest_words(SHAPES[body.type], body.shape, body.data)),
        body=row.body.decode(),
        leaf_hash=row.leaf_hash.hex(),
        dossier=dossier,
        sight=sight,
    )

"""The audit trail: events as they were recorded, and the free texts that lie beside them."""

from datetime import datetime
from typing import cast

import msgspec
import strawberry
from strawberry.scalars import JSON

from services.query.context import Info
from services.query.load.events import event
from services.query.load.keys import EventsKey, PositionKey, StoryKey
from services.query.rows.events import EventRow
from services.query.schema.arguments import key_after, page_size, storable
from services.query.schema.paging import PageInfo, paged
from services.query.sight import hangs_on_release, sight_of_dossier

LeafKey = tuple[str, str, str]
"""(unit, round id, code)"""

_COMMITMENT = {"sha256"}


@strawberry.type(
    description="A free text of an event, which holds hex(SHA-256(salt ‖ text)). Null once erased."
)
class EventText:
    """A free text; `salt` is hex."""

    field: str
    text: str | None
    salt: str | None


@strawberry.type(description="What was recorded: never changed.")
class LedgerEvent:
    """An event of the ledger. `body` is the canonical JSON that its hash is taken of."""

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

    @strawberry.field
    async def texts(self, info: Info) -> list[EventText]:
        """The free texts that the body commits to, by field."""
        fields = sorted(name for name, value in cast(dict[str, object], self.data).items() if _commits(value))
        if not fields:
            return []
        found = await info.context.loaders.texts.load(PositionKey(self.root, self.position))
        return [
            EventText(field=name, text=row.text, salt=row.salt.hex())
            if (row := found.get(name))
            else EventText(field=name, text=None, salt=None)
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
    data: dict[str, object]


def _commits(value: object) -> bool:
    """Does this stand for a free text in an event's data?"""
    return isinstance(value, dict) and value.keys() == _COMMITMENT


async def event_at(info: Info, root: str, position: int) -> LedgerEvent | None:
    """The event at a position of a root; None where there is none, or the viewer may not see it (yet)."""
    row = await event(info.context.snapshot, root, position) if storable(root) else None
    if row is None:
        return None
    hangs_on = hangs_on_release(row)
    if hangs_on is not None:
        dossier = await info.context.loaders.dossiers.load(hangs_on)
        if dossier is None or not sight_of_dossier(dossier).appraisal:
            return None
    return _event(row)


async def page_of_events(
    info: Info, stream: str, concealed: bool, first: int, after: str | None
) -> EventConnection:
    """A page of a dossier's events; `concealed`: without those that are hidden until release."""
    size = page_size(first)
    key = EventsKey(stream, concealed, key_after("event", after, int, 0), size + 1)
    rows = await info.context.loaders.events.load(key)
    shown, page_info = paged("event", rows, size, lambda row: row.version)
    return EventConnection(
        edges=[EventEdge(cursor=c, node=_event(row)) for c, row in shown], page_info=page_info
    )


async def page_of_story(
    info: Info, leaf: LeafKey, concealed: bool, first: int, after: str | None
) -> EventConnection:
    """A page of the events about a leaf, in the order recorded; `concealed` as of a dossier's."""
    size = page_size(first)
    info.context.loaders.spend(size)
    key = StoryKey(*leaf, concealed, key_after("story", after, int, 0), size + 1)
    rows = await info.context.loaders.story.load(key)
    shown, page_info = paged("story", rows, size, lambda row: row.position)
    return EventConnection(
        edges=[EventEdge(cursor=c, node=_event(row)) for c, row in shown], page_info=page_info
    )


def _event(row: EventRow) -> LedgerEvent:
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
        data=JSON(body.data),
        body=row.body.decode(),
        leaf_hash=row.leaf_hash.hex(),
    )

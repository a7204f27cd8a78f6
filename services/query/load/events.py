"""Events of the ledger, their free texts, and refusals."""

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from services.query.load.keys import EventsKey, PositionKey, StoryKey
from services.query.load.sql import statement
from services.query.rows.events import ErasedText, ErasureRow, EventRow, RefusalRow, TextRow
from services.query.snapshot import Snapshot
from shared.codec.catalogue import CATALOGUE
from shared.codec.names import root_of
from shared.domain.visibility import HIDDEN_UNTIL_RELEASE

# A round's stream has the name that its authority's own dossier would have (`qt/dong-ha@2023`):
# only the type of an event tells them apart.
_OF_ROUNDS = sorted(name for name, row in CATALOGUE.items() if row.subject == "r")
_HIDDEN = sorted(HIDDEN_UNTIL_RELEASE)


async def event(snapshot: Snapshot, root: str, position: int) -> EventRow | None:
    """The event at a position of a root, hidden until release or not; None if out of scope."""
    rows = await snapshot.fetch(EventRow, statement("events", "event"), root, position)
    return rows[0] if rows else None


async def events(snapshot: Snapshot, root: str, keys: Sequence[EventsKey]) -> list[list[EventRow]]:
    """Of each dossier, a page of its events, by version."""
    columns = (
        [k.stream for k in keys],
        [k.concealed for k in keys],
        [k.after for k in keys],
        [k.most for k in keys],
    )
    sql, until = statement("events", "events"), [k.until for k in keys]
    rows = await snapshot.fetch(EventRow, sql, root, *columns, _OF_ROUNDS, _HIDDEN, until)
    return _by_ordinal(rows, len(keys))


async def story(snapshot: Snapshot, root: str, keys: Sequence[StoryKey]) -> list[list[EventRow]]:
    """Of each leaf, a page of the events about it, by position."""
    columns = (
        [k.unit for k in keys],
        [k.round for k in keys],
        [k.code for k in keys],
        [k.concealed for k in keys],
        [k.after for k in keys],
    )
    sql, most = statement("events", "story"), [k.most for k in keys]
    until = [k.until for k in keys]
    return _by_ordinal(await snapshot.fetch(EventRow, sql, root, *columns, _HIDDEN, most, until), len(keys))


def _by_ordinal(rows: Sequence[EventRow], count: int) -> list[list[EventRow]]:
    found: dict[int, list[EventRow]] = defaultdict(list)
    for row in rows:
        found[row.ordinal].append(row)
    return [found[ordinal] for ordinal in range(1, count + 1)]


async def texts(snapshot: Snapshot, root: str, keys: Sequence[PositionKey]) -> list[dict[str, TextRow]]:
    """Of each event, its free texts by field. Whether the event may be shown was asked before."""
    positions = [key.position for key in keys]
    rows = await snapshot.fetch(TextRow, statement("events", "texts"), root, positions)
    found: dict[int, dict[str, TextRow]] = defaultdict(dict)
    for row in rows:
        found[row.position][row.field] = row
    return [found[position] for position in positions]


class _Erasure(msgspec.Struct):
    position: int
    fields: list[str]
    basis: str
    reason: str


class _Body(msgspec.Struct):
    data: _Erasure


async def erasures(snapshot: Snapshot, root: str, keys: Sequence[PositionKey]) -> list[dict[str, ErasedText]]:
    """Of each event, its free texts that were erased, by field."""
    positions = [key.position for key in keys]
    rows = await snapshot.fetch(ErasureRow, statement("events", "erasures"), root, positions)
    found: dict[int, dict[str, ErasedText]] = defaultdict(dict)
    for row in rows:
        said = msgspec.json.decode(row.body, type=_Body).data
        erased = ErasedText(row.position, row.recorded_at, said.basis, said.reason)
        for field in said.fields:
            found[said.position].setdefault(field, erased)
    return [found[position] for position in positions]


async def refusals(snapshot: Snapshot, viewer: str, tenant: str, after: int, most: int) -> list[RefusalRow]:
    """At most `most` refusals of a tenant, in the order in which they were written, after a number.

    Of the viewer's own unit or one below it: what is granted, and who came before it, does not count here.
    """
    sql = statement("events", "refusals")
    return await snapshot.fetch(RefusalRow, sql, root_of(viewer), viewer, tenant, after, most)

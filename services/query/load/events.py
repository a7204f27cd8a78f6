"""Events of the ledger, their free texts, and refusals."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from services.query.load.sql import statement
from services.query.rows import EventRow, RefusalRow, TextRow
from services.query.snapshot import Snapshot
from shared.codec.catalogue import CATALOGUE
from shared.domain.visibility import HIDDEN_UNTIL_RELEASE

# A round's stream has the name that its authority's own dossier would have (`qt/dong-ha@2023`):
# only the type of an event tells them apart.
_OF_ROUNDS = sorted(name for name, row in CATALOGUE.items() if row.subject == "r")
_HIDDEN = sorted(HIDDEN_UNTIL_RELEASE)


class EventsKey(NamedTuple):
    """A page of a dossier's events: at most `most` after a version.

    `concealed`: without those that are hidden until release.
    """

    stream: str
    concealed: bool
    after: int
    most: int


async def event(snapshot: Snapshot, viewer: str, position: int) -> EventRow | None:
    """The event at a position of the viewer's root, hidden until release or not; None if out of scope."""
    rows = await snapshot.fetch(EventRow, statement("events", "event"), viewer, position)
    return rows[0] if rows else None


async def events(snapshot: Snapshot, viewer: str, keys: Sequence[EventsKey]) -> list[list[EventRow]]:
    """Of each dossier, a page of its events, by version."""
    columns = (
        [k.stream for k in keys],
        [k.concealed for k in keys],
        [k.after for k in keys],
        [k.most for k in keys],
    )
    rows = await snapshot.fetch(
        EventRow, statement("events", "events"), viewer, *columns, _OF_ROUNDS, _HIDDEN
    )
    found: dict[int, list[EventRow]] = defaultdict(list)
    for row in rows:
        found[row.ordinal].append(row)
    return [found[ordinal] for ordinal in range(1, len(keys) + 1)]


async def texts(snapshot: Snapshot, viewer: str, positions: Sequence[int]) -> list[dict[str, TextRow]]:
    """Of each event, its free texts by field. Whether the event may be shown was asked before."""
    rows = await snapshot.fetch(TextRow, statement("events", "texts"), viewer, list(positions))
    found: dict[int, dict[str, TextRow]] = defaultdict(dict)
    for row in rows:
        found[row.position][row.field] = row
    return [found[position] for position in positions]


async def refusals(snapshot: Snapshot, viewer: str, tenant: str, after: int, most: int) -> list[RefusalRow]:
    """At most `most` refusals of a tenant, in the order in which they were written, after a number."""
    return await snapshot.fetch(RefusalRow, statement("events", "refusals"), viewer, tenant, after, most)

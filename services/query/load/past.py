"""Reading the past: moments, the events that decide a dossier, and what dossiers had come to."""

from collections.abc import Collection, Sequence
from datetime import datetime

from services.query.load.keys import PositionKey, RoundKey
from services.query.load.sql import statement
from services.query.rows.events import EventRow
from services.query.rows.past import DecidingRow, MomentRow, StoodRow
from services.query.rows.rounds import StandingRow
from services.query.snapshot import Snapshot
from shared.codec.catalogue import CATALOGUE
from shared.domain.events import Recorded
from shared.ledger.records import recorded

OF_ROUNDS = sorted(name for name, row in CATALOGUE.items() if row.subject == "r")
"""The types that belong to rounds."""


async def moment(snapshot: Snapshot, root: str, time: datetime | None) -> MomentRow | None:
    """How far a root has come, and the position that a time is; None where the viewer sees nothing of it."""
    rows = await snapshot.fetch(MomentRow, statement("past", "moment"), root, time)
    return rows[0] if rows else None


async def deciding(
    snapshot: Snapshot,
    root: str,
    until: int,
    *,
    round_: str = "",
    dossiers: Collection[str] = (),
    rounds: Collection[str] = (),
    units: Collection[str] = (),
) -> list[Recorded]:
    """The events, in order, that decide dossiers (by unit) and rounds (by authority) of a round, and units.

    Of those that the viewer may see; it may not be shown all of what comes with them.
    """
    asked = (sorted(dossiers), sorted(rounds), sorted(units))
    sql = statement("past", "deciding")
    rows = await snapshot.fetch(DecidingRow, sql, root, round_, *asked, until, OF_ROUNDS)
    return [recorded(root, row.position, row.recorded_at, row.body) for row in rows]


async def standing_at(snapshot: Snapshot, key: RoundKey) -> list[StoodRow]:
    """What the dossiers that were ever in a round had come to by `key.at`: those that the viewer sees."""
    sql = statement("past", "standing_at")
    return await snapshot.fetch(StoodRow, sql, key.root, key.authority, key.round, key.at)


async def published_at(snapshot: Snapshot, key: RoundKey, position: int) -> list[StandingRow]:
    """The standings that were published at a position, as far as the viewer sees them."""
    return await snapshot.fetch(StandingRow, statement("past", "published_at"), key.root, key.round, position)


async def events_at(snapshot: Snapshot, root: str, keys: Sequence[PositionKey]) -> list[EventRow | None]:
    """The events at these positions, hidden until release or not; None where out of scope."""
    positions = [key.position for key in keys]
    rows = await snapshot.fetch(EventRow, statement("past", "events_at"), root, positions)
    found = {row.position: row for row in rows}
    return [found.get(position) for position in positions]

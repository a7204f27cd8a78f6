"""Who has sent an event."""

from dataclasses import dataclass

from services.query.load.sql import statement
from services.query.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class _Row:
    sent: bool


async def sent(snapshot: Snapshot, viewer: str, position: int) -> bool:
    """Has the viewer sent the event at this position of its root?"""
    rows = await snapshot.fetch(_Row, statement("receipts", "sent"), viewer, position)
    return bool(rows) and rows[0].sent

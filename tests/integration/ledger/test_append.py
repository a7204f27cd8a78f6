"""The write protocol: what the append answers, event by event."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg

from shared.ledger.statements import load

SQL = load("shared.ledger.sql", "ledger.sql")
LONG_AGO = datetime(2023, 12, 5, 1, 30, tzinfo=UTC)


def event(stream: str, version: int, event_id: str | None = None, **more: Any) -> dict[str, Any]:
    """What stands in the columns of an event."""
    columns = {
        "stream": stream,
        "version": version,
        "id": event_id or str(uuid4()),
        "name": "Noted",
        "shape": 1,
        "source": "somewhere",
        "actor": "0123456789abcdef",
        "occurred": LONG_AGO,
        "traceparent": None,
        "body": f"{stream} {version}".encode(),
    }
    return {**columns, **more}


async def lock(connection: asyncpg.Connection, root: str, *events: dict[str, Any]) -> list[asyncpg.Record]:
    ids = [event["id"] for event in events]
    return await connection.fetch(SQL["lock_root"], root, [event["source"] for event in events], ids, ids)


async def append(connection: asyncpg.Connection, root: str, *events: dict[str, Any], texts: Any = (), head: Any = None) -> list[tuple[int, str, int | None]]:
    """Lock and append in one transaction: (ordinal, status, position) per event."""
    async with connection.transaction():
        head = head or (await lock(connection, root))[0]
        columns = [[event[name] for event in events] for name in event("", 0)]
        texts = [[text[n] for text in texts] for n in range(4)]
        refusals = [[] for _ in range(7)]
        rows = await connection.fetch(SQL["append"], root, head["position"], head["recorded_at"], *columns, *texts, *refusals)
    return [(row["ordinal"], row["status"], row["position"]) for row in rows]


async def test_each_event_of_a_batch_is_answered_once_whatever_its_neighbours_are(ingest: asyncpg.Connection, root: str) -> None:
    first, second = event("a", 1), event("a", 2)
    assert await append(ingest, root, first, second) == [(1, "recorded", 1), (2, "recorded", 2)]
    assert await append(ingest, root, event("a", 3), first, event("a", 2), event("a", 4), event("b", 1)) == [
        (1, "recorded", 3),
        (2, "duplicate", 1),
        (3, "conflict", None),
        (4, "recorded", 4),
        (5, "recorded", 5),
    ]

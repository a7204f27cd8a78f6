"""The two functions of the write protocol, called by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg

from shared.ledger.statements import load

SQL = load("shared.ledger.sql", "ledger.sql")
OCCURRED = datetime(2023, 12, 5, 1, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Head:
    """A root's last position, and the time at which the next events are recorded."""

    position: int
    recorded_at: datetime


def event(stream: str, version: int, **more: Any) -> dict[str, Any]:
    """What stands in the columns of an event."""
    columns = {
        "stream": stream,
        "version": version,
        "id": str(uuid4()),
        "name": "Noted",
        "shape": 1,
        "source": "somewhere",
        "actor": "0123456789abcdef",
        "occurred": OCCURRED,
        "traceparent": None,
        "body": f"{stream} {version}".encode(),
    }
    assert more.keys() <= columns.keys()
    return {**columns, **more}


def refusal(key: str, content: bytes, excerpt: bytes = b"{") -> tuple[Any, ...]:
    """A refusal of some tenant: tenant, key, hash, type, actor, problem, excerpt."""
    return ("somewhere", key, content, "Noted", "0123456789abcdef", '{"type":"malformed"}', excerpt)


async def lock(
    connection: asyncpg.Connection, root: str, events: Sequence[dict[str, Any]]
) -> list[asyncpg.Record]:
    """What `lock_root` answers."""
    ids = [event["id"] for event in events]
    return await connection.fetch(SQL["lock_root"], root, [event["source"] for event in events], ids, ids)


async def append(
    connection: asyncpg.Connection,
    root: str,
    *events: dict[str, Any],
    texts: Sequence[tuple[int, str, bytes, str]] = (),
    refusals: Sequence[tuple[Any, ...]] = (),
    head: Head | None = None,
) -> list[tuple[int, str, int | None]]:
    """Lock and append in one transaction: (ordinal, status, position) per event."""
    async with connection.transaction():
        if head is None:
            first = (await lock(connection, root, events))[0]
            head = Head(first["position"], first["recorded_at"])
        rows = await connection.fetch(
            SQL["append"],
            root,
            head.position,
            head.recorded_at,
            *([event[name] for event in events] for name in event("", 0)),
            *([text[column] for text in texts] for column in range(4)),
            *([refusal[column] for refusal in refusals] for column in range(7)),
        )
    return [(row["ordinal"], row["status"], row["position"]) for row in rows]


async def positions(connection: asyncpg.Connection, root: str) -> list[int]:
    """Where the events of a root stand."""
    rows = await connection.fetch("SELECT position FROM ledger.event WHERE root = $1 ORDER BY 1", root)
    return [row["position"] for row in rows]

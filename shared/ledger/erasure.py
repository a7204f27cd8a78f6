"""The erasure of free texts: what the judge must know of the events that a batch names, and the deed."""

from collections.abc import Iterable
from typing import Any

import msgspec

from shared.domain.decisions.erasure import Earlier, earlier
from shared.ledger.arrivals import Arrival
from shared.ledger.pool import Connection
from shared.ledger.records import recorded
from shared.ledger.statements import load

_SQL = load("shared.ledger.sql", "ledger.sql")
_LAST = 2**53


class _PositionAlone(msgspec.Struct):
    position: Any = None


_POSITION = msgspec.json.Decoder(_PositionAlone)


def named_positions(arrivals: Iterable[Arrival]) -> frozenset[int]:
    """The positions that the batch would have texts erased of, before any of it is judged."""
    return frozenset(
        position
        for arrival in arrivals
        if arrival.caller.type == "TextErased" and (position := _named_position(arrival)) is not None
    )


async def events_at(connection: Connection, root: str, positions: Iterable[int]) -> dict[int, Earlier]:
    """Of these positions, those at which an event is recorded, and what is asked of it."""
    rows = await connection.fetch(_SQL["events_at"], root, list(positions))
    return {position: earlier(recorded(root, position, at, body)) for position, at, body in rows}


async def erase_texts(connection: Connection, root: str, after: int) -> None:
    """Erase what the TextErased recorded after a position name, in the caller's transaction."""
    await connection.execute(_SQL["erase_texts"], root, after)


def _named_position(arrival: Arrival) -> int | None:
    envelope = getattr(arrival.read, "envelope", None)
    if envelope is None:
        return None
    try:
        named = _POSITION.decode(envelope.data).position
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return named if type(named) is int and 0 < named < _LAST else None

"""Reading the ledger as one who doubts it: each event is held against what was recorded beside it."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from shared.codec.envelope import instant, microseconds
from shared.codec.hashes import entry, leaf_hash
from shared.domain.events import Recorded
from shared.ledger.pool import Connection
from shared.ledger.records import recorded
from shared.ledger.statements import load
from shared.ledger.tail import PAGE

_SQL = load("shared.ledger.sql", "ledger.sql")
_BESIDE = slice(4, 11)
"""Of `page_to_check`: stream, version, event_id, name, shape, source, actor."""


class Altered(Exception):
    """The ledger does not hold what was recorded; the message is a sentence that names the position."""

    def __init__(self, root: str, position: int, what: str) -> None:
        super().__init__(f"the ledger of {root} was altered: position {position} {what}")
        self.root = root
        self.position = position
        self._what = what

    def __reduce__(self) -> tuple[type["Altered"], tuple[str, int, str]]:
        return (Altered, (self.root, self.position, self._what))  # it is told from process to process


async def checked_pages(
    connection: Connection, root: str, after: int, until: int, *, thoroughly: bool = False, size: int = PAGE
) -> AsyncGenerator[list[Recorded], None]:
    """The events of a root after a position, up to `until`, a list a page. Errors: `Altered`.

    Positions must follow on each other to the last one, leaf hashes be those of the bodies. `thoroughly`:
    the hashes are computed here, not in the database, and the columns beside a body say what it says.
    The next page comes in while the caller works on one, wherever it awaits something: whoever may stop
    in between closes the generator (`aclosing`).
    """
    statement = _SQL["page_to_check" if thoroughly else "page_with_verdict"]
    coming = asyncio.ensure_future(connection.fetch(statement, root, after, size, until))
    try:
        while rows := await coming:
            last: int = rows[-1]["position"]
            coming = asyncio.ensure_future(connection.fetch(statement, root, last, size, until))
            yield _checked(root, after, rows, thoroughly)
            after = last
    finally:
        coming.cancel()
        await asyncio.wait({coming})
    if after < until:
        raise Altered(root, after + 1, "is missing")


def _checked(root: str, after: int, rows: list[asyncpg.Record], thoroughly: bool) -> list[Recorded]:
    if rows[-1]["position"] != after + len(rows):
        raise Altered(root, _first_gap(after, rows), "is missing")
    for row in rows:
        if not (_is_that_of_its_body(row) if thoroughly else row["intact"]):
            raise Altered(root, row["position"], "does not have the leaf hash that was recorded with it")
    if not thoroughly:
        return [_read(root, position, at, body) for position, at, body, _intact in rows]
    events = [_read(root, row["position"], row["recorded_at"], row["body"]) for row in rows]
    for event, row in zip(events, rows, strict=True):
        _check_beside(event, row)
    return events


def _first_gap(after: int, rows: list[asyncpg.Record]) -> int:
    return next(number for number, row in enumerate(rows, start=after + 1) if row["position"] != number)


def _is_that_of_its_body(row: Any) -> bool:
    return leaf_hash(entry(row["body"], microseconds(row["recorded_at"]))) == row["leaf_hash"]


def _read(root: str, position: int, at: datetime, body: bytes) -> Recorded:
    try:
        return recorded(root, position, at, body)
    except (msgspec.MsgspecError, LookupError, ValueError) as error:
        raise Altered(root, position, f"holds what cannot be read ({error})") from error


def _check_beside(event: Recorded, row: Any) -> None:
    said = (event.stream, event.version, event.event_id, event.name, event.shape, event.source, event.actor)
    if said != row[_BESIDE] or row["occurred_at"] != instant(event.occurred):
        what = "says something else in a column beside its body than in the body"
        raise Altered(event.root, event.position, what)

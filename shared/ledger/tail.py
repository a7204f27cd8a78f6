"""Reading the ledger in order, by pages: (root, position > x).

Positions are given out under the head row's lock and committed with it, so what is visible has no gap and a
tail cannot miss anything.
"""

from collections.abc import AsyncIterator

from shared.domain.events import Recorded
from shared.domain.root import Root, evolve
from shared.ledger.pool import Connection
from shared.ledger.records import recorded, salts_by_position
from shared.ledger.statements import load

_SQL = load("shared.ledger.sql", "ledger.sql")
PAGE = 5_000


async def roots(connection: Connection) -> dict[str, int]:
    """The roots that are prepared, with their last positions."""
    return {row["root"]: row["position"] for row in await connection.fetch(_SQL["roots"])}


async def pages(
    connection: Connection,
    root: str,
    after: int,
    *,
    until: int | None = None,
    with_salts: bool = False,
    size: int = PAGE,
) -> AsyncIterator[list[Recorded]]:
    """The events of a root after a position (up to `until`, where given), a list a page, until the end.

    `with_salts`: with the salts of free texts, which a judge needs and a projection does not.
    """
    while True:
        if until is None:
            rows = await connection.fetch(_SQL["page"], root, after, size)
        else:
            rows = await connection.fetch(_SQL["page_until"], root, after, size, until)
        if not rows:
            return
        last: int = rows[-1]["position"]
        salts = await _salts(connection, root, after, last) if with_salts else {}
        yield [recorded(root, position, at, body, salts.get(position)) for position, at, body in rows]
        after = last
        if len(rows) < size:
            return


async def catch_up(
    connection: Connection, state: Root, *, until: int | None = None, with_salts: bool = False
) -> None:
    """Fold into `state` what was recorded after its position."""
    async for page in pages(connection, state.name, state.position, until=until, with_salts=with_salts):
        for event in page:
            evolve(state, event)


async def _salts(connection: Connection, root: str, after: int, last: int) -> dict[int, dict[str, bytes]]:
    rows = await connection.fetch(_SQL["salts"], root, after, last)
    return salts_by_position([(row["position"], row["field"], row["salt"]) for row in rows])

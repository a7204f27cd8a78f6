"""Rebuilding the read model from the ledger.

Fresh tables beside those that stand, swapped in once caught up.
"""

from collections.abc import Callable
from dataclasses import dataclass

from services.scoring.projection import APPENDED, Projection
from services.scoring.rows import Row
from services.scoring.store import SQL, changed_rows
from shared.domain.root import Root
from shared.ledger.pool import Connection, Pool, open_pool
from shared.ledger.tail import pages, roots

Report = Callable[[str, int, int], None]
"""Called with (root, events folded so far, the root's last position)."""

_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did: events folded, by root."""

    events: dict[str, int]


async def run(dsn: str, root: str | None, report: Report) -> Rebuilt:
    """Rebuild one root, or all where `root` is None. Errors: `LookupError` where the root is not prepared.

    A rebuild that is stopped leaves what stood; it can be started again.
    """
    pool = await open_pool(dsn, "rebuild", most=2)
    try:
        async with pool.acquire() as connection:
            known = await roots(connection)
        if root is not None and root not in known:
            raise LookupError(f"there is no root {root}; prepare it with `parledger root add {root}`")
        return Rebuilt({name: await _rebuild(pool, name, report) for name in ([root] if root else known)})
    finally:
        await pool.close()


async def _rebuild(pool: Pool, root: str, report: Report) -> int:
    projection = Projection(Root(root))
    async with pool.acquire() as reading, pool.acquire() as writing:
        await writing.execute(SQL["begin_rebuild"], root)
        await _fold(reading, writing, projection, report)
        async with writing.transaction():
            await writing.fetchval(SQL["lock_progress"], root)
            await _fold(reading, writing, projection, report)
            for name, changed in changed_rows(projection, projection.changes):
                await _copy(writing, name, root, changed)
            await writing.execute(SQL["finish_rebuild"], root)
            await writing.execute(
                SQL["move_progress"], root, projection.root.position, projection.recorded_at()
            )
    return projection.root.position


async def _fold(reading: Connection, writing: Connection, projection: Projection, report: Report) -> None:
    """Fold what is there; appended rows go out as they come, so that memory does not grow with them."""
    name = projection.root.name
    last = (await roots(reading)).get(name, 0)
    async for page in pages(reading, name, projection.root.position):
        for event in page:
            projection.apply(event)
        for table in APPENDED:
            if len(appended := projection.changes.appended[table]) >= _AT_ONCE:
                await _copy(writing, table, name, appended)
                appended.clear()
        report(name, projection.root.position, last)


async def _copy(writing: Connection, table: str, root: str, records: list[Row]) -> None:
    fresh = f"{table}_next_{root.replace('-', '_')}"
    await writing.copy_records_to_table(fresh, schema_name="read", records=records)

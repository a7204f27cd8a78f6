"""Rebuilding the read model from the ledger.

Fresh tables are filled beside those that stand, compared with them as of one position, caught up, and swapped
in. Nothing is published on the way, and nothing is seen of it until the swap.
"""

import asyncio
import gc
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field

from services.scoring.difference import Difference, first_difference, placed
from services.scoring.fresh import Fresh
from services.scoring.projection import Changes, Projection
from services.scoring.store import SQL
from shared.domain.events import Recorded
from shared.domain.root import Root
from shared.ledger.checked import Altered, checked_pages
from shared.ledger.pool import AWAY, Connection, LockTimeout, open_pool
from shared.ledger.statements import load
from shared.ledger.tail import PAGE, roots

_SQL = load("services.scoring", "rebuild.sql")

Report = Callable[[str, int, int], None]
"""Called with (root, events folded so far, the root's last position)."""

_TURN_WITHIN = 15.0  # seconds: what a killed rebuild was doing in the database ends by itself
_SWAP_WITHIN = 60.0
_BREATH = 0.2
_FOLDED_AT_ONCE = 250  # between two looks at what has come in and gone out


class RebuildUnderWay(Exception):
    """Another rebuild of the root is at work."""


class StillRead(Exception):
    """Somebody reads for so long that the rebuilt tables could not be swapped in."""


class Unreachable(Exception):
    """The database cannot be reached, or went away."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The rows that stood, as of a position, and the rebuilt ones: the first difference, or none."""

    position: int
    difference: Difference | None


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did: events folded, by root; how what stood compares; which ledgers were altered."""

    events: dict[str, int] = field(default_factory=dict[str, int])
    compared: dict[str, Compared] = field(default_factory=dict[str, Compared])
    altered: dict[str, Altered] = field(default_factory=dict[str, Altered])


async def run(dsn: str, root: str | None, report: Report, *, verify: bool = False) -> Rebuilt:
    """Rebuild one root, or all where `root` is None; or `verify` what stands, and leave it.

    Errors: `LookupError` where the root is not prepared, `RebuildUnderWay`, `StillRead`, `Unreachable`. A
    root whose ledger was altered keeps what stands. A rebuild that is stopped leaves what stood; it can be
    started again.
    """
    rebuilt = Rebuilt()
    try:
        pool = await open_pool(dsn, "rebuild", most=2)
        try:
            async with pool.acquire() as reading, pool.acquire() as writing:
                for name in named(await roots(reading), root):
                    rebuild = _Rebuild(reading, writing, name, report, verify)
                    try:
                        rebuilt.compared[name] = await rebuild.perform()
                    except Altered as error:
                        rebuilt.altered[name] = error
                    rebuilt.events[name] = rebuild.projection.root.position
                    await rebuild.end()
                    del rebuild
                    gc.collect()  # a root's state is full of cycles, and the next one needs its room
        finally:
            await pool.close()
    except AWAY as error:
        raise Unreachable(
            "the database went away during the replay: what was not swapped in by then is as it stood; start "
            "the replay again"
        ) from error
    return rebuilt


def named(known: Mapping[str, int], root: str | None) -> list[str]:
    """The roots that are meant, the longest ledger first. Errors: `LookupError` where there is none."""
    if root is not None and root not in known:
        raise LookupError(f"there is no root {root}; prepare it with `parledger root add {root}`")
    return [root] if root else sorted(known, key=lambda name: -known[name])


class _Rebuild:
    """One root being rebuilt, on two connections."""

    def __init__(
        self, reading: Connection, writing: Connection, root: str, report: Report, verify: bool
    ) -> None:
        self.projection = Projection(Root(root))
        self._fresh = Fresh(writing, root)
        self._reading, self._writing = reading, writing
        self._root, self._report, self._verify = root, report, verify

    async def perform(self) -> Compared:
        """Do it, from the first step to the last."""
        await self._take_turn()
        await self._fresh.begin()
        try:
            compared = await self._compared()
            if self._verify:
                return await self._told(compared)
            await self._catch_up()
            await self._swap()
            return compared
        except (Altered, StillRead):
            await self._fresh.drop()
            raise
        finally:
            await self._fresh.give_up()

    async def end(self) -> None:
        """Let the next one begin."""
        await self._writing.execute(_SQL["end_turn"], self._root)

    async def _told(self, compared: Compared) -> Compared:
        """What a verification tells, once the rest of the ledger was looked at too."""
        await self._fold(await self._last())
        await self._fresh.copied()
        await self._fresh.drop()
        if compared.difference is None:
            return compared
        found = await placed(self._reading, self._root, compared.difference, compared.position)
        return Compared(compared.position, found)

    async def _take_turn(self) -> None:
        async def mine() -> bool:
            return bool(await self._writing.fetchval(_SQL["take_turn"], self._root))

        deadline = asyncio.get_running_loop().time() + _TURN_WITHIN
        while not await mine():
            if asyncio.get_running_loop().time() > deadline:
                raise RebuildUnderWay(f"another replay of {self._root} is at work: wait until it has ended")
            await asyncio.sleep(_BREATH)

    async def _compared(self) -> Compared:
        """Fold to where the rows stand, and compare with these, both as of that moment."""
        while (standing := await self._standing(self._reading)) - self.projection.root.position > PAGE:
            await self._fold(standing)
        await self._fresh.copied()
        async with self._writing.transaction(isolation="repeatable_read"):
            await self._writing.execute("SET LOCAL statement_timeout = 0")
            standing = await self._standing(self._writing)
            await self._fold(standing)
            await self._fresh.copy_all(self.projection)
            await self._fresh.analyse()
            return Compared(standing, await first_difference(self._writing, self._root))

    async def _catch_up(self) -> None:
        """Fold what was recorded but does not stand yet."""
        while (last := await self._last()) - self.projection.root.position > PAGE:
            await self._fold(last)
        await self._fresh.copied()
        async with self._writing.transaction():
            await self._fresh.write(self.projection)
        self.projection.changes = Changes()

    async def _swap(self) -> None:
        """The rest, and the swap, while the projector waits: as soon as nobody reads.

        Who waits for a lock makes others wait behind it. So it gives up soon, and tries again.
        """
        deadline = asyncio.get_running_loop().time() + _SWAP_WITHIN
        while True:
            try:
                async with self._writing.transaction():
                    await self._writing.execute("SET LOCAL lock_timeout = '1s'")
                    await self._writing.fetchval(SQL["lock_progress"], self._root)
                    await self._fold(await self._last())
                    await self._fresh.write(self.projection)
                    await self._writing.execute(SQL["finish_rebuild"], self._root)
                    await self._writing.execute(
                        SQL["move_progress"],
                        self._root,
                        self.projection.root.position,
                        self.projection.recorded_at(),
                    )
                return
            except LockTimeout as error:
                if asyncio.get_running_loop().time() > deadline:
                    raise StillRead(
                        f"the read model of {self._root} is being read without a pause: nothing was swapped; "
                        "start the replay again later"
                    ) from error
            await asyncio.sleep(_BREATH)

    async def _fold(self, until: int) -> None:
        """Fold up to a position; appended rows go out as they come, so that memory does not grow."""
        # Within a transaction of ours nothing may be on its way, so there they stay until they are written.
        aside = not self._writing.is_in_transaction()
        projection, last = self.projection, await self._last()
        reached = projection.root.position
        coming = checked_pages(self._reading, self._root, reached, until, thoroughly=self._verify)
        async with aclosing(coming) as pages:
            async for page in pages:
                for start in range(0, len(page), _FOLDED_AT_ONCE):
                    self._apply(page[start : start + _FOLDED_AT_ONCE])
                    await asyncio.sleep(0)
                if aside:
                    await self._fresh.copy_appended(projection.changes)
                self._report(self._root, projection.root.position, last)

    def _apply(self, events: list[Recorded]) -> None:
        try:
            for event in events:
                self.projection.apply(event)
        except (LookupError, ValueError, TypeError, AttributeError) as error:
            what = f"cannot have been recorded so ({type(error).__name__}: {error})"
            raise Altered(self._root, self.projection.root.position + 1, what) from error

    async def _standing(self, connection: Connection) -> int:
        return await connection.fetchval(SQL["progress"], self._root) or 0

    async def _last(self) -> int:
        return (await roots(self._reading))[self._root]

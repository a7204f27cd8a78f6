"""Roots rebuilt side by side: each in a process of its own, as many at a time as there are processors.

A fold is one processor's work, and what a root's state takes of memory is taken once per process, however
many roots there are. A process that works on roots ends with the one that gives them out, however that ends.
"""

import asyncio
import os
import signal
from collections.abc import Iterable
from contextlib import suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from threading import Thread
from typing import Any

from services.scoring import rebuild
from services.scoring.rebuild import RebuildUnderWay, Rebuilt, Report, StillRead, Unreachable
from shared.hosting.memory import collect_rarely, give_large_back
from shared.ledger.pool import AWAY, open_pool
from shared.ledger.tail import roots

WORTH_A_PROCESS = 20_000
"""Events in all below which one process is through before others have begun."""
_MOST = 4
"""Processes, however many processors there are: each holds a root's state."""


async def run(
    dsn: str, root: str | None, report: Report, *, verify: bool = False, most: int | None = None
) -> Rebuilt:
    """What `rebuild.run` does, with several roots side by side where there are several. Errors likewise.

    `most`: processes at a time; as many as there are processors, up to four, where nothing is said.
    """
    give_large_back()
    known = await _known(dsn)
    names = rebuild.named(known, root)
    hands = min(len(names), most or min(os.cpu_count() or 1, _MOST))
    if hands < 2 or sum(known[name] for name in names) < WORTH_A_PROCESS:
        return await rebuild.run(dsn, root, report, verify=verify)
    rebuilt, left = Rebuilt(), iter(names)
    working = [asyncio.create_task(_give(left, rebuilt, dsn, report, verify)) for _ in range(hands)]
    try:
        await asyncio.gather(*working)
    finally:
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)
    return rebuilt


async def _known(dsn: str) -> dict[str, int]:
    try:
        pool = await open_pool(dsn, "rebuild", most=1)
        try:
            async with pool.acquire() as connection:
                return await roots(connection)
        finally:
            await pool.close()
    except AWAY as error:
        raise Unreachable("the database cannot be reached: see that it runs, and start again") from error


async def _give(left: Iterable[str], rebuilt: Rebuilt, dsn: str, report: Report, verify: bool) -> None:
    """Give roots to one process, the next one whenever it is done with the last, until none is left."""
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_work, args=(there, dsn, verify), daemon=True)
    process.start()
    there.close()
    try:
        for name in left:
            here.send(name)
            await _listen(here, rebuilt, report)
    except (EOFError, OSError) as error:
        raise Unreachable("a process of the replay was ended: start the replay again") from error
    finally:
        process.terminate()
        await asyncio.to_thread(process.join)
        here.close()


async def _listen(here: Connection, rebuilt: Rebuilt, report: Report) -> None:
    """Until the process is done with a root, or has failed."""
    while True:
        told = await asyncio.to_thread(here.recv)
        if isinstance(told, Exception):
            raise told
        if isinstance(told, Rebuilt):
            rebuilt.events.update(told.events)
            rebuilt.compared.update(told.compared)
            rebuilt.altered.update(told.altered)
            return
        report(*told)


def _work(there: Connection, dsn: str, verify: bool) -> None:
    """The other process: rebuild what is given, one root after the other, and tell."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who gives out the roots is told, and ends this
    Thread(target=_end_with_parent, daemon=True).start()
    collect_rarely()
    give_large_back()
    with suppress(EOFError, OSError):
        while True:
            name: str = there.recv()
            there.send(_rebuilt(there, dsn, name, verify))


def _rebuilt(there: Connection, dsn: str, name: str, verify: bool) -> Rebuilt | Exception:
    def report(*said: Any) -> None:
        there.send(said)

    try:
        return asyncio.run(rebuild.run(dsn, name, report, verify=verify))
    except (RebuildUnderWay, StillRead, Unreachable, LookupError) as error:
        return error


def _end_with_parent() -> None:
    if parent := parent_process():
        parent.join()
    os._exit(1)

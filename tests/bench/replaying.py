"""A replay in a process of its own, which tells at its end how long it took and how much memory it had.

`python -m tests.bench.replaying DSN ROOT`, or DSN alone for every root.
"""

import asyncio
import json
import os
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from services.scoring import abreast
from shared.hosting.memory import collect_rarely

_AT_WORK = 20.0
"""MiB that a process has which works on roots, and one that merely helps the interpreter has not."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """Events, seconds, and the peak of the memory (MiB) of that process that had most; `together` of all.

    `processes`: how many of them worked on roots.
    """

    events: int
    seconds: float
    memory: float
    together: float
    processes: int


async def replay(dsn: str, root: str | None) -> Replayed:
    """Replay a root, or all, in another process. It must find nothing but what stands."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, dsn, *([root] if root else []), stdout=asyncio.subprocess.PIPE
    )
    told, _ = await process.communicate()
    assert process.returncode == 0
    return Replayed(**json.loads(told))


async def _told(dsn: str, root: str | None) -> dict[str, float]:
    began, watching = time.perf_counter(), asyncio.create_task(_watch(peaks := dict[int, float]()))
    rebuilt = await abreast.run(dsn, root, lambda *_: None)
    seconds = time.perf_counter() - began
    watching.cancel()
    working = [pid for pid, peak in peaks.items() if peak > _AT_WORK]
    peaks[os.getpid()] = _peak(os.getpid())
    assert not rebuilt.altered, rebuilt.altered
    assert not any(one.difference for one in rebuilt.compared.values()), rebuilt.compared
    events, most, together = sum(rebuilt.events.values()), max(peaks.values()), sum(peaks.values())
    return {
        "events": events,
        "seconds": seconds,
        "memory": most,
        "together": together,
        "processes": len(working) or 1,
    }


async def _watch(peaks: dict[int, float]) -> None:
    """Note the peaks of the processes that work on roots again and again: themselves they say nothing."""
    while True:
        for process in psutil.Process().children():
            with suppress(OSError, IndexError):
                peaks[process.pid] = _peak(process.pid)
        await asyncio.sleep(0.1)


def _peak(pid: int) -> float:
    """Of this process alone: what a parent had before it was forked does not count."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    collect_rarely()  # as the command does
    print(json.dumps(asyncio.run(_told(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None))))

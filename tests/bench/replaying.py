"""A replay in a process of its own, which tells at its end how long it took and how much memory it had.

`python -m tests.bench.replaying DSN ROOT`, or DSN alone for every root.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from services.scoring import abreast
from shared.hosting.memory import collect_rarely


@dataclass(frozen=True, slots=True)
class Replayed:
    """Events, seconds, and the peak of the memory (MiB) of all processes that were at work."""

    events: int
    seconds: float
    memory: float


async def replay(dsn: str, root: str | None) -> Replayed:
    """Replay a root, or all, in another process. It must find nothing but what stands."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, dsn, *([root] if root else []), stdout=asyncio.subprocess.PIPE
    )
    told, _ = await process.communicate()
    assert process.returncode == 0
    return Replayed(**json.loads(told))


async def _told(dsn: str, root: str | None) -> dict[str, float]:
    began = time.perf_counter()
    rebuilt = await abreast.run(dsn, root, lambda *_: None)
    seconds = time.perf_counter() - began
    assert not rebuilt.altered, rebuilt.altered
    assert not any(one.difference for one in rebuilt.compared.values()), rebuilt.compared
    return {"events": sum(rebuilt.events.values()), "seconds": seconds, "memory": _peak()}


def _peak() -> float:
    """Of this process alone: what a parent had before it was forked does not count."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    collect_rarely()  # as the command does
    print(json.dumps(asyncio.run(_told(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None))))

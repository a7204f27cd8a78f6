"""`make bench`.

Every figure, on servers of its own in a temporary folder, which `replay` and `as_of` share, and `latency` and
`noisy`. `make bench ONLY=replay` for one of them, `ONLY="replay as_of"` for some.
"""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

from deploy.local.stack import running_servers, running_stack
from shared.hosting.memory import collect_rarely
from shared.telemetry.switch import telemetry
from tests.bench.as_of import bench_as_of
from tests.bench.ingest import bench_ingest
from tests.bench.latency import bench_latency
from tests.bench.noisy import bench_noisy
from tests.bench.reads import bench_reads
from tests.bench.replay import bench_replay

BY_ITSELF = {"ingest": bench_ingest, "reads": bench_reads}
IN_A_NATION = {"replay": bench_replay, "as_of": bench_as_of}  # in this order: what is replayed is asked then
ON_THE_STACK = {"latency": bench_latency, "noisy": bench_noisy}


async def _run(only: set[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="parledger-bench-") as folder:
        for name, bench in BY_ITSELF.items():
            if name in only:
                async with running_servers(Path(folder) / name) as servers:
                    await bench(servers)
        if in_a_nation := [bench for name, bench in IN_A_NATION.items() if name in only]:
            async with running_servers(Path(folder) / "nation") as servers:
                for bench in in_a_nation:
                    await bench(servers)
        if on_the_stack := [bench for name, bench in ON_THE_STACK.items() if name in only]:
            async with running_stack(Path(folder) / "stack") as stack:
                for bench in on_the_stack:
                    await bench(stack)


if __name__ == "__main__":
    collect_rarely()  # as every service does
    with telemetry("bench", os.environ):
        asyncio.run(_run(set(sys.argv[1:]) or {*BY_ITSELF, *IN_A_NATION, *ON_THE_STACK}))

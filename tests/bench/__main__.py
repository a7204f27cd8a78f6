"""`make bench`.

Every figure, on servers in a temporary folder, of its own but for `replay` and `as_of`, which share theirs.
`make bench ONLY=replay` for one of them.
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

ON_SERVERS = {"ingest": bench_ingest, "reads": bench_reads}
IN_A_NATION = {"replay": bench_replay, "as_of": bench_as_of}
"""On servers that they share, in this order: the second one asks what the first one replayed."""
ON_THE_STACK = {"latency": bench_latency, "noisy": bench_noisy}


async def _run(only: set[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="parledger-bench-") as folder:
        for name, bench in ON_SERVERS.items():
            if name in only:
                async with running_servers(Path(folder) / name) as servers:
                    await bench(servers)
        if in_a_nation := [bench for name, bench in IN_A_NATION.items() if name in only]:
            async with running_servers(Path(folder) / "nation") as servers:
                for bench in in_a_nation:
                    await bench(servers)
        for name, bench in ON_THE_STACK.items():
            if name in only:
                async with running_stack(Path(folder) / name) as stack:
                    await bench(stack)


if __name__ == "__main__":
    collect_rarely()  # as every service does
    with telemetry("bench", os.environ):
        asyncio.run(_run(set(sys.argv[1:]) or {*ON_SERVERS, *IN_A_NATION, *ON_THE_STACK}))

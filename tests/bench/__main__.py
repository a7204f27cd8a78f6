"""`make bench`: every figure, on servers of its own in a temporary folder."""

import asyncio
import tempfile
from pathlib import Path

from deploy.local.stack import running_servers
from tests.bench.ingest import bench_ingest


async def _run() -> None:
    with tempfile.TemporaryDirectory(prefix="parledger-bench-") as folder:
        async with running_servers(Path(folder) / "servers") as servers:
            await bench_ingest(servers)


if __name__ == "__main__":
    asyncio.run(_run())

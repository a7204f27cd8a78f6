"""The floor of `replay`: who reads and decodes the pages of roots, and copies as many rows as stand of them.

Each root in a process of its own, all beginning at the same moment. `python -m tests.bench.bare_replay DSN
SUPERUSER_DSN ROOT` is such a process: it says when it is ready, is told to begin, and says how long it took.
"""

import asyncio
import json
import sys
import time

import asyncpg

from deploy.local.stack import Servers
from shared.hosting.memory import collect_rarely
from shared.ledger.pool import open_pool
from shared.ledger.tail import pages


async def bare_replay(servers: Servers, roots: list[str]) -> float:
    """Events per second, of all of these roots together."""
    dsns = servers.dsn("parledger_scoring"), servers.dsn("postgres")
    pipe = asyncio.subprocess.PIPE
    started = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", __name__, *dsns, root, stdin=pipe, stdout=pipe
        )
        for root in roots
    ]
    for process in started:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
    ended = await asyncio.gather(*(process.communicate(b"begin\n") for process in started))
    told = [json.loads(said) for said, _ in ended]
    return sum(events for events, _ in told) / max(seconds for _, seconds in told)


async def _bare(dsn: str, superuser_dsn: str, root: str) -> tuple[int, float]:
    superuser = await asyncpg.connect(superuser_dsn)
    rows = {
        table: [
            tuple(row) for row in await superuser.fetch(f"SELECT * FROM read.{table} WHERE root = $1", root)
        ]
        for table in await superuser.fetchval("SELECT read.rebuilt_tables()")
    }
    await superuser.close()
    pool = await open_pool(dsn, "bench", most=2)
    events = 0
    async with pool.acquire() as reading, pool.acquire() as writing:
        await writing.execute("SELECT read.begin_rebuild($1)", root)
        print("ready", flush=True)
        sys.stdin.readline()
        began = time.perf_counter()
        async for page in pages(reading, root, 0):
            events += len(page)
        for table, records in rows.items():
            name = f"{table}_next_{root.replace('-', '_')}"
            await writing.copy_records_to_table(name, schema_name="read", records=records)
        seconds = time.perf_counter() - began
        await writing.execute("SELECT read.drop_rebuild($1)", root)
    await pool.close()
    return events, seconds


if __name__ == "__main__":
    collect_rarely()
    print(json.dumps(asyncio.run(_bare(sys.argv[1], sys.argv[2], sys.argv[3]))))

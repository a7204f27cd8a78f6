"""`replay`.

Events per second of a rebuild, over a floor that reads the same pages, decodes them and copies as many rows.
"""

import time

import asyncpg

from deploy.local.stack import Servers
from services.scoring import rebuild
from shared.domain.root import Root
from shared.ledger.pool import open_pool
from shared.ledger.recording import record
from shared.ledger.tail import catch_up, pages
from tests.bench.figures import median, say, tell
from tests.bench.load import arrivals_of, filings, open_round
from tests.province import Province

EVENTS = 200_000
BATCH = 500
ROUNDS = 3
_TABLES = ("unit", "rubric", "round", "dossier", "leaf", "history", "story")


async def bench_replay(servers: Servers) -> None:
    """Print the figure."""
    root = "replayed"
    await servers.add_root(root)
    say(f"replay: recording {EVENTS} events")
    await _fill(servers, root)
    dsn = servers.dsn("parledger_scoring")
    superuser = await asyncpg.connect(servers.dsn("postgres"))
    rebuilt, bare, events = list[float](), list[float](), 0
    for number in range(ROUNDS):
        say(f"replay, round {number + 1} of {ROUNDS}")
        started = time.perf_counter()
        events = (await rebuild.run(dsn, root, lambda *_: None)).events[root]
        rebuilt.append(time.perf_counter() - started)
        bare.append(await _floor(superuser, servers, root))
    value, floor = events / median(rebuilt), events / median(bare)
    tell("replay", value, "events/s", floor=floor, ratio=value / floor, n=events * ROUNDS)
    await superuser.close()


async def _fill(servers: Servers, root: str) -> None:
    pool = await open_pool(servers.dsn("parledger_ingest"), "bench", most=2)
    async with pool.acquire() as connection:
        await open_round(Province(root, connection))
        state = Root(root)
        await catch_up(connection, state, with_salts=True)
        load = filings(root)
        while state.position < EVENTS:
            await record(connection, state, arrivals_of(load, BATCH))
    await pool.close()


async def _floor(superuser: asyncpg.Connection, servers: Servers, root: str) -> float:
    """Seconds to read and decode the root's pages, and to copy as many rows as its read model holds."""
    rows = {
        table: [
            tuple(row) for row in await superuser.fetch(f"SELECT * FROM read.{table} WHERE root = $1", root)
        ]
        for table in await superuser.fetchval("SELECT read.rebuilt_tables()")
    }
    pool = await open_pool(servers.dsn("parledger_scoring"), "bench", most=2)
    try:
        async with pool.acquire() as reading, pool.acquire() as writing:
            await writing.execute("SELECT read.begin_rebuild($1)", root)
            started = time.perf_counter()
            async for _page in pages(reading, root, 0):
                pass
            for table, records in rows.items():
                await writing.copy_records_to_table(
                    f"{table}_next_{root}", schema_name="read", records=records
                )
            return time.perf_counter() - started
    finally:
        await pool.close()

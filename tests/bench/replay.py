"""`replay`, `replay_memory` and `disk`, in a nation's ledger (`tests/bench/nation.py`).

`replay`: events per second of one replay of all roots, over a floor that reads the same pages, decodes them
and copies as many rows, one root after the other; in `make bench-nation` `replay_same_processes` too: over a
harder floor, which does that in as many processes side by side as the replay has. It is the replay after a
disaster that is measured: nothing stands of any root but the small one, a tenth of the events or less, with
whose rows it is compared. `replay_memory`: the peak of the memory of the process that rebuilds (of that one
that has most, where there are several), over that of the replay of the small root alone. The small root's
rows were written by the projector as events came; after its replay the tables must be the same, and what
GraphQL answers the same bytes. `disk`: bytes of a partition per event, over the event's own JSON, before
other roots are named after it.
"""

import asyncio

import asyncpg

from deploy.local.stack import Servers
from services.scoring.projection import Changes, Projection
from services.scoring.store import write
from shared.domain.root import Root
from shared.ledger.pool import open_pool
from shared.ledger.tail import pages
from tests.bench.answers import answers
from tests.bench.bare_replay import bare_replay
from tests.bench.figures import say, tell
from tests.bench.nation import FIRST, SMALL, name_of, record_all, record_first, record_small
from tests.bench.replaying import Replayed, replay
from tests.bench.sizes import harder_floors, sizes

LIVE = 2_000
"""Events that the projector takes in at a time."""


async def bench_replay(servers: Servers) -> None:
    """Print the figures."""
    await record_first(servers)
    await _disk(servers, FIRST)
    await record_small(servers)
    async with asyncio.TaskGroup() as tasks:  # no time is measured here
        small = tasks.create_task(_replay_small(servers))
        tasks.create_task(record_all(servers))
    least = small.result()
    say("replay: all of it; nothing stands of any root but the small one")
    most = await replay(servers.dsn("parledger_scoring"), None)
    assert most.events == sizes().in_all, f"{most.events} events were replayed"
    value = most.events / most.seconds
    floors = {"replay": [FIRST]}
    if harder_floors():
        floors["replay_same_processes"] = [name_of(n) for n in range(1, most.processes + 1)]
    for name, at_once in floors.items():
        say(f"{name}: the floor")
        floor = await bare_replay(servers, at_once)
        tell(name, value, "events/s", floor=floor, ratio=value / floor, n=most.events)
    ratio = most.memory / least.memory
    all_of_them = f"{least.together:.0f} MiB with the small one, {most.together:.0f} with all"
    say(f"replay_memory: all processes together had {all_of_them}")
    tell("replay_memory", most.memory, "MiB", floor=least.memory, ratio=ratio, n=most.events)


async def _replay_small(servers: Servers) -> Replayed:
    """Replay the small root, once it was projected as its events came; what stands must be the same after."""
    say(f"replay: projecting {sizes().smaller} events as they come")
    await _project(servers, SMALL)
    stood, answered = await _rows(servers, SMALL), await answers(servers, SMALL)
    say(f"replay: a root of {sizes().smaller} events")
    replayed = await replay(servers.dsn("parledger_scoring"), SMALL)
    assert await _rows(servers, SMALL) == stood, "the tables are others than those that the projector wrote"
    assert await answers(servers, SMALL) == answered, "GraphQL answers something else than before"
    return replayed


async def _disk(servers: Servers, root: str) -> None:
    """Bytes of the root's partition, indexes included, as it is after it was written."""
    superuser = await asyncpg.connect(servers.dsn("postgres"))
    await superuser.execute("CHECKPOINT")
    partition = f"ledger.event_of_{root.replace('-', '_')}"
    row = await superuser.fetchrow(
        "SELECT count(*) AS n, sum(length(body))::bigint AS bodies,"
        f" pg_total_relation_size($1::text::regclass) AS size FROM {partition}",
        partition,
    )
    await superuser.close()
    assert row is not None
    n, size, bodies = row["n"], row["size"], row["bodies"]
    tell("disk", size / n, "bytes/event", floor=bodies / n, ratio=size / bodies, n=n)


async def _project(servers: Servers, root: str) -> None:
    """Write the rows of a root as the projector does, batch by batch as events come."""
    pool = await open_pool(servers.dsn("parledger_scoring"), "bench", most=2)
    projection = Projection(Root(root))
    async with pool.acquire() as reading, pool.acquire() as writing:
        async for page in pages(reading, root, 0, size=LIVE):
            expected = projection.root.position
            for event in page:
                projection.apply(event)
            await write(writing, projection, expected)
            projection.changes = Changes()
    await pool.close()


async def _rows(servers: Servers, root: str) -> dict[str, str]:
    """What stands: the hash of each table's rows."""
    superuser = await asyncpg.connect(servers.dsn("postgres"))
    found = dict[str, str]()
    for table in await superuser.fetchval("SELECT read.rebuilt_tables()"):
        statement = (
            f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM read.{table} t WHERE root = $1"
        )
        found[table] = await superuser.fetchval(statement, root)
    await superuser.close()
    return found

"""`replay`, `replay_memory` and `disk`, in a ledger of several large roots.

`replay`: events per second of a replay of all roots, over a floor that reads the same pages, decodes them and
copies as many rows, in as many processes. `replay_memory`: the peak of the memory of the process that
rebuilds (of that one that has most, where there are several), over that of the replay of a small root. The
small root's rows were written by the projector as events came; after its replay the tables must be the same,
and what GraphQL answers the same bytes. `disk`: bytes of a partition per event, over the event's own JSON.
"""

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
from tests.bench.nation import judge_one, name_after, name_of
from tests.bench.replaying import replay
from tests.bench.sizes import sizes

LIVE = 1_000
"""Events that the projector takes in at a time."""


async def bench_replay(servers: Servers) -> None:
    """Print the figures."""
    size, first, small = sizes(), name_of(1), name_of(0)
    say(f"replay: recording {size.a_root} events of a root")
    await judge_one(servers, first, size.a_root)
    await _disk(servers, first)
    await name_after(servers, first, small, size.small)
    say(f"replay: projecting {size.small} events as they come")
    await _project(servers, small)
    stood, answered = await _rows(servers, small), await answers(servers, small)
    say(f"replay: a root of {size.small} events")
    least = await replay(servers.dsn("parledger_scoring"), small)
    assert await _rows(servers, small) == stood, "the tables are others than those that the projector wrote"
    assert await answers(servers, small) == answered, "GraphQL answers something else than before"
    for number in range(2, size.replayed // size.a_root + 1):
        say(f"replay: as many events again, root {number}")
        await name_after(servers, first, name_of(number), size.a_root)
    say("replay: all of it, of most of which nothing stands")
    await replay(servers.dsn("parledger_scoring"), None)
    say("replay: all of it again, compared with what stands")
    most = await replay(servers.dsn("parledger_scoring"), None)
    say("replay: the floor, in as many processes")
    floor = await bare_replay(servers, [name_of(n) for n in range(1, most.processes + 1)])
    value = most.events / most.seconds
    tell("replay", value, "events/s", floor=floor, ratio=value / floor, n=most.events)
    ratio = most.memory / least.memory
    all_of_them = f"{least.together:.0f} MiB with the small one, {most.together:.0f} with the large"
    say(f"replay_memory: all processes together had {all_of_them}")
    tell("replay_memory", most.memory, "MiB", floor=least.memory, ratio=ratio, n=most.events)


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
            async with writing.transaction():
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

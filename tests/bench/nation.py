"""A ledger of several large roots, and of two smaller ones, in which `replay` and `as_of` look.

The events of the first are judged one after the other, as they come in. The others hold the same under
another name, bodies and leaf hashes included: as if the same had happened there. What is recorded already is
left as it is, so each figure asks for what it needs, and a run makes it once.
"""

import asyncio
from collections.abc import Iterator

import asyncpg

from deploy.local.stack import Servers
from shared.domain.root import Root
from shared.ledger.evidence import note_put
from shared.ledger.pool import open_pool
from shared.ledger.recording import record
from tests.bench.figures import say
from tests.bench.large_round import FILE, FILE_SIZE, LargeRound, arrivals_of
from tests.bench.replaying import replay
from tests.bench.sizes import sizes

BATCH = 500
PAGE = 5_000
"""Events that are named after others by one statement."""
COPYING = 2
"""Roots that are written at a time, by one process of PostgreSQL each."""

_NAMESAKE = """
INSERT INTO ledger.event (root, position, stream, version, event_id, name, shape, source, actor, occurred_at,
                          recorded_at, traceparent, body, leaf_hash)
SELECT $2, e.position, replace(e.stream, $1, $2), e.version, e.event_id, e.name, e.shape,
       replace(e.source, $1, $2), e.actor, e.occurred_at, e.recorded_at, e.traceparent, b.body,
       sha256('\\x00'::bytea || sha256(b.body || b.at_end))
FROM ledger.event e
CROSS JOIN LATERAL (
    SELECT convert_to(replace(convert_from(e.body, 'UTF8'), $1, $2), 'UTF8'),
           int8send((extract(epoch FROM e.recorded_at) * 1000000)::bigint)
) AS b (body, at_end)
WHERE e.root = $1 AND e.position > $3 AND e.position <= $4 ORDER BY e.position
"""
_ITS_TEXTS = """
INSERT INTO ledger.text (root, position, field, salt, text)
SELECT $2, position, field, salt, text FROM ledger.text WHERE root = $1 AND position <= $3
"""
_ITS_HEAD = """
UPDATE ledger.head h SET position = e.position, recorded_at = e.recorded_at
FROM ledger.event e WHERE h.root = $1 AND e.root = $1 AND e.position = $2
"""


def name_of(number: int) -> str:
    """A root of the nation; all names are of one length, and are parts of no other word."""
    return f"tinh-{number:02d}"


FIRST, SMALL = name_of(1), name_of(0)


async def record_first(servers: Servers) -> None:
    """Have the first large root recorded, whole, and the others prepared."""
    if not await _recorded(servers, FIRST):
        for root in _others():
            await servers.add_root(root)  # now, while nobody works: tables of all roots are locked for it
        await judge(servers, FIRST, sizes().a_root)


async def record_small(servers: Servers) -> None:
    """Have one of the smaller roots recorded; the first has to be."""
    await _name_all(servers, {SMALL: sizes().smaller})


async def record_all(servers: Servers) -> None:
    """Have all roots recorded."""
    await record_first(servers)
    await _name_all(servers, _others())


def _others() -> dict[str, int]:
    """The roots that are named after the first, and how many events each of them holds."""
    size = sizes()
    large = {name_of(number): size.a_root for number in range(2, size.large + 1)}
    return {**large, SMALL: size.smaller, name_of(size.large + 1): size.smaller}


async def have_read_model(servers: Servers, root: str) -> None:
    """Have the read model of a recorded root stand."""
    superuser = await asyncpg.connect(servers.dsn("postgres"))
    stands = await superuser.fetchval("SELECT position FROM read.progress WHERE root = $1", root)
    await superuser.close()
    if not stands:
        await replay(servers.dsn("parledger_scoring"), root)


async def judge(servers: Servers, root: str, until: int) -> None:
    """Record a large round's events in a root up to a position, each judged as ever."""
    say(f"recording {until} events of a root, judged one by one")
    await servers.add_root(root)
    pool = await open_pool(servers.dsn("parledger_ingest"), "bench", most=2)
    try:
        async with pool.acquire() as connection:
            large = LargeRound(root)
            for unit in large.paths:
                assert await note_put(connection, unit, FILE, FILE_SIZE, 10**9) == "stored"
            state, coming = Root(root), large.emissions()
            while arrivals := arrivals_of(coming, min(BATCH, until - state.position)):
                await record(connection, state, arrivals)
            assert state.position == until, f"a large round has only {state.position} events"
    finally:
        await pool.close()


async def _name_all(servers: Servers, until: dict[str, int]) -> None:
    """Let each of these roots that is not recorded hold what the first one holds up to its position."""
    left = {root: position for root, position in until.items() if not await _recorded(servers, root)}
    if left:
        say(f"letting {len(left)} roots hold the same, {sum(left.values())} events")
    taken = iter(left.items())
    await asyncio.gather(*(_name_some(servers, taken) for _ in range(COPYING)))


async def _name_some(servers: Servers, left: Iterator[tuple[str, int]]) -> None:
    superuser = await asyncpg.connect(servers.dsn("postgres"))
    try:
        await superuser.execute("SET parledger.by_function = 'yes'")
        for root, until in left:
            for start in range(0, until, PAGE):
                await superuser.execute(_NAMESAKE, FIRST, root, start, min(start + PAGE, until))
            await superuser.execute(_ITS_TEXTS, FIRST, root, until)
            await superuser.execute(_ITS_HEAD, root, until)
    finally:
        await superuser.close()


async def _recorded(servers: Servers, root: str) -> bool:
    superuser = await asyncpg.connect(servers.dsn("postgres"))
    position = await superuser.fetchval("SELECT position FROM ledger.head WHERE root = $1", root)
    await superuser.close()
    return bool(position)

"""A ledger of several large roots.

The events of one are judged one after the other, as they come in. The others hold the same under another
name, bodies and leaf hashes included: as if the same had happened there.
"""

import asyncpg

from deploy.local.stack import Servers
from shared.domain.root import Root
from shared.ledger.evidence import note_put
from shared.ledger.pool import open_pool
from shared.ledger.recording import record
from tests.bench.large_round import FILE, FILE_SIZE, LargeRound, arrivals_of

BATCH = 500

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


async def judge_one(servers: Servers, root: str, until: int) -> None:
    """Record a large round's events in a root up to a position, each judged as ever."""
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


async def name_after(servers: Servers, root: str, namesake: str, until: int) -> None:
    """Let another root hold what the first one holds up to a position."""
    await servers.add_root(namesake)
    superuser = await asyncpg.connect(servers.dsn("postgres"))
    try:
        await superuser.execute("SET parledger.by_function = 'yes'")
        for start in range(0, until, BATCH):
            await superuser.execute(_NAMESAKE, root, namesake, start, min(start + BATCH, until))
        await superuser.execute(_ITS_TEXTS, root, namesake, until)
        await superuser.execute(_ITS_HEAD, namesake, until)
    finally:
        await superuser.close()

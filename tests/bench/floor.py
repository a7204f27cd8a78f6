"""The floor of `ingest`: the same messages through the same servers without judging.

JetStream pull of 500 → one `unnest` insert into a table with the ledger's keys → one core NATS message each →
ack.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import asyncpg
from nats.aio.client import Client
from nats.aio.msg import Msg

from shared.broker.pull import StandingPull
from shared.broker.subjects import emit_stream
from shared.codec.envelope import read_envelope
from shared.ledger.pool import Pool

_INSERT = """
    INSERT INTO bench.event (root, position, stream, version, event_id, name, shape, source, actor,
    occurred_at,
                             recorded_at, traceparent, body, leaf_hash)
    SELECT $1, $2 + e.n, e.stream, $2 + e.n, e.id, 'SubmissionFiled', 1, e.source, 'bench', $6, $6, NULL,
    e.body, '' FROM unnest($3::text[], $4::uuid[], $5::text[], $7::bytea[]) WITH ORDINALITY AS e (stream, id,
    source, body, n)
"""


async def prepare_table(superuser: asyncpg.Connection, role: str) -> None:
    """A table with the ledger's columns and keys, that nobody judges before."""
    await superuser.execute("DROP SCHEMA IF EXISTS bench CASCADE; CREATE SCHEMA bench")
    await superuser.execute("CREATE TABLE bench.event (LIKE ledger.event INCLUDING ALL)")
    await superuser.execute(f"GRANT USAGE ON SCHEMA bench TO {role}; GRANT ALL ON bench.event TO {role}")


async def run_floor(pool: Pool, client: Client, root: str, number: int) -> None:
    """Take, insert, tell and acknowledge `number` messages of a root's feed, pulled as the services pull."""
    pull = StandingPull(client, emit_stream(root), "ingest")
    await pull.start()
    try:
        await _run(pool, client, root, number, pull.take, pull.ack)
    finally:
        await pull.stop()
    await asyncio.sleep(0)


async def run_floor_by_fetch(pool: Pool, client: Client, root: str, number: int) -> None:
    """The same; taken by the client library's own `fetch`."""
    pull = await client.jetstream().pull_subscribe_bind("ingest", stream=emit_stream(root))
    try:
        await _run(pool, client, root, number, lambda: pull.fetch(500, 5), lambda last: last.ack())
    finally:
        await pull.unsubscribe()


async def _run(
    pool: Pool,
    client: Client,
    root: str,
    number: int,
    take: Callable[[], Awaitable[list[Msg]]],
    acknowledge: Callable[[Msg], Awaitable[None]],
) -> None:
    done = 0
    while done < number:
        taken = await take()
        envelopes = [read_envelope(message.data) for message in taken]
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute(
                _INSERT,
                root,
                done,
                [envelope.subject for envelope in envelopes],
                [envelope.id for envelope in envelopes],
                [envelope.source for envelope in envelopes],
                datetime.now(UTC),
                [message.data for message in taken],
            )
        for envelope in envelopes:
            await client.publish(f"par.outcome.{root}.{envelope.id}", b'{"status": "recorded"}')
        await client.flush()
        await acknowledge(taken[-1])
        done += len(taken)

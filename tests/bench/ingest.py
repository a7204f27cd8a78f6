"""`ingest`, `ingest_same_pull`, `ingest_vs_library`: emissions judged, committed and answered per second.

Over the same messages without judging, pulled by the client library's own `fetch(500)`; in
`make bench-nation` also as the services pull them (a harder floor); and over the event-sourcing library's
`Application.save`, one event at a time.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
import nats
from nats.aio.client import Client

from deploy.local.stack import Servers
from services.ingest.callout import Callout, serve_callout
from services.ingest.service import takes
from shared.broker.service_broker import client_of, service_broker
from shared.broker.sturdy import withstand
from shared.broker.subjects import as_token, emit_stream, emit_subject, inbox_prefix
from shared.codec.shapes import decode_data, recorded_form
from shared.domain.events import Recorded
from shared.identity.tokens import TokenVerifier
from shared.intake.desk import Desk
from shared.ledger.application import Streams
from shared.ledger.mapper import StreamEvent
from shared.ledger.pool import Pool, open_pool
from tests.bench.figures import median, say, tell
from tests.bench.floor import prepare_table, run_floor, run_floor_by_fetch
from tests.bench.load import communes, filing, filings, open_round
from tests.bench.sizes import harder_floors
from tests.province import ACTOR, Province

Floor = Callable[[Pool, Client, str, int], Coroutine[Any, Any, None]]

EMISSIONS = 8_000
ROUNDS = 3
SAVES = 1_000


async def bench_ingest(servers: Servers) -> None:
    """Print the figures."""
    superuser = await asyncpg.connect(servers.dsn("postgres"))
    await prepare_table(superuser, "parledger_ingest")
    pool = await open_pool(servers.dsn("parledger_ingest"), "bench", most=4)
    async with _broker(servers) as client:
        judged = list[float]()
        floors: dict[str, tuple[Floor, list[float]]] = {"ingest": (run_floor_by_fetch, [])}
        if harder_floors():
            floors["ingest_same_pull"] = (run_floor, [])
        for number in range(ROUNDS):
            root, bare = f"bench{number}", {name: f"{name}{number}".replace("_", "-") for name in floors}
            for name in (root, *bare.values()):
                await servers.add_root(name)
            async with pool.acquire() as connection:
                await open_round(Province(root, connection))
            await asyncio.gather(*(_fill(servers, name) for name in (*bare.values(), root)))
            say(f"ingest, round {number + 1} of {ROUNDS}")
            for name, (floor, took) in floors.items():
                took.append(await _timed(floor(pool, client, bare[name], EMISSIONS)))
            judged.append(await _timed(_desk(Desk(pool, client, "ingest", takes), client, root)))
    value = EMISSIONS / median(judged)
    for name, (_, took) in floors.items():
        floor_value = EMISSIONS / median(took)
        tell(name, value, "emissions/s", floor=floor_value, ratio=value / floor_value, n=EMISSIONS * ROUNDS)
    await servers.add_root("library")
    async with pool.acquire() as connection:
        await open_round(Province("library", connection))
    saves = SAVES / await asyncio.to_thread(_library, servers, "library")
    tell("ingest_vs_library", value, "emissions/s", floor=saves, ratio=value / saves, n=SAVES)
    await pool.close()
    await superuser.close()


@asynccontextmanager
async def _broker(servers: Servers) -> AsyncIterator[Client]:
    """Ingest's own connection, with the callout at work, so that tenants may connect."""
    broker = service_broker(servers.nats_url, servers.nats_seed_file("ingest").read_text().strip(), "ingest")
    issuer = servers.keys.issuer()
    verifier = TokenVerifier(issuer.issuer, issuer.jwks_url)
    serve_callout(broker, Callout(verifier, servers.keys.callout_seed_file().read_text().strip()))
    await broker.start()
    try:
        yield client_of(broker)
    finally:
        await broker.stop()


async def _fill(servers: Servers, root: str) -> None:
    """Publish the load as its tenants would; the feed keeps it until a desk takes it."""
    by_tenant: dict[str, list[dict[str, Any]]] = {}
    for envelope in filings(root, number=EMISSIONS):
        by_tenant.setdefault(envelope["source"], []).append(envelope)
    as_ = as_token(["filer"], [], servers.keys.issuer().issuer, "somebody")
    for tenant, load in by_tenant.items():
        token = servers.token(tenant, ["filer"])
        client = await nats.connect(servers.nats_url, token=token, inbox_prefix=inbox_prefix(tenant).encode())
        withstand(client)
        for envelope in load:
            await client.publish(emit_subject(tenant, envelope["type"], as_), json.dumps(envelope).encode())
        await client.flush()
        await client.close()


async def _desk(desk: Desk, client: Client, root: str) -> None:
    """Let the desk judge until the feed holds nothing that is not acknowledged."""
    serving = asyncio.create_task(desk.serve(root))
    stream = client.jetstream()
    try:
        while True:
            info = await stream.consumer_info(emit_stream(root), "ingest")
            if not info.num_pending and not info.num_ack_pending:
                return
            await asyncio.sleep(0.01)
    finally:
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving


async def _timed(work: Coroutine[Any, Any, None]) -> float:
    started = time.perf_counter()
    await work
    return time.perf_counter() - started


def _library(servers: Servers, root: str) -> float:
    """Seconds for SAVES events, one at a time, through the library's `Application.save` and our recorder."""
    streams = Streams(root, servers.dsn("parledger_ingest"))
    try:
        events = [_event(root, number) for number in range(1, SAVES + 1)]
        started = time.perf_counter()
        for event in events:
            streams.save(event)
        return time.perf_counter() - started
    finally:
        streams.close()


def _event(root: str, number: int) -> StreamEvent:
    envelope = filing(root, communes()[0], number)
    data = decode_data(envelope["type"], 1, json.dumps(envelope["data"]).encode())
    return StreamEvent(
        Recorded(
            root=root,
            position=0,
            stream=envelope["subject"],
            version=number,
            event_id=envelope["id"],
            name=envelope["type"],
            shape=1,
            source=envelope["source"],
            actor=ACTOR,
            occurred=envelope["time"],
            recorded_us=0,
            data=recorded_form(data),
        )
    )

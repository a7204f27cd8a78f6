"""`outcome_p50`, `outcome_p99`, `visible_p50`, `visible_p99`: how long an emission waits, at 300 a second.

Emit → outcome over a bare awaited JetStream publish followed by a one-row commit at the same rate; emit →
visible in GraphQL over emit → outcome of the same seconds, as whoever looks takes part of the machine.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import nats
from nats.js import JetStreamContext
from nats.js.api import StreamConfig

import parledger
from deploy.local.nats_server import nats_server_program
from deploy.local.stack import Stack, free_port
from parledger.emission import raw_emission
from shared.ledger.pool import open_pool
from tests.bench.figures import percentile, say, tell
from tests.bench.load import communes, filing, open_round
from tests.province import Province

RATE = 300
SECONDS = 8
WARM = 2
"""Seconds at the beginning that are not counted, nor of the floor: plans are made, files grow."""
LOOK_EVERY = 20
LOOK_AGAIN = 0.001
LOOKING = 20
_QUESTION = 'query($unit: ID!) { dossier(unit: $unit, round: "2023") { position } }'


async def bench_latency(stack: Stack) -> None:
    """Print the figures."""
    root = "late"
    await stack.add_root(root)
    pool = await open_pool(stack.dsn("parledger_ingest"), "bench", most=2)
    async with pool.acquire() as connection:
        await open_round(Province(root, connection))
    await pool.close()
    say(f"latency: {RATE} emissions a second for {SECONDS} s")
    outcome, _ = await _emit(stack, root, look=False)
    beside, visible = await _emit(stack, root, look=True)
    say("latency: the floor")
    bare = await _floor(stack)
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        value, floor = percentile(outcome, share), percentile(bare, share)
        tell(f"outcome_{name}", value, "ms", floor=floor, ratio=value / floor, n=len(outcome))
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        value, floor = percentile(visible, share), percentile(beside, share)
        tell(f"visible_{name}", value, "ms", floor=floor, ratio=value / floor, n=len(visible))


async def at_the_rate(work: Callable[[int], Coroutine[Any, Any, None]]) -> None:
    """Start `work` RATE times a second, whether the earlier ones have ended or not."""
    started = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for number in range(RATE * (WARM + SECONDS)):
            await asyncio.sleep(max(0.0, started + number / RATE - time.perf_counter()))
            tasks.create_task(work(number))


async def _emit(stack: Stack, root: str, *, look: bool) -> tuple[list[float], list[float]]:
    outcomes, seen = list[float](), list[float]()
    names = communes(10)
    clients = {
        name: parledger.connect(stack.nats_url, stack.token(f"{root}/huyen/{name}", ["filer"]))
        for name in names
    }
    looking = [
        await _Looks.open(stack.http_url, stack.token(root, ["viewer"])) for _ in range(LOOKING * look)
    ]
    async with AsyncExitStack() as open_ones:
        for client in clients.values():
            await open_ones.enter_async_context(client)
        for each in looking:
            open_ones.callback(each.close)

        async def one(number: int) -> None:
            name = names[number % len(names)]
            envelope = filing(root, name, number + 1 + RATE * (WARM + SECONDS) * look)
            started = time.perf_counter()
            outcome = await clients[name].emit(raw_emission(json.dumps(envelope).encode()))
            if counts := number >= RATE * WARM:
                outcomes.append(1000 * (time.perf_counter() - started))
            if look and number % LOOK_EVERY == 0 and not outcome.refused:
                position, eyes = json.loads(outcome.raw)["position"], looking.pop()
                while await eyes.position(envelope["source"]) < position:  # noqa: ASYNC110 - over HTTP
                    await asyncio.sleep(LOOK_AGAIN)
                if counts:
                    seen.append(1000 * (time.perf_counter() - started))
                looking.append(eyes)

        await at_the_rate(one)
    return outcomes, seen


class _Looks:
    """One connection to the query service that asks how far a dossier has come.

    It does little else, as it takes its time from whom it measures.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes) -> None:
        self._reader, self._writer, self._head = reader, writer, head

    @classmethod
    async def open(cls, url: str, token: str) -> "_Looks":
        where = urlsplit(url)
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        head = f"POST /graphql HTTP/1.1\r\nhost: {where.netloc}\r\nauthorization: Bearer {token}\r\n"
        return cls(reader, writer, f"{head}content-type: application/json\r\n".encode())

    async def position(self, unit: str) -> int:
        """The position as of which the unit's dossier stands; 0 where there is none yet."""
        body = json.dumps({"query": _QUESTION, "variables": {"unit": unit}}).encode()
        self._writer.write(b"%scontent-length: %d\r\n\r\n%s" % (self._head, len(body), body))
        answer = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        assert answer.startswith(b"http/1.1 200"), answer
        length = int(answer.partition(b"content-length:")[2].partition(b"\r\n")[0])
        dossier = json.loads(await self._reader.readexactly(length))["data"]["dossier"]
        return int(dossier["position"]) if dossier else 0

    def close(self) -> None:
        self._writer.close()


async def _floor(stack: Stack) -> list[float]:
    """Milliseconds of an awaited publish and a one-row commit, each at the rate, on a feed of its own."""
    waits = list[float]()
    pool = await asyncpg.create_pool(stack.dsn("postgres"), min_size=4, max_size=16)
    await pool.execute("CREATE SCHEMA IF NOT EXISTS bench")
    await pool.execute("CREATE TABLE bench.row (id bigserial PRIMARY KEY, body bytea)")
    body = json.dumps(filing("late", "xa-1", 1)).encode()
    async with _bare_feed() as feed:

        async def one(number: int) -> None:
            started = time.perf_counter()
            await feed.publish("bare.x", body)
            await pool.execute("INSERT INTO bench.row (body) VALUES ($1)", body)
            if number >= RATE * WARM:
                waits.append(1000 * (time.perf_counter() - started))

        await at_the_rate(one)
    await pool.close()
    return waits


@asynccontextmanager
async def _bare_feed() -> AsyncIterator[JetStreamContext]:
    """A nats-server with the platform's sync interval and one feed on disk."""
    port = free_port(0)
    with tempfile.TemporaryDirectory(prefix="parledger-bare-") as folder:
        settings = {
            "host": "127.0.0.1",
            "port": port,
            "jetstream": {"store_dir": folder, "sync_interval": "100ms"},
        }
        file = Path(folder) / "server.conf"
        file.write_text(json.dumps(settings))
        server = await asyncio.create_subprocess_exec(
            nats_server_program(), "-c", str(file), stderr=asyncio.subprocess.DEVNULL
        )
        try:
            await _until_it_listens(port)
            client = await nats.connect(f"nats://127.0.0.1:{port}")
            await client.jetstream().add_stream(StreamConfig(name="BARE", subjects=["bare.>"]))
            yield client.jetstream()
            await client.close()
        finally:
            server.terminate()
            await server.wait()


async def _until_it_listens(port: int) -> None:
    async with asyncio.timeout(10):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
                continue
            writer.close()
            return

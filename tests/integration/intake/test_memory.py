"""Ingest's memory is bounded whatever arrives: it drains feeds full of the largest that they take."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import asyncpg
import nats
from nats.aio.client import Client

from deploy.local.service import Ports, ServiceProcess, settings_of_services
from deploy.local.stack import Servers, free_port, running_servers
from shared.broker.generation import MOST_BYTES
from shared.broker.room import MOST_IN_HAND
from shared.broker.streams import MOST_BYTES_OF_AN_EMISSION
from shared.broker.sturdy import withstand
from shared.broker.subjects import as_token, emit_subject, inbox_prefix
from tests.patience import PATIENCE

ROOTS = 6
OF_EACH = 45
MESSAGES_IN_MEMORY = 3
"""How often its bytes stand there while it is judged: as it came, as it is read, as it is written."""


def largest(root: str) -> Iterator[bytes]:
    """What is malformed, what is too large, what is as large as may be and says nothing that is known."""
    for number in range(OF_EACH):
        envelope = {
            "specversion": "1.0",
            "id": str(UUID(int=(7 << 76) | (2 << 62) | number)),
            "type": "SubmissionFiled",
            "source": f"{root}/a",
            "subject": f"{root}/a@2023",
            "time": "2023-12-05T08:30:00+07:00",
        }
        kind = number % 3
        if kind == 0:
            yield b"%d" % number + b"\xff" * (MOST_BYTES_OF_AN_EMISSION - 2_000)
        elif kind == 1:
            note = "x" * (MOST_BYTES_OF_AN_EMISSION - 2_000)
            yield json.dumps({**envelope, "data": {"leaf": "1.1", "self_points": "1", "note": note}}).encode()
        else:
            yield json.dumps({**envelope, "data": {f"x{n}": [[[]]] for n in range(3_500)}}).encode()


@asynccontextmanager
async def ingest_on(servers: Servers) -> AsyncIterator[asyncio.subprocess.Process]:
    """The ingest service alone, ready."""
    ports = Ports(query=free_port(0), ingest=free_port(0))
    settings = settings_of_services(
        servers.keys, servers.dsn, servers.nats_url, ports, servers.folder, "readable"
    )
    service = ServiceProcess("ingest", settings["ingest"], servers.folder)
    process = await service.spawn()
    await service.ready(process)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        await process.wait()


async def connected(servers: Servers, root: str) -> Client:
    """A tenant of the root."""
    token = servers.token(f"{root}/a", ["filer"])
    client = await nats.connect(
        servers.nats_url, token=token, inbox_prefix=inbox_prefix(f"{root}/a").encode()
    )
    withstand(client)
    return client


async def until_refused(servers: Servers, number: int) -> None:
    """Return once so many emissions are refused in the ledger."""
    superuser = await asyncpg.connect(servers.dsn("postgres"))
    refused = 0
    async with asyncio.timeout(PATIENCE):
        while refused < number:
            await asyncio.sleep(0.05)
            refused = await superuser.fetchval("SELECT count(*) FROM ledger.refusal")
    await superuser.close()


def peak(process: asyncio.subprocess.Process) -> int:
    """Bytes that the process ever had in memory."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


async def test_ingest_drains_feeds_of_the_largest_within_a_bound_of_memory(data_folder: Path) -> None:
    roots = [f"full{n}" for n in range(ROOTS)]
    async with running_servers(data_folder) as servers:
        for root in roots:
            await servers.add_root(root)
        async with ingest_on(servers) as ingest:
            as_ = as_token(["filer"], [], servers.keys.issuer().issuer, "somebody")
            clients = [await connected(servers, root) for root in roots]
            before = peak(ingest)
            ingest.send_signal(signal.SIGSTOP)
            for root, client in zip(roots, clients, strict=True):
                for raw in largest(root):
                    await client.publish(emit_subject(f"{root}/a", "SubmissionFiled", as_), raw)
                await client.flush()
            ingest.send_signal(signal.SIGCONT)
            await until_refused(servers, ROOTS * OF_EACH)
            grown = peak(ingest) - before
            for client in clients:
                await client.close()
    bound = MESSAGES_IN_MEMORY * (MOST_IN_HAND + ROOTS * MOST_BYTES)
    assert grown < bound, f"{grown / 2**20:.0f} MiB, of {bound / 2**20:.0f}"

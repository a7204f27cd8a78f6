"""The platform that a round is played on: its own stack, a wire between each service and each server."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import httpx
import psutil

from deploy.local.processes import running
from deploy.local.runfile import read_run
from deploy.local.service import SERVICES
from deploy.local.stack import SERVERS, Servers, Stack, running_stack
from tests.chaos.disk import Disk
from tests.chaos.wire import Place, Wire
from tests.conftest import a_data_folder

PROCESSES = (*SERVICES, *SERVERS)


@dataclass(slots=True)
class Ground:
    """A stack whose services reach the servers by `wires`, by (service, server), and are `told` more.

    `disks` are small file systems of their own, by what lies on them: `all`, `postgres`, `nats`.
    """

    stack: Stack
    wires: Mapping[tuple[str, str], Wire]
    told: Mapping[str, dict[str, str]]
    disks: Mapping[str, Disk] = field(default_factory=dict[str, Disk])

    def wires_of(self, service: str, server: str) -> list[Wire]:
        """The wires of a service (or `every`) to a server."""
        return [
            wire for (one, other), wire in self.wires.items() if other == server and service in (one, "every")
        ]

    def process(self, name: str) -> psutil.Process | None:
        """The process of a service or server, if it runs at the moment."""
        run = read_run(self.stack.folder)
        known = run.processes.get(name) if run else None
        return running(known) if known else None

    async def until_all_work(self) -> None:
        """Return once everybody runs, and PostgreSQL and GraphQL answer."""
        while True:
            if await self._answers() and all(self.process(name) for name in PROCESSES):
                return
            await asyncio.sleep(0.1)

    async def _answers(self) -> bool:
        try:
            connection = await asyncpg.connect(self.stack.dsn("postgres"), timeout=5)
            await connection.close(timeout=5)
            async with httpx.AsyncClient(base_url=self.stack.http_url) as client:
                return (await client.get("/health")).status_code < 500
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError, httpx.HTTPError):
            return False


@asynccontextmanager
async def a_ground(disks: tuple[str, ...] = (), logs: Path | None = None) -> AsyncIterator[Ground]:
    """A fresh platform; `disks` are those to be small. Raises NoRight where nothing may be mounted.

    `logs` is a folder to which the logs are copied in the end.
    """
    servers: list[Servers] = []

    def place(server: str) -> Place:
        if server == "nats":
            address = urlsplit(servers[0].nats_url)
            return str(address.hostname), int(address.port or 0)
        return servers[0].postgres.socket_folder / ".s.PGSQL.5432"

    pairs = [(service, server) for service in SERVICES for server in SERVERS]
    wires = {pair: Wire(lambda server=pair[1]: place(server)) for pair in pairs if pair != ("query", "nats")}
    told: dict[str, dict[str, str]] = {name: {} for name in SERVICES}

    def besides(running: Servers) -> Mapping[str, dict[str, str]]:
        servers.append(running)
        for (service, server), wire in wires.items():
            told[service] |= _way(running, service, server, wire.port)
        return told

    with a_data_folder() as folder, ExitStack() as mounts:
        mounted = {name: mounts.enter_context(Disk(_place_of(folder, name)).mounted()) for name in disks}
        async with AsyncExitStack() as stack:
            for wire in wires.values():
                await stack.enter_async_context(wire.laid())
            running = await stack.enter_async_context(running_stack(folder, besides=besides))
            try:
                yield Ground(running, wires, told, mounted)
            finally:
                if logs is not None:
                    shutil.copytree(folder / "log", logs, dirs_exist_ok=True)


def _place_of(folder: Path, name: str) -> Path:
    return {"all": folder, "postgres": folder / "pg", "nats": folder / "nats"}[name]


def _way(servers: Servers, service: str, server: str, port: int) -> dict[str, str]:
    """How the service is told to reach the server by the wire that listens on this port."""
    if server == "nats":
        return {"PARLEDGER_NATS": f"nats://127.0.0.1:{port}"}
    address = urlsplit(servers.dsn(f"parledger_{service}"))
    way = f"{address.username}:{address.password}@127.0.0.1:{port}"
    return {"PARLEDGER_POSTGRES": f"postgresql://{way}{address.path}?sslmode=disable"}

"""The platform on one machine: the servers, and the services upon them. For the commands, and for tests."""

import asyncio
import socket
import sys
from collections import ChainMap
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from deploy.local.folder import DataFolder, FolderBusy, held, open_folder
from deploy.local.keeper import Keeper
from deploy.local.keys import SUPERUSER, Keys
from deploy.local.nats_server import EmbeddedNats
from deploy.local.postgres import EmbeddedPostgres
from deploy.local.processes import Mark
from deploy.local.provision import prepare_root, prepared_roots, provision_all
from deploy.local.runfile import READY, Run, current_run, end_left_overs, new_run, with_processes, write_run
from deploy.local.service import HOST, SERVICES, Ports, ServiceProcess, settings_of_services
from shared.ledger.pool import open_connection

LOCK = "serve.lock"
SERVERS = ("postgres", "nats")

_PATIENCE = 30.0  # seconds to wait for another command on the same folder
_POLL = 0.1

Report = Callable[[str], None]


class PortTaken(Exception):
    """Somebody else listens on the port that was asked for."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is in use")
        self.port = port


@contextmanager
def kept_ports(*ports: int) -> Iterator[list[int]]:
    """Each port itself, or any free one for 0, no two alike. Raises PortTaken.

    Until the context ends, whoever asks for any port gets another, also while nobody listens on these; who
    names one may listen on it. Only Linux lets them: elsewhere they were free a moment ago, and no more.
    """
    with ExitStack() as bound:
        found = [int(bound.enter_context(_bound(port)).getsockname()[1]) for port in ports]
        if sys.platform != "linux":
            bound.close()
        yield found


def free_port(port: int) -> int:
    """The port itself, if it is free, or any free one for 0. Raises PortTaken."""
    with kept_ports(port) as [found]:
        return found


def _bound(port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((HOST, port))
    except OSError as error:
        bound.close()
        raise PortTaken(port) from error
    return bound


@dataclass(frozen=True, slots=True)
class Servers:
    """PostgreSQL and NATS of one data folder, running."""

    folder: DataFolder
    keys: Keys
    postgres: EmbeddedPostgres
    nats_url: str

    def dsn(self, role: str) -> str:
        """Where a role of PostgreSQL connects: `postgres`, or `parledger_ingest` and the like."""
        return self.postgres.dsn(role)

    def nats_seed_file(self, user: str) -> Path:
        """The file with the seed of a NATS user: `ingest`, `provisioner` and the like."""
        return self.keys.nats_seed_file(user)

    def token(
        self,
        tenant: str,
        roles: Iterable[str],
        *,
        sub: str = "somebody",
        areas: Iterable[str] = (),
        lifetime: timedelta = timedelta(hours=12),
    ) -> str:
        """A JWT of the embedded issuer."""
        return self.keys.issuer().issue(tenant, roles, sub, areas, lifetime)

    async def add_root(self, root: str) -> None:
        """Prepare a root: its ledger partition, its feed, the key of its public log. Idempotent."""
        connection = await open_connection(self.dsn(SUPERUSER), "root-add")
        try:
            await prepare_root(connection, self.nats_url, self.nats_seed_file("provisioner"), root)
            self.keys.log_key(root)
        finally:
            await connection.close()


@dataclass(frozen=True, slots=True)
class Stack(Servers):
    """The servers with all services upon them, each ready."""

    http_url: str
    keeper: Keeper


@dataclass(slots=True)
class _Recorder:
    """Keeps run.json as things change."""

    folder: DataFolder
    run: Run

    def change(self, **changes: str) -> None:
        """Write down what has changed."""
        self.run = replace(self.run, **changes)  # type: ignore[arg-type]
        write_run(self.folder, self.run)

    def processes(self, marks: dict[str, Mark]) -> None:
        """Write down what runs now."""
        self.run = with_processes(self.run, marks)
        write_run(self.folder, self.run)


Besides = Callable[[Servers], Mapping[str, dict[str, str]]]
"""What each service is told besides its own settings, or instead: environment variables by its name.

Read at each start of a service, so that what is changed meanwhile holds from its next start on.
PARLEDGER_NATS and PARLEDGER_POSTGRES say by which way it reaches the servers, where something stands between.
"""


def _silent(_: str) -> None:
    """Nobody listens."""


def _nothing_besides(_: Servers) -> Mapping[str, dict[str, str]]:
    """Each service is told its own settings alone."""
    return {}


@asynccontextmanager
async def running_servers(
    data: Path, *, nats_port: int = 0, report: Report = _silent
) -> AsyncIterator[Servers]:
    """PostgreSQL, migrated, and NATS, its feeds made, on the data folder, until the context ends.

    Raises FolderBusy where another process serves the folder, PortTaken, DidNotStart, MigrationError.
    """
    async with _servers(data, nats_port, report) as (servers, _, _):
        yield servers


@asynccontextmanager
async def running_stack(
    data: Path,
    *,
    http_port: int = 0,
    nats_port: int = 0,
    log: str = "readable",
    report: Report = _silent,
    besides: Besides = _nothing_besides,
) -> AsyncIterator[Stack]:
    """The whole platform on the data folder, every service ready, until the context ends. Raises likewise."""
    with kept_ports(http_port, 0) as [query, ingest]:
        async with _servers(data, nats_port, report) as (servers, keeper, recorder):
            report("starting the services")
            ports = Ports(query=query, ingest=ingest)
            folder = servers.folder
            settings = settings_of_services(servers.keys, servers.dsn, servers.nats_url, ports, folder, log)
            more = besides(servers)
            told = {name: ChainMap(more.get(name, {}), dict(settings[name])) for name in SERVICES}
            await asyncio.gather(
                *(keeper.start(ServiceProcess(name, told[name], folder)) for name in SERVICES)
            )
            url = f"http://{HOST}:{query}"
            recorder.change(state=READY, http_url=url)
            yield Stack(servers.folder, servers.keys, servers.postgres, servers.nats_url, url, keeper)


@asynccontextmanager
async def joined_servers(data: Path, *, report: Report = _silent) -> AsyncIterator[Servers]:
    """The servers of the data folder: those of a run that serves it, or else started for the moment.

    Waits for a run that is about to be ready, or for a command that is about to end. Raises likewise.
    """
    folder = open_folder(data)
    deadline = asyncio.get_running_loop().time() + _PATIENCE
    while True:
        if run := current_run(folder):
            yield Servers(folder, Keys(folder), joined_postgres(folder, run), run.nats_url)
            return
        try:
            async with running_servers(data, report=report) as servers:
                yield servers
            return
        except FolderBusy:
            if asyncio.get_running_loop().time() > deadline:
                raise
        await asyncio.sleep(_POLL)


def joined_postgres(folder: DataFolder, run: Run) -> EmbeddedPostgres:
    """The PostgreSQL of a run of somebody else's."""
    return EmbeddedPostgres(folder, Keys(folder), Path(run.socket_folder))


@asynccontextmanager
async def _servers(
    data: Path, nats_port: int, report: Report
) -> AsyncIterator[tuple[Servers, Keeper, _Recorder]]:
    folder = open_folder(data)
    with kept_ports(nats_port) as [port], held(folder.root / LOCK, wait=False):
        left = await end_left_overs(folder)
        if left:
            report(f"ended what a killed run had left behind: {', '.join(left)}")
        keys = Keys(folder)
        recorder = _Recorder(folder, new_run(""))
        keeper = Keeper(recorder.processes)
        postgres = EmbeddedPostgres(folder, keys)
        nats = EmbeddedNats(folder, keys, port)
        recorder.change(nats_url=nats.url, socket_folder=str(postgres.socket_folder))
        servers = Servers(folder, keys, postgres, nats.url)
        try:
            report("starting PostgreSQL and NATS")
            await asyncio.gather(_start_postgres(keeper, postgres, report), keeper.start(nats))
            await _provision(servers)
            yield servers, keeper, recorder
        finally:
            await keeper.end(SERVICES)
            await keeper.end(SERVERS)
            postgres.clean()
            folder.run_file.unlink(missing_ok=True)


async def _start_postgres(keeper: Keeper, postgres: EmbeddedPostgres, report: Report) -> None:
    await postgres.prepare()
    await keeper.start(postgres)
    applied = await postgres.bring_up_to_date()
    if applied:
        report(f"migrated the database: {', '.join(applied)}")


async def _provision(servers: Servers) -> None:
    connection = await open_connection(servers.dsn(SUPERUSER), "provision")
    try:
        roots = await prepared_roots(connection)
    finally:
        await connection.close()
    await provision_all(servers.nats_url, servers.nats_seed_file("provisioner"), roots)
    for root in roots:
        servers.keys.log_key(root)

"""A real nats-server with our configuration, an embedded issuer, and the callout, once per session."""

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import nats
import pytest
from faststream.nats import NatsBroker
from faststream.nats.security import NatsNKey
from nats.aio.client import Client

from deploy.nats import nats_conf
from services.ingest.callout import Callout, serve_callout
from shared.broker.keys import Kind, new_seed, public_key
from shared.broker.permissions import SERVICE_PERMISSIONS
from shared.broker.streams import provision_platform, provision_root
from shared.broker.subjects import inbox_prefix, service_inbox_prefix
from shared.identity.issuer import EmbeddedIssuer
from shared.identity.tokens import TokenVerifier


def program() -> str:
    """The nats-server of the wheel."""
    return shutil.which("nats-server", path=f"{sysconfig.get_path('scripts')}:{Path(sys.executable).parent}") or ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """A nats-server on one port and one store; it can be ended and started again."""

    folder: Path
    port: int = field(default_factory=free_port)
    seeds: dict[str, str] = field(
        default_factory=lambda: {name: new_seed(Kind.USER) for name in SERVICE_PERMISSIONS}
    )
    account_seed: str = field(default_factory=lambda: new_seed(Kind.ACCOUNT))
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return (self.folder / "nats.log").read_text()

    def start(self) -> None:
        text = nats_conf(
            host="127.0.0.1",
            port=self.port,
            store=self.folder / "store",
            users={name: public_key(seed) for name, seed in self.seeds.items()},
            callout_issuer=public_key(self.account_seed),
            log_file=self.folder / "nats.log",
        )
        configuration = self.folder / "nats.conf"
        configuration.write_text(text)
        self.process = subprocess.Popen([program(), "-c", str(configuration)])
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.5):
                return
            assert self.process.poll() is None, self.log
            import time

            time.sleep(0.02)
        raise AssertionError(f"nats-server does not answer: {self.log}")

    def stop(self, *, kill: bool = False) -> None:
        if self.process is not None:
            self.process.kill() if kill else self.process.terminate()
            self.process.wait(20)
            self.process = None

    @asynccontextmanager
    async def as_service(self, name: str, **options: object) -> AsyncIterator[Client]:
        """A connection as a service's own user."""
        client = await nats.connect(
            self.url,
            nkeys_seed_str=self.seeds[name],
            inbox_prefix=service_inbox_prefix(name),
            **{"reconnect_time_wait": 0.1, "max_reconnect_attempts": -1, **options},  # type: ignore[arg-type]
        )
        try:
            yield client
        finally:
            await client.close()

    @asynccontextmanager
    async def as_tenant(self, tenant: str, token: str, **options: object) -> AsyncIterator[Client]:
        """A connection with a tenant's token."""
        client = await nats.connect(
            self.url,
            token=token,
            inbox_prefix=inbox_prefix(tenant),
            **{"allow_reconnect": False, **options},  # type: ignore[arg-type]
        )
        try:
            yield client
        finally:
            await client.close()


class Errors:
    """What a client is told through `error_cb` alone."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self._arrived = asyncio.Event()

    async def note(self, error: Exception) -> None:
        self.seen.append(str(error))
        self._arrived.set()

    async def next(self, within: float = 1.0) -> str:
        await asyncio.wait_for(self._arrived.wait(), within)
        self._arrived.clear()
        return self.seen[-1]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The session's server. Tests that restart a server start one of their own."""
    running = Server(tmp_path_factory.mktemp("nats"))
    running.start()
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """A server of the test's own, which it may end and start again."""
    running = Server(tmp_path)
    running.start()
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedIssuer:
    return EmbeddedIssuer(tmp_path_factory.mktemp("issuer"))


@pytest.fixture(scope="session")
async def platform(server: Server, issuer: EmbeddedIssuer) -> AsyncIterator[Server]:
    """The server with its feeds for the roots `qt` and `hue`, and the callout that lets tenants in."""
    async with server.as_service("provisioner") as provisioner:
        jetstream = provisioner.jetstream()
        await provision_platform(jetstream)
        for root in ("qt", "hue"):
            await provision_root(jetstream, root)
    broker = NatsBroker(
        server.url,
        security=NatsNKey.from_seed(server.seeds["ingest"]),
        inbox_prefix=service_inbox_prefix("ingest"),
    )
    verifier = TokenVerifier(issuer.issuer, issuer.jwks_url)
    serve_callout(broker, Callout(verifier, server.account_seed))
    async with broker:
        await broker.start()
        yield server


def memory() -> int:
    """Bytes of memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE")

"""A real nats-server from its wheel, with our configuration, and what tests do with it."""

import asyncio
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nats
from nats.aio.client import Client

from deploy.nats import nats_conf
from shared.broker.keys import Kind, new_seed, public_key
from shared.broker.permissions import SERVICE_PERMISSIONS, TENANTS
from shared.broker.sturdy import withstand
from shared.broker.subjects import inbox_prefix, service_inbox_prefix
from tests.patience import PATIENCE


def program() -> str:
    """The nats-server of the wheel."""
    found = shutil.which("nats-server", path=str(Path(sys.executable).parent))
    assert found, "nats-server is not installed beside this Python"
    return found


@dataclass
class Server:
    """A nats-server on one port and one store; it can be ended and started again."""

    folder: Path
    port: int
    seeds: dict[str, str] = field(
        default_factory=lambda: {name: new_seed(Kind.USER) for name in SERVICE_PERMISSIONS}
    )
    account_seed: str = field(default_factory=lambda: new_seed(Kind.ACCOUNT))
    operator_seed: str = field(default_factory=lambda: new_seed(Kind.USER))
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
        configuration.write_text(self._with_operator(text))
        self.process = subprocess.Popen([program(), "-c", str(configuration)])
        for _ in range(1000):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.5):
                return
            assert self.process.poll() is None, self.log
            time.sleep(0.02)
        raise AssertionError(f"nats-server does not answer: {self.log}")

    def _with_operator(self, text: str) -> str:
        """Beside our users one that may do anything in the tenants' account.

        Who writes feeds and looks at them.
        """
        configuration = json.loads(text)
        key = public_key(self.operator_seed)
        configuration["accounts"][TENANTS]["users"].append({"nkey": key})
        configuration["authorization"]["auth_callout"]["auth_users"].append(key)
        return json.dumps(configuration)

    def stop(self, *, kill: bool = False) -> None:
        if self.process is not None:
            self.process.kill() if kill else self.process.terminate()
            self.process.wait(PATIENCE)
            self.process = None

    def as_service(self, name: str, **options: Any) -> contextlib.AbstractAsyncContextManager[Client]:
        """A connection as a service's own user."""
        inbox = service_inbox_prefix(name)
        return self._connected(nkeys_seed_str=self.seeds[name], inbox_prefix=inbox, **options)

    def as_operator(self, **options: Any) -> contextlib.AbstractAsyncContextManager[Client]:
        """A connection that may do anything in the tenants' account."""
        return self._connected(nkeys_seed_str=self.operator_seed, **options)

    def as_tenant(
        self, tenant: str, token: str, **options: Any
    ) -> contextlib.AbstractAsyncContextManager[Client]:
        """A connection with a tenant's token."""
        return self._connected(
            token=token, inbox_prefix=inbox_prefix(tenant), **{"allow_reconnect": False, **options}
        )

    @asynccontextmanager
    async def _connected(self, **options: Any) -> AsyncIterator[Client]:
        patient = {"reconnect_time_wait": 0.1, "max_reconnect_attempts": -1, "connect_timeout": 20}
        client = await nats.connect(self.url, **{**patient, **options})
        withstand(client)
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

    async def next(self, within: float = PATIENCE) -> str:
        await asyncio.wait_for(self._arrived.wait(), within)
        self._arrived.clear()
        return self.seen[-1]


def memory() -> int:
    """Bytes of memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE")

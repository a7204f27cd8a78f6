"""One of our services as a process of its own, which says by itself when it is ready."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.folder import DataFolder, place_for_sockets, remove_sockets
from deploy.local.keys import Keys
from deploy.local.processes import DidNotStart, start

SERVICES = ("ingest", "appraisal", "relay", "scoring", "query")

HOST = "127.0.0.1"

# Ours are said to each service by itself; and one service name cannot name five. Other OTEL_ variables go on.
_NOT_HANDED_ON = ("PARLEDGER_", "OTEL_SERVICE_NAME")
_READY = b"READY=1"
_DATAGRAM = 4096


class ServiceProcess:
    """`python -m services.<name>`, configured by environment variables alone."""

    stop_signal = signal.SIGTERM

    def __init__(self, name: str, settings: Mapping[str, str], folder: DataFolder) -> None:
        self.name = name
        self.word = f"services.{name}"
        self.log = folder.log(name)
        self._settings = settings
        self._folder = folder
        self._notified: socket.socket | None = None

    async def spawn(self) -> asyncio.subprocess.Process:
        """Start it, with a socket on which it says that it is ready."""
        place = place_for_sockets(self._folder.root, self._socket_name)
        address = place / self._socket_name
        address.unlink(missing_ok=True)
        self._close()
        self._notified = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._notified.bind(str(address))
        self._notified.setblocking(False)
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(_NOT_HANDED_ON)}
        environ = {**inherited, **self._settings, "NOTIFY_SOCKET": str(address)}
        return await start([sys.executable, "-P", "-m", self.word], environ, self.log)

    async def ready(self, process: asyncio.subprocess.Process) -> None:
        """Return once it has said READY=1; DidNotStart if it ended instead."""
        ended = asyncio.ensure_future(process.wait())
        said = asyncio.ensure_future(self._until_it_says_so())
        try:
            await asyncio.wait({ended, said}, return_when=asyncio.FIRST_COMPLETED)
            if not said.done():
                raise DidNotStart(self.name, self.log)
        finally:
            ended.cancel()
            said.cancel()
            self._close()

    @property
    def _socket_name(self) -> str:
        return f".ready-{self.name}"

    async def _until_it_says_so(self) -> None:
        loop = asyncio.get_running_loop()
        while self._notified is not None:
            datagram = await loop.sock_recv(self._notified, _DATAGRAM)
            if _READY in datagram.splitlines():
                return

    def _close(self) -> None:
        """Take the socket away: what a service says later goes nowhere, which it bears."""
        if self._notified is not None:
            address = Path(self._notified.getsockname())
            self._notified.close()
            self._notified = None
            address.unlink(missing_ok=True)
            remove_sockets(address.parent)


@dataclass(frozen=True, slots=True)
class Ports:
    """Where HTTP is served: to the outside by query, and by ingest, to which query forwards its part."""

    query: int
    ingest: int


def settings_of_services(
    keys: Keys, dsn: Callable[[str], str], nats_url: str, ports: Ports, folder: DataFolder, log: str
) -> Mapping[str, Mapping[str, str]]:
    """The environment variables of each service: its own rights, and what it has to know.

    The files of `folder` are the evidence, where PARLEDGER_EVIDENCE names no other place.
    """
    issuer = keys.issuer()
    tokens = {"PARLEDGER_ISSUER": issuer.issuer, "PARLEDGER_JWKS": issuer.jwks_url}
    files = {"PARLEDGER_EVIDENCE": os.environ.get("PARLEDGER_EVIDENCE") or folder.evidence.as_uri()}
    door = {
        "PARLEDGER_HTTP_HOST": HOST,
        "PARLEDGER_HTTP_PORT": str(ports.ingest),
        "PARLEDGER_EVIDENCE_QUOTA": os.environ.get("PARLEDGER_EVIDENCE_QUOTA", ""),
        "PARLEDGER_CALLOUT_SEED_FILE": str(keys.callout_seed_file()),
    }
    http = {
        "PARLEDGER_HTTP_HOST": HOST,
        "PARLEDGER_HTTP_PORT": str(ports.query),
        "PARLEDGER_FORWARD": f"http://{HOST}:{ports.ingest}",
        "PARLEDGER_INTROSPECTION": "on",
        "PARLEDGER_CORS_ORIGINS": os.environ.get("PARLEDGER_CORS_ORIGINS", ""),
    }
    public_log = {"PARLEDGER_TLOG": str(folder.public_log)}
    own = {
        "ingest": {**tokens, **files, **door},
        "relay": {**public_log, "PARLEDGER_TLOG_KEYS": str(keys.log_keys())},
        "query": {**tokens, **files, **http, **public_log},
    }
    settings = {}
    for name in SERVICES:
        settings[name] = {
            "PARLEDGER_LOG": log,
            "PARLEDGER_POSTGRES": dsn(f"parledger_{name}"),
            **own.get(name, {}),
        }
        if name != "query":  # it reads the database alone
            settings[name]["PARLEDGER_NATS"] = nats_url
            settings[name]["PARLEDGER_NATS_SEED_FILE"] = str(keys.nats_seed_file(name))
    return settings

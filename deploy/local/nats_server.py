"""nats-server from its wheel: on this machine's own address alone, its users known by their public keys."""

import asyncio
import json
import os
import shutil
import signal
import sysconfig
from contextlib import suppress
from pathlib import Path

import nats
import nats.errors

from deploy.local.folder import DataFolder, write_private
from deploy.local.keys import Keys
from deploy.local.processes import DidNotStart, start
from deploy.nats import MOST_BYTES_OF_A_MESSAGE, nats_conf
from shared.broker.permissions import HEALTH
from shared.broker.subjects import service_inbox_prefix

HOST = "127.0.0.1"

_POLL = 0.02
_ANSWERS_WITHIN = 2  # seconds
_ROOM = 4 * MOST_BYTES_OF_A_MESSAGE  # bytes that must be free before starting it again can help
_USER = "keeper"


class EmbeddedNats:
    """The server of one data folder: a program that is kept running."""

    name = "nats"
    stop_signal = signal.SIGTERM

    def __init__(self, folder: DataFolder, keys: Keys, port: int) -> None:
        self._folder = folder
        self._keys = keys
        self._port = port
        # Of the disk, not of what is free, as the server would have it: one that is started while the disk is
        # full would have no room for another feed until its next start.
        self._most_bytes = shutil.disk_usage(folder.nats).total * 3 // 4

    @property
    def word(self) -> str:
        """What its command line holds."""
        return str(self._configuration)

    @property
    def url(self) -> str:
        """Where clients connect."""
        return f"nats://{HOST}:{self._port}"

    @property
    def _configuration(self) -> Path:
        return self._folder.nats / "server.conf"

    @property
    def log(self) -> Path:
        """The file that its output goes to."""
        return self._folder.log(self.name)

    async def spawn(self) -> asyncio.subprocess.Process:
        """Write the configuration and start the server; it ends when we do."""
        public = self._keys.nats_public_keys()
        text = nats_conf(
            host=HOST,
            port=self._port,
            store=self._folder.nats,
            users=public.users,
            callout_issuer=public.callout,
            most_bytes=self._most_bytes,
        )
        write_private(self._configuration, text)
        command = [nats_server_program(), "--config", self._configuration]
        return await start(command, {"PATH": os.defpath}, self.log)

    async def ready(self, process: asyncio.subprocess.Process) -> None:
        """Return once the server greets a client; DidNotStart if it ended instead."""
        while process.returncode is None:
            try:
                reader, writer = await asyncio.open_connection(HOST, self._port)
            except OSError:
                await asyncio.sleep(_POLL)
                continue
            greeting = await reader.readline()
            writer.close()
            if greeting.startswith(b"INFO ") and process.returncode is None:
                return
            await asyncio.sleep(_POLL)
        raise DidNotStart(self.name, self.log)

    async def ails(self) -> str | None:
        """What the server says of itself, where it has given up and there is room on the disk.

        A feed that could not be written to once, as the disk was full, takes nothing until the server is
        started again (nats-server 2.15), also when there is room by then.
        """
        if shutil.disk_usage(self._folder.nats).free < _ROOM:
            return None
        with suppress(nats.errors.Error, OSError, TimeoutError, ValueError, KeyError):
            async with asyncio.timeout(2 * _ANSWERS_WITHIN):
                said = await self._health()
            return None if said["status"] == "ok" else said.get("error", said["status"])
        return None

    async def _health(self) -> dict[str, str]:
        """What it answers: `status`, and `error` where it is not `ok`. An error of nats' if nothing."""

        async def ignore(_error: Exception) -> None:
            """It is asked again."""

        connection = await nats.connect(
            self.url,
            nkeys_seed=str(self._keys.nats_seed_file(_USER)),
            inbox_prefix=service_inbox_prefix(_USER).encode(),
            connect_timeout=_ANSWERS_WITHIN,
            allow_reconnect=False,
            max_reconnect_attempts=1,  # or the library goes on for two minutes where nobody listens
            reconnect_time_wait=0,
            error_cb=ignore,
        )
        try:
            answer = await connection.request(HEALTH, b"{}", timeout=_ANSWERS_WITHIN)
            return json.loads(answer.data)["data"]
        finally:
            await connection.close()


def nats_server_program() -> str:
    """The program that the wheel has put beside Python, or else on the path."""
    beside = Path(sysconfig.get_path("scripts")) / "nats-server"
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if found is None:
        raise FileNotFoundError("nats-server is not installed: it comes with `make install`")
    return found

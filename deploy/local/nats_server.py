"""nats-server from its wheel: on this machine's own address alone, its users known by their public keys."""

import asyncio
import os
import shutil
import signal
import sysconfig
from pathlib import Path

from deploy.local.folder import DataFolder, write_private
from deploy.local.keys import Keys
from deploy.local.processes import DidNotStart, start
from deploy.nats import nats_conf

HOST = "127.0.0.1"

_POLL = 0.02


class EmbeddedNats:
    """The server of one data folder: a program that is kept running."""

    name = "nats"
    stop_signal = signal.SIGTERM

    def __init__(self, folder: DataFolder, keys: Keys, port: int) -> None:
        self._folder = folder
        self._keys = keys
        self._port = port

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


def nats_server_program() -> str:
    """The program that the wheel has put beside Python, or else on the path."""
    beside = Path(sysconfig.get_path("scripts")) / "nats-server"
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if found is None:
        raise FileNotFoundError("nats-server is not installed: it comes with `make install`")
    return found

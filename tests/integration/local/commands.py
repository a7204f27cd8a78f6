"""The command line as it is typed: each command a process of its own."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.patience import PATIENCE


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command ended with."""

    code: int
    out: str
    err: str


async def parledger(*words: object, within: float = 2 * PATIENCE) -> Answer:
    """Run one command to its end."""
    process = await _start(words)
    async with asyncio.timeout(within):
        out, err = await process.communicate()
    return Answer(process.returncode or 0, out.decode(), err.decode())


@dataclass(frozen=True, slots=True)
class Serving:
    """A `serve` that is ready."""

    process: asyncio.subprocess.Process
    data: Path
    http_url: str
    nats_url: str

    def children(self) -> dict[str, psutil.Process]:
        """What it has started, by a word of the command line."""
        found = {}
        for child in psutil.Process(self.process.pid).children():
            line = " ".join(child.cmdline())
            words = ("postgres", "nats-server", "ingest", "appraisal", "relay", "scoring", "query")
            found[next(word for word in words if f"services.{word}" in line or f"/{word} " in line)] = child
        return found

    async def end(self, number: signal.Signals) -> tuple[int, str, float]:
        """Send it a signal: its exit code, what else it printed, and the seconds that it took."""
        began = time.monotonic()
        self.process.send_signal(number)
        async with asyncio.timeout(PATIENCE):
            out, _ = await self.process.communicate()
        return self.process.returncode or 0, out.decode(), time.monotonic() - began


@asynccontextmanager
async def serving(data: Path) -> AsyncIterator[Serving]:
    """`parledger serve` on a folder, ready; ended with the context, if it still runs."""
    process = await _start(("serve", "--data", data, "--port", 0, "--nats-port", 0))
    try:
        assert process.stdout is not None
        async with asyncio.timeout(2 * PATIENCE):
            line = (await process.stdout.readline()).decode()
        word, http_url, nats_url = line.split(" ")
        assert word == "ready"
        yield Serving(process, data, http_url, nats_url.removesuffix("\n"))
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            await process.communicate()


async def _start(words: tuple[object, ...]) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    command = [sys.executable, "-m", "parledger", *map(str, words)]
    return await asyncio.create_subprocess_exec(
        *command, stdout=pipe, stderr=pipe, env={**os.environ, "COLUMNS": "200"}
    )

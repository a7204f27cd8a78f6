"""What is done to the machine that a platform runs on: its disk, its clock."""

import asyncio
import signal
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import asyncpg

from tests.chaos.ground import Ground
from tests.chaos.storm import Storm
from tests.chaos.troubles import CannotBeDone, process_of, send


@dataclass(frozen=True, slots=True)
class FullDisk:
    """The disk of `all` the data folder, of `postgres` or of `nats` is full, and some seconds later is not.

    With `switched`, PostgreSQL is told to begin new files of its log, for which there is no room: it panics.
    """

    which: str
    seconds: float
    switched: bool = False

    def __str__(self) -> str:
        return f"full {self.which} {self.seconds:g}s{' switched' if self.switched else ''}"

    async def make(self, ground: Ground, storm: Storm) -> None:
        """Fill it, wait, free it."""
        disk = ground.disks.get(self.which)
        if disk is None:
            raise CannotBeDone(f"no disk of its own for {self.which}: this needs the right to mount (root)")
        try:
            disk.fill()
            if self.switched:
                await _switch(ground)
            await asyncio.sleep(self.seconds)
        finally:
            disk.free()


@dataclass(frozen=True, slots=True)
class WrongClock:
    """The clock of one service is wrong by some hours, from its next start on, which is at once."""

    service: str
    hours: int
    seconds: float

    def __str__(self) -> str:
        return f"clock {self.service} {self.hours:+d}h {self.seconds:g}s"

    async def make(self, ground: Ground, storm: Storm) -> None:
        """Start it with a wrong clock, wait, start it with the right one."""
        wrong = {
            "LD_PRELOAD": str(faketime()),
            "FAKETIME": f"{self.hours:+d}h",
            "DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        told = ground.told[self.service]
        told |= wrong
        try:
            send(signal.SIGKILL, [await process_of(ground, self.service)])
            await asyncio.sleep(self.seconds)
        finally:
            for name in wrong:
                del told[name]
        send(signal.SIGKILL, [await process_of(ground, self.service)])


def faketime() -> Path:
    """The library that makes clocks wrong. Raises CannotBeDone where there is none for this machine."""
    found = find_spec("libfaketime")
    if found is None or found.origin is None:
        raise CannotBeDone("libfaketime is not installed")
    library = Path(found.origin).parent / "vendor/libfaketime/src/libfaketime.so.1"
    if not library.exists():
        raise CannotBeDone("libfaketime's wheel holds no library for this machine")
    return library


async def _switch(ground: Ground) -> None:
    with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
        connection = await asyncpg.connect(ground.stack.dsn("postgres"), timeout=5)
        try:
            for _ in range(8):  # the first ones may still find files to use again
                await connection.execute(
                    "SELECT pg_logical_emit_message(true, 'chaos', 'x'), pg_switch_wal()", timeout=5
                )
        finally:
            with suppress(Exception):
                await connection.close(timeout=2)

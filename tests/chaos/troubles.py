"""What is done to the platform while a load goes in; each thing is undone before it returns."""

import asyncio
import signal
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import psutil

from tests.chaos.ground import Ground
from tests.chaos.storm import Storm
from tests.chaos.wire import Trap

_BACK_WITHIN = 60.0
_STILL = 0.3  # seconds that a held COMMIT's connection stands after the service has lost it


class CannotBeDone(Exception):
    """It cannot be done on this machine; the message says why."""


class Trouble(Protocol):
    """One thing that is done to a platform."""

    def __str__(self) -> str:
        """What it is, in a few words."""
        ...

    async def make(self, ground: Ground, storm: Storm) -> None:
        """Do it, and undo it. Raises CannotBeDone."""
        ...


@dataclass(frozen=True, slots=True)
class Kill:
    """SIGKILL to these processes at the same moment; who is just being started again is waited for."""

    victims: tuple[str, ...]

    def __str__(self) -> str:
        return f"kill {'+'.join(self.victims)}"

    async def make(self, ground: Ground, storm: Storm) -> None:
        """Kill them."""
        for process in [await _process(ground, victim) for victim in self.victims]:
            with suppress(psutil.NoSuchProcess):
                process.kill()


@dataclass(frozen=True, slots=True)
class Stop:
    """SIGSTOP to a process, and to those that it has started; SIGCONT after some seconds."""

    victim: str
    seconds: float

    def __str__(self) -> str:
        return f"stop {self.victim} {self.seconds:g}s"

    async def make(self, ground: Ground, storm: Storm) -> None:
        """Stop it, wait, let it go on."""
        process = await _process(ground, self.victim)
        stopped = [process, *process.children(recursive=True)]
        try:
            _signal(stopped, signal.SIGSTOP)
            await asyncio.sleep(self.seconds)
        finally:
            _signal(stopped, signal.SIGCONT)


@dataclass(frozen=True, slots=True)
class Cut:
    """The connections between a service and a server are cut, or (`silently`) nothing passes any more."""

    service: str
    server: str
    seconds: float
    silently: bool

    def __str__(self) -> str:
        return f"{'freeze' if self.silently else 'cut'} {self.service}-{self.server} {self.seconds:g}s"

    async def make(self, ground: Ground, storm: Storm) -> None:
        """Cut them, wait, mend them."""
        wires = ground.wires_of(self.service, self.server)
        try:
            for wire in wires:
                if self.silently:
                    wire.freeze()
                else:
                    wire.cut()
            await asyncio.sleep(self.seconds)
        finally:
            for wire in wires:
                wire.mend()


@dataclass(frozen=True, slots=True)
class Slow:
    """Whatever passes between a service and a server takes longer, either way."""

    service: str
    server: str
    milliseconds: int
    seconds: float

    def __str__(self) -> str:
        return f"slow {self.service}-{self.server} {self.milliseconds}ms {self.seconds:g}s"

    async def make(self, ground: Ground, storm: Storm) -> None:
        """Make it slow, wait, make it quick again."""
        wires = ground.wires_of(self.service, self.server)
        try:
            for wire in wires:
                wire.delay = self.milliseconds / 1_000
            await asyncio.sleep(self.seconds)
        finally:
            for wire in wires:
                wire.mend()


@dataclass(frozen=True, slots=True)
class InTheCommit:
    """A service loses PostgreSQL as it commits, and cannot know whether it did.

    `how`: the COMMIT arrives and its answer is `unanswered`; it is `forgotten` on the way, its transaction
    open for a moment; or it arrives as all of PostgreSQL is `killed`, or told to `restart`.
    """

    service: str
    how: str

    def __str__(self) -> str:
        return f"commit {self.how} {self.service}"

    async def make(self, ground: Ground, storm: Storm) -> None:
        """Wait for a COMMIT, and do it."""
        (wire,) = ground.wires_of(self.service, "postgres")

        async def sprung() -> None:
            process = ground.process("postgres") if self.how in {"killed", "restart"} else None
            with suppress(psutil.NoSuchProcess):
                if process is not None and self.how == "killed":
                    for each in [process, *process.children(recursive=True)]:
                        with suppress(psutil.NoSuchProcess):
                            each.kill()
                elif process is not None:
                    process.send_signal(signal.SIGINT)
            await asyncio.sleep(_STILL)

        trap = Trap(self.how != "forgotten", sprung)
        wire.trap = trap
        try:
            async with asyncio.timeout(_BACK_WITHIN):
                await trap.done.wait()
        finally:
            if wire.trap is trap:
                wire.trap = None


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
            (await _process(ground, self.service)).kill()
            await asyncio.sleep(self.seconds)
        finally:
            for name in wrong:
                del told[name]
        (await _process(ground, self.service)).kill()


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
    import asyncpg

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


async def _process(ground: Ground, victim: str) -> psutil.Process:
    async with asyncio.timeout(_BACK_WITHIN):
        while True:
            if (process := ground.process(victim)) is not None:
                return process
            await asyncio.sleep(0.01)


def _signal(processes: list[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)

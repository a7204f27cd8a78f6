"""What is done to the platform while a load goes in; each thing is undone before it returns."""

import asyncio
import signal
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import psutil

from tests.chaos.ground import Ground
from tests.chaos.storm import Storm

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
        for process in [await process_of(ground, victim) for victim in self.victims]:
            send(signal.SIGKILL, [process])


@dataclass(frozen=True, slots=True)
class Stop:
    """SIGSTOP to a process, and to those that it has started; SIGCONT after some seconds."""

    victim: str
    seconds: float

    def __str__(self) -> str:
        return f"stop {self.victim} {self.seconds:g}s"

    async def make(self, ground: Ground, storm: Storm) -> None:
        """Stop it, wait, let it go on."""
        process = await process_of(ground, self.victim)
        stopped = with_children(process)
        try:
            send(signal.SIGSTOP, stopped)
            await asyncio.sleep(self.seconds)
        finally:
            send(signal.SIGCONT, stopped)


async def process_of(ground: Ground, victim: str) -> psutil.Process:
    """The process of a service or server, as soon as it runs."""
    async with asyncio.timeout(_BACK_WITHIN):
        while True:
            if (process := ground.process(victim)) is not None:
                return process
            await asyncio.sleep(0.01)


def with_children(process: psutil.Process) -> list[psutil.Process]:
    """A process and those that it has started; nothing where it is gone just now."""
    with suppress(psutil.NoSuchProcess):
        return [process, *process.children(recursive=True)]
    return []


def send(number: signal.Signals, processes: list[psutil.Process]) -> None:
    """Send a signal to those of them that are not gone."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)

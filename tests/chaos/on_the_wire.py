"""What is done to the connections between services and servers."""

import asyncio
import signal
from dataclasses import dataclass

from tests.chaos.ground import Ground
from tests.chaos.storm import Storm
from tests.chaos.troubles import CannotBeDone, send, with_children
from tests.chaos.wire import Trap

_COMMITS_WITHIN = 60.0
_STILL = 0.3  # seconds that a held COMMIT's connection stands after the service has lost it


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
            process = ground.process("postgres")
            if process is not None and self.how == "killed":
                send(signal.SIGKILL, with_children(process))
            elif process is not None and self.how == "restart":
                send(signal.SIGINT, [process])
            await asyncio.sleep(_STILL)

        trap = Trap(self.how != "forgotten", sprung)
        wire.traps.append(trap)
        try:
            async with asyncio.timeout(_COMMITS_WITHIN):
                await trap.done.wait()
        except TimeoutError as error:
            raise CannotBeDone(f"{self.service} had nothing to commit any more") from error
        finally:
            if trap in wire.traps:
                wire.traps.remove(trap)

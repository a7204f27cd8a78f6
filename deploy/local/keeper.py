"""The keeper: starts programs, starts them again when they die or cannot go on, and ends them."""

import asyncio
import logging
import signal
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

from deploy.local.processes import DidNotStart, Mark, end_child, mark

READY_WITHIN = 60.0
_GRACE = 2.0
_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 5.0
_LOOK_EVERY = 2.0
_STEADY_AFTER = 10.0  # seconds; who lived that long may be started again at once

_log = logging.getLogger("parledger.serve")


class Program(Protocol):
    """Something that can be kept running."""

    @property
    def name(self) -> str:
        """What people call it; also the name of its log."""
        ...

    @property
    def word(self) -> str:
        """What its command line holds, by which it is known again."""
        ...

    @property
    def stop_signal(self) -> signal.Signals:
        """The signal that asks it to end."""
        ...

    @property
    def log(self) -> Path:
        """The file that its output goes to."""
        ...

    async def spawn(self) -> asyncio.subprocess.Process:
        """Start it."""
        ...

    async def ready(self, process: asyncio.subprocess.Process) -> None:
        """Return once it serves. Raises DidNotStart if it ended instead."""
        ...


@runtime_checkable
class Ailing(Protocol):
    """A program that may run and yet not do its work until it is started again."""

    async def ails(self) -> str | None:
        """What would be mended by starting it again; None where nothing is, or nobody can tell."""
        ...


class Keeper:
    """Keeps programs running until told to end them. `on_change` is given the marks of all that run."""

    def __init__(self, on_change: Callable[[dict[str, Mark]], None]) -> None:
        self._on_change = on_change
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._marks: dict[str, Mark] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._programs: dict[str, Program] = {}
        self._later: asyncio.TimerHandle | None = None

    async def start(self, program: Program) -> None:
        """Start a program, and keep it. Returns once it is ready; DidNotStart if it would not be."""
        self._programs[program.name] = program
        process = await self._run(program)
        self._tasks[program.name] = asyncio.create_task(self._keep(program, process))

    async def end(self, names: Sequence[str] | None = None) -> None:
        """End these programs, or all, at the same time. Returns once they are gone."""
        chosen = [name for name in self._programs if names is None or name in names]
        for task in (self._tasks.pop(name, None) for name in chosen):
            if task is not None:
                task.cancel()
                await asyncio.wait([task])
        await asyncio.gather(*(self._end_one(name) for name in chosen))

    async def _end_one(self, name: str) -> None:
        process = self._running.get(name)
        if process is not None:
            await end_child(process, self._programs[name].stop_signal, _GRACE)
        self._forget(name)

    async def _run(self, program: Program) -> asyncio.subprocess.Process:
        """Start a program and see it through until it is ready; one that is not in time is ended."""
        process = await program.spawn()
        self._running[program.name] = process
        if known := mark(process.pid, program.word):
            self._marks[program.name] = known
            self._tell()
        try:
            # Not wait_for: until Python 3.12 it loses a cancellation that comes as the awaited thing ends.
            async with asyncio.timeout(READY_WITHIN):
                await program.ready(process)
        except TimeoutError as error:
            await end_child(process, program.stop_signal, _GRACE)
            raise DidNotStart(program.name, program.log) from error
        return process

    async def _keep(self, program: Program, process: asyncio.subprocess.Process) -> None:
        """Wait for a program to die and start it again, after longer pauses if it goes on dying."""
        clock = asyncio.get_running_loop().time
        pause = _FIRST_PAUSE
        while True:
            since = clock()
            code = await self._until_it_ends(program, process)
            self._forget(program.name)
            if clock() - since >= _STEADY_AFTER:
                pause = _FIRST_PAUSE
            _log.warning("%s ended (%s) and is started again; see %s", program.name, code, program.log)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
            try:
                process = await self._run(program)
            except (DidNotStart, OSError) as error:
                _log.error("%s", error)
                process = self._running[program.name]

    async def _until_it_ends(self, program: Program, process: asyncio.subprocess.Process) -> int:
        """Its exit code, once it has ended: by itself, or because it ailed twice in a row."""
        if not isinstance(program, Ailing):
            return await process.wait()
        ending = asyncio.ensure_future(process.wait())
        before: str | None = None
        try:
            while not (await asyncio.wait({ending}, timeout=_LOOK_EVERY))[0]:
                found = await _unless(ending, program.ails())
                if found and before:
                    _log.error("%s is ended, as it cannot go on: %s", program.name, found)
                    await end_child(process, program.stop_signal, _GRACE)
                before = found
            return ending.result()
        finally:
            ending.cancel()

    def _forget(self, name: str) -> None:
        if self._marks.pop(name, None) is not None:
            self._tell()

    def _tell(self) -> None:
        """Tell what runs now; where that cannot be written down, go on, and tell it later."""
        if self._later is not None:
            self._later.cancel()
            self._later = None
        try:
            self._on_change(dict(self._marks))
        except OSError as error:
            _log.error("what runs cannot be written down: %s", error)
            if self._marks:  # else nobody asks any more
                self._later = asyncio.get_running_loop().call_later(_LOOK_EVERY, self._tell)


async def _unless(ending: asyncio.Future[int], asking: Coroutine[None, None, str | None]) -> str | None:
    """What is answered, unless the program ends before that: then nobody waits for the answer."""
    asked = asyncio.ensure_future(asking)
    try:
        await asyncio.wait({ending, asked}, return_when=asyncio.FIRST_COMPLETED)
        return asked.result() if asked.done() else None
    finally:
        asked.cancel()

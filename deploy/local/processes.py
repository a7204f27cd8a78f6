"""Processes of ours: started so that they do not outlive us, and known again by more than a number."""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from deploy.local.folder import PRIVATE_FILE

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None

_POLL = 0.02
_LAST_GRACE = 0.5
_CLOCK_STEP = 2.0  # seconds by which a start time may move as the system's clock is set
_LOG_KEPT = 4 * 1024 * 1024


class DidNotStart(Exception):
    """A program ended, or said nothing, where it should have begun to serve. Holds the end of its log."""

    def __init__(self, name: str, log: Path) -> None:
        super().__init__(f"{name} did not start; the end of {log}:\n{last_lines(log)}")


@dataclass(frozen=True, slots=True)
class Mark:
    """What a process is known by: number, start (seconds since 1970), and a word of its command line."""

    pid: int
    started: float
    word: str


def mark(pid: int, word: str) -> Mark | None:
    """The mark of a running process; None if it is already gone."""
    try:
        return Mark(pid, psutil.Process(pid).create_time(), word)
    except psutil.NoSuchProcess:
        return None


def running(marked: Mark) -> psutil.Process | None:
    """The process that was marked, if it still runs; None if it is gone, or another one has its number."""
    try:
        process = psutil.Process(marked.pid)
        if abs(process.create_time() - marked.started) > _CLOCK_STEP:
            return None
        if process.status() == psutil.STATUS_ZOMBIE or marked.word not in " ".join(process.cmdline()):
            return None
    except psutil.Error:
        return None
    return process


async def end(process: psutil.Process, first: signal.Signals, grace: float) -> None:
    """End a process that is no child: `first`, and SIGKILL after `grace` seconds. Returns once it is gone."""
    deadline = asyncio.get_running_loop().time() + grace
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(first)
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            if asyncio.get_running_loop().time() > deadline:
                process.kill()
                deadline += grace
            await asyncio.sleep(_POLL)


async def end_child(process: asyncio.subprocess.Process, first: signal.Signals, grace: float) -> None:
    """End a child: `first`, after `grace` seconds SIGQUIT, then SIGKILL. Returns once it is gone.

    To PostgreSQL SIGQUIT means to end at once, its sessions with it; it recovers at its next start.
    """
    for number, patience in ((first, grace), (signal.SIGQUIT, _LAST_GRACE), (signal.SIGKILL, None)):
        if process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError, TimeoutError):
            process.send_signal(number)
            async with asyncio.timeout(patience):
                await process.wait()


def _dies_with_parent(parent: int, last: signal.Signals) -> Callable[[], None] | None:
    """What a child runs first, so that the kernel ends it when we die; None where no kernel does that."""
    libc = _LIBC
    if libc is None:
        return None

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, last, 0, 0, 0)
        if os.getppid() != parent:  # died in between
            os.kill(os.getpid(), last)

    return ask


def _open_log(path: Path) -> int:
    """A descriptor that appends to a log; a log that has grown large is first put aside as `.1`."""
    if path.exists() and path.stat().st_size > _LOG_KEPT:
        path.replace(path.with_name(f"{path.name}.1"))
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, PRIVATE_FILE)


async def start(
    command: Sequence[str | Path],
    environ: Mapping[str, str],
    log: Path,
    *,
    user: str | None = None,
    orphaned: signal.Signals = signal.SIGTERM,
) -> asyncio.subprocess.Process:
    """Start a program, its output appended to `log`, in a session of its own: Ctrl-C is for us alone.

    When we die, Linux sends it `orphaned`. `user` is whose it is to be, where that is somebody else.
    """
    descriptor = _open_log(log)
    identity = {"user": user, "group": user, "extra_groups": []} if user else {}
    try:
        return await asyncio.create_subprocess_exec(
            *map(str, command),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=descriptor,
            stderr=descriptor,
            env=dict(environ),
            cwd="/",
            start_new_session=True,
            preexec_fn=_dies_with_parent(os.getpid(), orphaned),
            **identity,
        )
    finally:
        os.close(descriptor)


def last_lines(log: Path, count: int = 15) -> str:
    """The end of a log, for an error that has to be explained; nothing if there is none."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 64 * 1024))
            return b"\n".join(file.read().splitlines()[-count:]).decode(errors="replace")
    except OSError:
        return ""

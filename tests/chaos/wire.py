"""A wire between a service and a server, of ours: it can be cut, frozen, made slow, and loses an answer.

A TCP server on loopback, to which the service connects; what it says goes on to where the server is.
"""

import asyncio
import contextlib
import re
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

Place = tuple[str, int] | Path
"""Where a server listens: host and port, or a socket's path."""

COMMIT = b"Q\0\0\0\x0cCOMMIT;\0"
"""What asyncpg sends to end a transaction: a simple query, by itself."""
_A_TRANSACTION = re.compile(rb"P.{4}(\w+)\0SELECT read\.write_rows", re.DOTALL)
"""It names a statement so, which is a transaction by itself: each time it is bound it is committed."""

_AT_ONCE = 64 * 1024
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: what is not sent is thrown away, with a reset


@dataclass(slots=True)
class Trap:
    """Waits for the next COMMIT on a wire, or the next statement that is a transaction by itself.

    Where it is `forwarded`, the answer to it still goes to nobody. `sprung` is called then, once the server
    has the COMMIT (or, where it is not forwarded, never will), and the connection ends as it returns.
    """

    forwarded: bool
    sprung: Callable[[], Awaitable[None]]
    done: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True)
class Wire:
    """All connections of one service to one server. `port` is where the service connects.

    A COMMIT springs one of its `traps`, the first.
    """

    to: Callable[[], Place]
    port: int = 0
    delay: float = 0.0
    traps: list[Trap] = field(default_factory=list[Trap])
    down: bool = False
    _flows: asyncio.Event = field(default_factory=asyncio.Event)
    _open: set[asyncio.StreamWriter] = field(default_factory=set[asyncio.StreamWriter])
    _tasks: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    @asynccontextmanager
    async def laid(self) -> AsyncIterator[None]:
        """It is there, until the context ends."""
        self._flows.set()
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()
            self._break()
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """Both sides hear a reset, and nobody gets through until it is mended."""
        self.down = True
        self._break()

    def freeze(self) -> None:
        """Nothing gets through any more, and nobody is told."""
        self._flows.clear()

    def mend(self) -> None:
        """It is whole again. What was held up on it goes on."""
        self.down, self.delay = False, 0.0
        self._flows.set()

    def _break(self) -> None:
        for writer in list(self._open):
            _reset(writer)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        await self._flows.wait()
        if self.down:
            _reset(writer)
            return
        try:
            far_reader, far_writer = await _connect(self.to())
        except OSError:
            _reset(writer)
            return
        ends = {writer, far_writer}
        self._open |= ends
        if self.down:  # cut just now
            self._break()
        try:
            await self._carry_both(reader, writer, far_reader, far_writer)
        finally:
            self._open -= ends
            for end in ends:
                end.close()

    async def _carry_both(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        far_reader: asyncio.StreamReader,
        far_writer: asyncio.StreamWriter,
    ) -> None:
        out = asyncio.create_task(self._carry_out(reader, writer, far_writer))
        back = asyncio.create_task(self._carry(far_reader, writer))
        try:
            await asyncio.wait({out, back}, return_when=asyncio.FIRST_COMPLETED)
            if out.done() and out.exception() is None and not out.result():
                await back  # what the server has still to say
        finally:
            for task in (out, back):
                task.cancel()
            await asyncio.gather(out, back, return_exceptions=True)

    async def _carry_out(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, far_writer: asyncio.StreamWriter
    ) -> bool:
        """From the service to the server, past the trap; whether that ended it."""
        known = set[bytes]()
        while data := await reader.read(_AT_ONCE):
            await self._way()
            known.update(_A_TRANSACTION.findall(data))
            if self.traps and _commits(data, known):
                await self._spring(self.traps.pop(0), data, writer, far_writer)
                return True
            far_writer.write(data)
            await far_writer.drain()
        with contextlib.suppress(OSError):
            far_writer.write_eof()
        return False

    async def _spring(
        self, trap: Trap, data: bytes, writer: asyncio.StreamWriter, far_writer: asyncio.StreamWriter
    ) -> None:
        """The service hears a reset at once; the server gets the COMMIT, or sees its client gone."""
        self._open.discard(writer)
        _reset(writer)
        try:
            if trap.forwarded:
                with contextlib.suppress(OSError):  # the server may be gone just now
                    far_writer.write(data)
                    await far_writer.drain()
            await trap.sprung()
        finally:
            trap.done.set()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(_AT_ONCE):
            await self._way()
            with contextlib.suppress(OSError):  # who hears no more does not keep the server from saying it
                writer.write(data)
                await writer.drain()

    async def _way(self) -> None:
        """As long as it takes to get through."""
        if self.delay:
            await asyncio.sleep(self.delay)
        await self._flows.wait()


def _commits(data: bytes, known: set[bytes]) -> bool:
    """Does this end a transaction? `known` are the names of statements that are one by themselves."""
    return COMMIT in data or any(re.search(rb"B.{4}\0%s\0" % name, data, re.DOTALL) for name in known)


async def _connect(place: Place) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if isinstance(place, Path):
        return await asyncio.open_unix_connection(str(place))
    return await asyncio.open_connection(*place)


def _reset(writer: asyncio.StreamWriter) -> None:
    raw = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        if raw is not None and raw.family != socket.AF_UNIX:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()

"""The wire that a round cuts: what passes it, what does not, and what becomes of a COMMIT on it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from tests.chaos.wire import COMMIT, Trap, Wire
from tests.patience import PATIENCE, until


@dataclass
class Echo:
    """A server that says again what it hears, and remembers it."""

    port: int = 0
    heard: bytes = b""
    ends: list[asyncio.StreamWriter] = field(default_factory=list[asyncio.StreamWriter])

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.ends.append(writer)
        while data := await reader.read(1024):
            self.heard += data
            writer.write(data)
        writer.close()


@asynccontextmanager
async def an_echo() -> AsyncIterator[tuple[Echo, Wire]]:
    """The server, and a wire to it."""
    echo = Echo()
    server = await asyncio.start_server(echo.serve, "127.0.0.1", 0)
    echo.port = server.sockets[0].getsockname()[1]
    wire = Wire(lambda: ("127.0.0.1", echo.port))
    async with wire.laid():
        yield echo, wire
    for end in echo.ends:
        end.close()
    server.close()


@dataclass
class Call:
    """A connection by the wire."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def hears(self, said: bytes) -> bytes:
        self.writer.write(said)
        async with asyncio.timeout(PATIENCE):
            return await self.reader.readexactly(len(said))

    async def is_lost(self) -> bool:
        async with asyncio.timeout(PATIENCE):
            try:
                return await self.reader.read(1) == b""
            except ConnectionError:
                return True


@asynccontextmanager
async def a_call(wire: Wire) -> AsyncIterator[Call]:
    reader, writer = await asyncio.open_connection("127.0.0.1", wire.port)
    yield Call(reader, writer)
    writer.close()


async def test_what_is_said_comes_through() -> None:
    async with an_echo() as (_, wire), a_call(wire) as call:
        assert await call.hears(b"xin") == b"xin"


async def test_a_wire_that_is_cut_lets_go_of_both_sides_and_of_newcomers_until_it_is_mended() -> None:
    async with an_echo() as (_, wire):
        async with a_call(wire) as call:
            assert await call.hears(b"xin") == b"xin"
            wire.cut()
            assert await call.is_lost()
        async with a_call(wire) as call:
            assert await call.is_lost()
        wire.mend()
        async with a_call(wire) as call:
            assert await call.hears(b"xin") == b"xin"


async def test_what_is_said_on_a_frozen_wire_comes_through_once_it_is_mended() -> None:
    async with an_echo() as (echo, wire), a_call(wire) as call:
        assert await call.hears(b"xin") == b"xin"
        wire.freeze()
        hears = asyncio.create_task(call.hears(b"moi"))
        async with a_call(wire) as another:
            waits = asyncio.create_task(another.hears(b"nghe"))
            await asyncio.sleep(0.1)
            assert not hears.done()
            assert not waits.done()
            assert echo.heard == b"xin"
            wire.mend()
            assert (await hears, await waits) == (b"moi", b"nghe")


async def test_a_slow_wire_takes_its_time_either_way() -> None:
    async with an_echo() as (_, wire), a_call(wire) as call:
        wire.delay = 0.05
        began = asyncio.get_running_loop().time()
        assert await call.hears(b"xin") == b"xin"
        assert asyncio.get_running_loop().time() - began >= 2 * wire.delay


@pytest.mark.parametrize("forwarded", [True, False])
async def test_nobody_hears_what_became_of_a_trapped_commit(forwarded: bool) -> None:
    async with an_echo() as (echo, wire), a_call(wire) as call:
        assert await call.hears(b"BEGIN;") == b"BEGIN;"
        release = asyncio.Event()

        async def sprung() -> None:
            await release.wait()

        wire.traps.append(Trap(forwarded, sprung))
        call.writer.write(COMMIT)
        assert await call.is_lost()
        await until(lambda: echo.heard.endswith(COMMIT) == forwarded)
        assert wire.traps == []
        release.set()
        async with a_call(wire) as another:
            assert await another.hears(COMMIT) == COMMIT  # once is enough


async def test_a_statement_that_is_a_transaction_by_itself_is_trapped_as_a_commit_is() -> None:
    named = b"P\0\0\1\2__asyncpg_stmt_7__\0SELECT read.write_rows($1);\0\0\0"
    bound, other = (b"B\0\0\1\2\0__asyncpg_stmt_%d__\0\0\1\0\1" % number for number in (7, 8))

    async def sprung() -> None:
        """Nothing more."""

    async with an_echo() as (echo, wire), a_call(wire) as call:
        wire.traps.append(Trap(True, sprung))
        for passes in (named, other):
            assert await call.hears(passes) == passes
        call.writer.write(bound)
        assert await call.is_lost()
        await until(lambda: echo.heard.endswith(bound))
        assert wire.traps == []

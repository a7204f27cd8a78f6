"""A root of one's own in the session's PostgreSQL, and connections of every role."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import count

import asyncpg
import pytest

from deploy.local.stack import Servers

Connect = Callable[[str], AbstractAsyncContextManager[asyncpg.Connection]]
_numbers = count(1)


@pytest.fixture
def connect(servers: Servers) -> Connect:
    """A function that connects as a role (`postgres`, `parledger_ingest`, …) for the length of a context."""

    @asynccontextmanager
    async def open_(role: str) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(servers.dsn(role))
        try:
            yield connection
        finally:
            await connection.close(timeout=5)

    return open_


@pytest.fixture(scope="session")
async def superuser(servers: Servers) -> AsyncIterator[asyncpg.Connection]:
    """A connection of the superuser, for the whole session."""
    connection = await asyncpg.connect(servers.dsn("postgres"))
    yield connection
    await connection.close()


@pytest.fixture
async def root(superuser: asyncpg.Connection) -> str:
    """A root that was prepared for this test alone."""
    name = f"led-{next(_numbers)}"
    await superuser.execute("SELECT ledger.prepare_root($1)", name)
    return name


@pytest.fixture
async def another_root(superuser: asyncpg.Connection) -> str:
    """A second one."""
    name = f"led-{next(_numbers)}"
    await superuser.execute("SELECT ledger.prepare_root($1)", name)
    return name


@pytest.fixture
async def ingest(connect: Connect) -> AsyncIterator[asyncpg.Connection]:
    """A connection of the role that ingest has."""
    async with connect("parledger_ingest") as connection:
        yield connection


@pytest.fixture
async def appraisal(connect: Connect) -> AsyncIterator[asyncpg.Connection]:
    """A connection of the role that appraisal has."""
    async with connect("parledger_appraisal") as connection:
        yield connection

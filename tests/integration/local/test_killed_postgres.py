"""A PostgreSQL that was killed is started again, in a folder that is its alone."""

import asyncio
import contextlib
from pathlib import Path

import asyncpg
import psutil
import pytest

from deploy.local.processes import running
from deploy.local.runfile import read_run
from deploy.local.stack import Servers, running_servers
from tests.patience import PATIENCE

# Works without waiting for anything, so that it does not notice that its server is gone.
_BUSY = "SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 1000000) b"


def _kill_postgres(servers: Servers) -> None:
    run = read_run(servers.folder)
    assert run is not None
    process = running(run.processes["postgres"])
    assert process is not None
    process.kill()


async def _until_it_serves(servers: Servers) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            await asyncio.sleep(0.1)
            with contextlib.suppress(OSError, asyncpg.PostgresError):
                connection = await asyncpg.connect(servers.dsn("postgres"))
                await connection.close()
                return


async def test_a_session_of_a_killed_server_ends_before_another_server_begins(data_folder: Path) -> None:
    async with running_servers(data_folder) as servers:
        connection = await asyncpg.connect(servers.dsn("postgres"))
        session = psutil.Process(connection.get_server_pid())
        query = asyncio.create_task(connection.fetchval(_BUSY))
        await asyncio.sleep(0.3)
        assert not query.done()
        _kill_postgres(servers)
        await _until_it_serves(servers)
        assert not session.is_running() or session.status() == psutil.STATUS_ZOMBIE
        with pytest.raises((asyncpg.PostgresError, OSError)):
            await query


async def test_it_comes_back_also_where_its_socket_lies_elsewhere(data_folder: Path) -> None:
    long = data_folder / ("x" * 60) / ("y" * 60)
    async with running_servers(long) as servers:
        _kill_postgres(servers)
        await _until_it_serves(servers)

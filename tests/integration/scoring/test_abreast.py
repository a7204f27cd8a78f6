"""Roots that are replayed side by side, in processes of their own."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import psutil
import pytest

from deploy.local import replay
from deploy.local.stack import Servers, running_servers
from parledger.cli import CommandError
from services.scoring import abreast, rebuild
from services.scoring.rebuild import Unreachable
from tests.conftest import a_data_folder
from tests.integration.scoring.test_projection import TABLES
from tests.patience import PATIENCE
from tests.province import Province
from tests.tampering import rewrite

NOWHERE = "postgresql://parledger_scoring@127.0.0.1:1/nowhere"
_END_CONNECTIONS = """
import asyncio, asyncpg, sys
async def end():
    connection = await asyncpg.connect(sys.argv[1])
    await connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                             "WHERE application_name = 'parledger-rebuild'")
    await connection.close()
asyncio.run(end())
"""
AddRoot = Callable[[Servers], Awaitable[str]]


@pytest.fixture(scope="module")
async def servers() -> AsyncIterator[Servers]:
    """Servers with few roots: what is replayed here is all of them."""
    with a_data_folder() as folder:
        async with running_servers(folder) as running:
            yield running


@pytest.fixture(autouse=True)
def however_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes are made however few events there are."""
    monkeypatch.setattr(abreast, "WORTH_A_PROCESS", 0)


async def province(servers: Servers, add_root: AddRoot) -> str:
    """A root with a dossier's life in it."""
    root = await add_root(servers)
    connection = await asyncpg.connect(servers.dsn("parledger_ingest"))
    played = Province(root, connection)
    await played.open()
    await played.play()
    await connection.close()
    return root


async def rows(servers: Servers, root: str) -> dict[str, list[str]]:
    """All that stands of a root, as text."""
    superuser = await asyncpg.connect(servers.dsn("postgres"))
    statement = "SELECT t::text FROM read.{} t WHERE root = $1 ORDER BY 1"
    found = {table: await superuser.fetch(statement.format(table), root) for table in TABLES}
    await superuser.close()
    return {table: [row[0] for row in one] for table, one in found.items()}


async def test_roots_side_by_side_give_what_one_after_the_other_gives(
    servers: Servers, add_root: AddRoot
) -> None:
    dsn, seen = servers.dsn("parledger_scoring"), set[str]()
    roots = [await province(servers, add_root) for _ in range(3)]
    altered = roots.pop()
    await rewrite(servers, altered, 3, '"kind":"', '"kind":"x', hashed=False)
    for root in roots:
        await rebuild.run(dsn, root, lambda *_: None)
    before = {root: await rows(servers, root) for root in roots}
    rebuilt = await abreast.run(dsn, None, lambda root, *_: seen.add(root), most=2)
    assert {root: await rows(servers, root) for root in roots} == before
    assert all(rebuilt.compared[root].difference is None for root in roots)
    assert all(rebuilt.events[root] == rebuilt.compared[root].position > 0 for root in roots)
    assert str(rebuilt.altered[altered]) == (
        f"the ledger of {altered} was altered: "
        "position 3 does not have the leaf hash that was recorded with it"
    )
    assert {*roots} <= seen
    assert not psutil.Process().children() or all(
        "spawn_main" not in " ".join(child.cmdline()) for child in psutil.Process().children()
    )


async def test_processes_that_work_on_roots_end_with_who_gave_them_out(
    servers: Servers, add_root: AddRoot
) -> None:
    for _ in range(2):
        await province(servers, add_root)
    program = (
        "import asyncio; from services.scoring import abreast; abreast.WORTH_A_PROCESS = 0\n"
        "if __name__ == '__main__':\n"
        " print('begun', flush=True)\n"
        f" asyncio.run(abreast.run({servers.dsn('parledger_scoring')!r}, None, print, most=2))"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        await process.stdout.readline()
        while not (working := psutil.Process(process.pid).children()):  # noqa: ASYNC110 - no event tells it
            await asyncio.sleep(0.01)
        process.kill()
        await process.wait()
        _, left = await asyncio.to_thread(psutil.wait_procs, working, PATIENCE)
    assert not left


async def test_a_database_that_is_not_there_or_goes_away_is_said_in_a_sentence(
    servers: Servers, add_root: AddRoot
) -> None:
    with pytest.raises(CommandError, match="cannot be reached"):
        await replay._rebuilt(NOWHERE, None, lambda *_: None, False)
    root = await province(servers, add_root)
    before = await rows(servers, root)

    def cut(*_: object) -> None:
        command = [sys.executable, "-c", _END_CONNECTIONS, servers.dsn("postgres")]
        subprocess.run(command, check=True)

    with pytest.raises(Unreachable, match="went away"):
        await rebuild.run(servers.dsn("parledger_scoring"), root, cut)
    assert await rows(servers, root) == before

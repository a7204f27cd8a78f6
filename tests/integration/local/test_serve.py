"""`serve` and `root`, as they are typed."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import httpx
import psutil
import pytest

from deploy.local.folder import open_folder
from deploy.local.keys import Keys
from deploy.local.postgres import EmbeddedPostgres
from deploy.local.stack import joined_servers
from tests.conftest import a_data_folder
from tests.integration.local.commands import Serving, parledger, serving
from tests.patience import PATIENCE, until

EVERYTHING = {"postgres", "nats-server", "ingest", "appraisal", "relay", "scoring", "query"}


@pytest.fixture(scope="module")
async def served() -> AsyncIterator[Serving]:
    """One `serve` for the tests that do it no harm."""
    with a_data_folder() as folder:
        async with serving(folder) as running:
            yield running


async def prepared_roots(data: Path) -> list[str]:
    """The roots in the ledger of a folder that is being served."""
    folder = open_folder(data)
    postgres = EmbeddedPostgres(folder, Keys(folder))
    connection = await asyncpg.connect(postgres.dsn("postgres"))
    try:
        return [row["root"] for row in await connection.fetch("SELECT root FROM ledger.head ORDER BY root")]
    finally:
        await connection.close()


def all_gone(processes: dict[str, psutil.Process]) -> bool:
    """Is none of them running any more?"""
    _, alive = psutil.wait_procs(list(processes.values()), timeout=PATIENCE)
    return not alive


async def test_once_it_is_ready_everything_runs_and_answers(served: Serving) -> None:
    assert set(served.children()) == EVERYTHING
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{served.http_url}/health")
    assert answer.status_code == 200


async def test_a_second_one_on_the_folder_is_refused_in_a_sentence(served: Serving) -> None:
    answer = await parledger("serve", "--data", served.data, "--port", 0, "--nats-port", 0)
    assert answer.code == 1
    assert answer.out == ""
    assert f"already being served by process {served.process.pid} at {served.http_url}" in answer.err
    assert "Traceback" not in answer.err


async def test_a_root_is_added_while_it_runs_once_however_often(served: Serving) -> None:
    answers = await asyncio.gather(*(parledger("root", "add", "qt", "--data", served.data) for _ in range(3)))
    assert [answer.code for answer in answers] == [0, 0, 0], [answer.err for answer in answers]
    assert await prepared_roots(served.data) == ["qt"]


async def test_a_port_that_is_taken_is_named(served: Serving, data_folder: Path) -> None:
    port = served.http_url.rpartition(":")[2]
    answer = await parledger("serve", "--data", data_folder / "d", "--port", port, "--nats-port", 0)
    assert answer.code == 1
    assert f"port {port} is in use" in answer.err


async def test_a_service_that_is_killed_comes_back(served: Serving) -> None:
    before = served.children()
    before["query"].kill()
    async with asyncio.timeout(PATIENCE), httpx.AsyncClient() as client:
        while True:
            await asyncio.sleep(0.1)
            try:
                answer = await client.get(f"{served.http_url}/health")
            except httpx.TransportError:
                continue
            if answer.status_code == 200:
                break
    after = served.children()
    assert after["query"].pid != before["query"].pid
    assert after["ingest"].pid == before["ingest"].pid


async def test_by_sigint_it_ends_with_0_soon_and_leaves_nothing_behind(data_folder: Path) -> None:
    async with serving(data_folder) as running:
        await ends_well(running, signal.SIGINT)


async def ends_well(running: Serving, number: signal.Signals) -> None:
    """It ends by the signal, in time, with 0, prints nothing but its line, and nothing of it still runs."""
    children = running.children()
    code, out, seconds = await running.end(number)
    assert (code, out) == (0, "")
    assert seconds < 20, "where the machine has time for it, within 5"
    assert all_gone(children)
    assert not (running.data / "run.json").exists()


async def test_told_to_end_while_it_starts_it_leaves_nothing_behind(data_folder: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(
            sys.executable,
            "-m",
            "parledger",
            "serve",
            "--data",
            str(data_folder),
            "--port",
            "0",
            "--nats-port",
            "0",
        ),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    await until((data_folder / "run.json").exists)
    await asyncio.sleep(0.3)
    children = {str(child.pid): child for child in psutil.Process(process.pid).children()}
    process.send_signal(signal.SIGINT)
    out, _ = await process.communicate()
    assert (process.returncode, out) == (0, b"")
    assert all_gone(children)


async def test_after_a_kill_the_next_one_ends_what_was_left_and_serves_the_same_ledger(
    data_folder: Path,
) -> None:
    await parledger("root", "add", "qt", "--data", data_folder)
    async with serving(data_folder) as first:
        children = first.children()
        deaf = [children[name] for name in ("postgres", "nats-server", "scoring")]
        for process in deaf:
            process.suspend()  # it does not hear that we died
        first.process.kill()
        await first.process.wait()
    for process in deaf:
        process.resume()
    async with serving(data_folder) as second:
        assert all_gone(children)
        assert set(second.children()) == EVERYTHING
        assert await prepared_roots(data_folder) == ["qt"]
        await ends_well(second, signal.SIGTERM)


async def test_a_root_is_added_when_nothing_runs(data_folder: Path) -> None:
    answers = [await parledger("root", "add", root, "--data", data_folder) for root in ("qt", "hue", "qt")]
    assert [answer.code for answer in answers] == [0, 0, 0], [answer.err for answer in answers]
    assert not (data_folder / "run.json").exists()
    async with joined_servers(data_folder):
        assert await prepared_roots(data_folder) == ["hue", "qt"]

"""A disk that was full and has room again: whatever lies on it goes on, without anybody's help."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import nats.errors
import psutil
import pytest

from deploy.local.processes import running
from deploy.local.runfile import read_run
from deploy.local.stack import Servers, running_servers
from shared.broker.service_broker import client_of, service_broker
from shared.broker.subjects import recorded_subject
from tests.chaos.disk import Disk, NoRight
from tests.patience import PATIENCE, until


async def _takes(servers: Servers) -> bool:
    """Does the feed of what was recorded take a message?"""
    seed = servers.nats_seed_file("relay").read_text().strip()
    broker = service_broker(servers.nats_url, seed, "relay")
    try:
        await broker.start()
        jetstream = client_of(broker).jetstream(timeout=1)
        await jetstream.publish(recorded_subject("qt", "UnitRegistered", "qt"), bytes(100_000))
        return True
    except (nats.errors.Error, OSError, TimeoutError):
        return False
    finally:
        with contextlib.suppress(nats.errors.Error, OSError, TimeoutError):
            await broker.stop()


@contextlib.contextmanager
def _on_a_disk_of_its_own(folder: Path) -> Iterator[Disk]:
    """The disk of a folder; the test is skipped where nothing may be mounted."""
    with contextlib.ExitStack() as mounts:
        try:
            disk = mounts.enter_context(Disk(folder).mounted())
        except NoRight as error:
            pytest.skip(f"NOT TESTED: {error}")
        yield disk


async def test_a_feed_that_could_not_be_written_takes_messages_once_there_is_room(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.local.keeper._LOOK_EVERY", 0.2)
    with _on_a_disk_of_its_own(data_folder / "nats") as disk:
        async with running_servers(data_folder) as servers:
            assert await _takes(servers)
            disk.fill()
            assert not await _takes(servers)
            disk.free()
            async with asyncio.timeout(PATIENCE):
                while True:
                    if await _takes(servers):
                        return
                    await asyncio.sleep(0.1)


async def test_a_broker_that_was_started_on_a_full_disk_takes_another_root_once_there_is_room(
    data_folder: Path,
) -> None:
    with _on_a_disk_of_its_own(data_folder / "nats") as disk:
        async with running_servers(data_folder) as servers:
            disk.fill(leaving=1024 * 1024)
            before = _broker(servers)
            assert before is not None
            before.kill()
            await until(lambda: _broker(servers) not in (None, before))
            await until(lambda: _listens(servers.nats_url))
            disk.free()
            await servers.add_root("qt")


def _broker(servers: Servers) -> psutil.Process | None:
    run = read_run(servers.folder)
    known = run.processes.get("nats") if run else None
    return running(known) if known else None


def _listens(url: str) -> bool:
    address = urlsplit(url)
    with contextlib.suppress(OSError), socket.create_connection((address.hostname, address.port), 1):
        return True
    return False

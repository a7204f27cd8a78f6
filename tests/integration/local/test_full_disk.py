"""A disk that was full and has room again: whatever lies on it goes on, without anybody's help."""

import asyncio
import contextlib
from pathlib import Path

import nats.errors
import pytest

from deploy.local.stack import Servers, running_servers
from shared.broker.service_broker import client_of, service_broker
from shared.broker.subjects import recorded_subject
from tests.chaos.disk import Disk, NoRight
from tests.patience import PATIENCE


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


async def test_a_feed_that_could_not_be_written_takes_messages_once_there_is_room(data_folder: Path) -> None:
    disk = Disk(data_folder / "nats")
    with contextlib.ExitStack() as mounts:
        try:
            mounts.enter_context(disk.mounted())
        except NoRight as error:
            pytest.skip(f"NOT TESTED: {error}")
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

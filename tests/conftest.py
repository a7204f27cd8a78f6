"""What many tests need: the servers, the whole platform, a root of one's own."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from deploy.local.stack import Servers, Stack, running_servers, running_stack
from tests.province import Province, province_on

_numbers = count(1)

# Examples take as long as they take: a busy machine is no fault of what is tested.
settings.register_profile("patient", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@contextmanager
def a_data_folder() -> Iterator[Path]:
    """A folder for `--data`. Not pytest's own: each session of pytest shuts that one to other users.

    Run by root, PostgreSQL is another user.
    """
    folder = Path(tempfile.mkdtemp(prefix="parledger-test-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def data_folder() -> Iterator[Path]:
    """A data folder for one test."""
    with a_data_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
async def servers() -> AsyncIterator[Servers]:
    """PostgreSQL, migrated, and NATS, for the whole session; no service runs on them."""
    with a_data_folder() as folder:
        async with running_servers(folder) as running:
            yield running


@pytest.fixture(scope="session")
async def stack() -> AsyncIterator[Stack]:
    """The whole platform, for the whole session: the servers of a folder of its own, and every service."""
    with a_data_folder() as folder:
        async with running_stack(folder) as running:
            yield running


@pytest.fixture
def unused_root() -> str:
    """The name of a root that nobody has prepared in this session."""
    return f"r{next(_numbers):04d}"


@pytest.fixture
def add_root() -> Callable[[Servers], Awaitable[str]]:
    """A function that prepares a new root on the servers or the stack, and answers its name."""

    async def add(running: Servers) -> str:
        root = f"r{next(_numbers):04d}"
        await running.add_root(root)
        return root

    return add


@pytest.fixture
async def province(
    servers: Servers, add_root: Callable[[Servers], Awaitable[str]]
) -> AsyncIterator[Province]:
    """A small province on a root of its own: its tree, its rubric, its round."""
    async with province_on(servers, await add_root(servers)) as begun:
        await begun.open()
        yield begun

"""What many tests need: the servers, the whole platform, a root of one's own."""

from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count

import pytest

from deploy.local.stack import Servers, Stack, running_servers, running_stack

_numbers = count(1)


@pytest.fixture(scope="session")
async def servers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Servers]:
    """PostgreSQL, migrated, and NATS, for the whole session; no service runs on them."""
    async with running_servers(tmp_path_factory.mktemp("servers")) as running:
        yield running


@pytest.fixture(scope="session")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """The whole platform, for the whole session: the servers of a folder of its own, and every service."""
    async with running_stack(tmp_path_factory.mktemp("stack")) as running:
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

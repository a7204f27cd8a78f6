"""A replay takes longer the more roots there are: these tests have a ledger of their own."""

from collections.abc import AsyncIterator

import pytest

from deploy.local.stack import Servers, running_servers
from tests.conftest import a_data_folder


@pytest.fixture(scope="package")
async def servers() -> AsyncIterator[Servers]:
    """PostgreSQL and NATS that no other folder's tests record in."""
    with a_data_folder() as folder:
        async with running_servers(folder) as running:
            yield running

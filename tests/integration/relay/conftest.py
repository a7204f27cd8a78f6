"""A relay tells every root of its ledger: these tests have a ledger of their own."""

from collections.abc import AsyncIterator

import pytest

from deploy.local.stack import Servers, running_servers
from tests.conftest import a_data_folder


@pytest.fixture(scope="module")
async def servers() -> AsyncIterator[Servers]:
    """PostgreSQL and NATS that no other test records in."""
    with a_data_folder() as folder:
        async with running_servers(folder) as running:
            yield running

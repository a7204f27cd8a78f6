"""The filled servers, and a connection of each role to them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from deploy.local.keys import SUPERUSER
from deploy.local.stack import Servers
from services.query.config import Config
from services.query.snapshot import make_pool
from shared.identity.issuer import ISSUER
from shared.ledger.pool import open_pool
from tests.integration.plans.filled import filled_servers


@pytest.fixture(scope="session")
async def servers() -> AsyncIterator[Servers]:
    """Servers of these tests alone."""
    async with filled_servers() as servers:
        yield servers


@pytest.fixture(scope="session")
async def connections(servers: Servers) -> AsyncIterator[dict[str, Any]]:
    """A connection of each role, as its service has it."""
    config = Config(servers.dsn("parledger_query"), ISSUER, "", None, "", 0, False)
    pools: dict[str, Any] = {"query": await make_pool(config)}
    pools["superuser"] = await open_pool(servers.dsn(SUPERUSER), "audit", most=1)
    for role in ("ingest", "appraisal", "relay", "scoring"):
        pools[role] = await open_pool(servers.dsn(f"parledger_{role}"), role, most=1)
    yield {role: await pool.acquire() for role, pool in pools.items()}
    for pool in pools.values():
        pool.terminate()

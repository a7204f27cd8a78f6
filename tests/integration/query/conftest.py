"""The service on a real PostgreSQL, and questions to it as any tenant."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import asyncpg
import httpx
import pytest

from deploy.local.keys import SUPERUSER
from deploy.local.stack import Servers, running_servers
from services.query.config import Config, Limits
from services.query.endpoint import Service, make_app
from services.query.rubrics import Shelf
from services.query.schema.build import build_schema
from services.query.snapshot import Pool, make_pool
from shared.identity.issuer import ISSUER
from shared.identity.tokens import TokenVerifier
from tests.conftest import a_data_folder
from tests.integration.query.asker import Asker, CountingPool
from tests.integration.query.country import build
from tests.integration.query.played import Played
from tests.integration.query.world import World
from tests.province import province_on
from tests.year import YEAR_RUBRIC, Year

MOST_ROOTS = 25


class Supply:
    """Servers of these tests alone, with few roots: an answer takes longer the more there are."""

    def __init__(self) -> None:
        self._running = AsyncExitStack()
        self._servers: Servers | None = None

    async def servers(self) -> Servers:
        """Those that run; others instead, where many roots are in them by now."""
        if self._servers is None or await _roots(self._servers) > MOST_ROOTS:
            await self.end()
            folder = self._running.enter_context(a_data_folder())
            self._servers = await self._running.enter_async_context(running_servers(folder))
        return self._servers

    async def end(self) -> None:
        """End those that run."""
        self._servers = None
        await self._running.aclose()


async def _roots(servers: Servers) -> int:
    connection = await asyncpg.connect(servers.dsn(SUPERUSER))
    try:
        return await connection.fetchval("SELECT count(*) FROM ledger.head")
    finally:
        await connection.close()


@pytest.fixture(scope="package")
async def supply() -> AsyncIterator[Supply]:
    """For all that is asked here."""
    made = Supply()
    yield made
    await made.end()


@pytest.fixture(scope="module")
async def servers(supply: Supply) -> Servers:
    """Servers in which no test outside this folder records."""
    return await supply.servers()


@pytest.fixture(scope="module")
async def superuser(servers: Servers) -> AsyncIterator[asyncpg.Connection]:
    """Whoever may write everything."""
    connection = await asyncpg.connect(servers.dsn(SUPERUSER))
    yield connection
    await connection.close()


@pytest.fixture(scope="module")
async def query_pool(servers: Servers) -> AsyncIterator[Pool]:
    """Connections as the service has them."""
    config = Config(servers.dsn("parledger_query"), ISSUER, "", None, "", 0, False)
    pool = await make_pool(config)
    yield pool
    await pool.close()


@pytest.fixture(scope="module")
def make_service(servers: Servers, query_pool: Pool) -> Callable[..., Service]:
    """Makes the service, with any limits, with or without introspection."""

    def make(limits: Limits | None = None, introspection: bool = True, pool: Pool | None = None) -> Service:
        held = limits or Limits()
        return Service(
            schema=build_schema(held, introspection),
            pool=pool or query_pool,
            verifier=TokenVerifier(ISSUER, servers.keys.issuer().jwks_url),
            limits=held,
            shelf=Shelf(),
        )

    return make


@pytest.fixture
async def asker_of(servers: Servers, query_pool: Pool) -> AsyncIterator[Callable[[Service], Asker]]:
    """Makes somebody who asks a service."""
    clients: list[httpx.AsyncClient] = []

    def make(service: Service) -> Asker:
        transport = httpx.ASGITransport(make_app(service), raise_app_exceptions=False)
        clients.append(httpx.AsyncClient(transport=transport, base_url="http://query"))
        pool = service.pool if isinstance(service.pool, CountingPool) else CountingPool(query_pool)
        return Asker(clients[-1], servers, pool)

    yield make
    for client in clients:
        await client.aclose()


@pytest.fixture
def ask(
    asker_of: Callable[[Service], Asker], make_service: Callable[..., Service], query_pool: Pool
) -> Asker:
    """Asks a service of its own, which counts its statements."""
    return asker_of(make_service(pool=CountingPool(query_pool)))


@pytest.fixture
async def world(superuser: asyncpg.Connection, unused_root: str) -> World:
    """A root of one's own with everything in it, but no feed."""
    await superuser.execute("SELECT ledger.prepare_root($1)", unused_root)
    return await build(superuser, unused_root)


@pytest.fixture
async def played(
    asker_of: Callable[[Service], Asker],
    make_service: Callable[..., Service],
    query_pool: Pool,
    servers: Servers,
    add_root: Callable[[Servers], Awaitable[str]],
) -> AsyncIterator[Played]:
    """A small province on a root of its own, of which nothing but the beginning was played.

    What it is asked is counted as if it were large, so more may be asked of it than of the service.
    """
    ask = asker_of(make_service(Limits(cost=1_000_000), pool=CountingPool(query_pool)))
    async with province_on(servers, await add_root(servers), YEAR_RUBRIC) as province:
        await province.open()
        yield Played(Year(province), ask, servers)

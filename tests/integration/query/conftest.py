"""The service on a real PostgreSQL, and questions to it as any tenant."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import httpx
import pytest

from deploy.local.keys import SUPERUSER
from deploy.local.stack import Servers
from services.query.config import Config, Limits
from services.query.endpoint import Service, make_app
from services.query.rubrics import Shelf
from services.query.schema.build import build_schema
from services.query.snapshot import Pool, make_pool
from shared.identity.issuer import ISSUER
from shared.identity.tokens import TokenVerifier
from tests.integration.query.country import build
from tests.integration.query.world import World


@dataclass
class CountingPool:
    """A pool that counts the statements that went through it, transactions and scopes aside."""

    pool: Pool
    statements: list[str] = field(default_factory=list)

    async def acquire(self, *, timeout: float | None = None) -> Any:
        return _Counting(await self.pool.acquire(timeout=timeout), self.statements)

    async def release(self, connection: Any) -> None:
        await self.pool.release(connection.connection)

    async def close(self) -> None:
        await self.pool.close()


@dataclass
class _Counting:
    connection: Any
    statements: list[str]

    async def execute(self, query: str, *args: object) -> str:
        return await self.connection.execute(query, *args)

    async def fetch(self, query: str, *args: object) -> Any:
        if "set_config" not in query:
            self.statements.append(query)
        return await self.connection.fetch(query, *args)


@dataclass
class Asker:
    """Asks the service questions, as a tenant."""

    client: httpx.AsyncClient
    servers: Servers
    pool: CountingPool

    async def post(
        self, viewer: str, query: str, roles: tuple[str, ...] = ("viewer",), /, **variables: Any
    ) -> httpx.Response:
        """The whole response."""
        token = self.servers.token(viewer, roles)
        return await self.client.post(
            "/graphql",
            json={"query": query, "variables": variables},
            headers={"authorization": f"Bearer {token}"},
        )

    async def __call__(self, viewer: str, query: str, /, **variables: Any) -> Any:
        """The data of an answer without errors."""
        response = await self.post(viewer, query, **variables)
        answer = response.json()
        assert "errors" not in answer, answer
        return answer["data"]

    async def errors(self, viewer: str, query: str, /, **variables: Any) -> list[str]:
        """The messages of an answer with errors."""
        answer = (await self.post(viewer, query, **variables)).json()
        return [error["message"] for error in answer["errors"]]


@pytest.fixture(scope="session")
async def superuser(servers: Servers) -> AsyncIterator[asyncpg.Connection]:
    """Whoever may write everything."""
    connection = await asyncpg.connect(servers.dsn(SUPERUSER))
    yield connection
    await connection.close()


@pytest.fixture(scope="session")
async def query_pool(servers: Servers) -> AsyncIterator[Pool]:
    """Connections as the service has them."""
    config = Config(servers.dsn("parledger_query"), ISSUER, "", None, "", 0, False)
    pool = await make_pool(config)
    yield pool
    await pool.close()


@pytest.fixture(scope="session")
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

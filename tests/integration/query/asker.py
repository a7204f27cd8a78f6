"""Questions to the service as any tenant, and how many statements they took."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from deploy.local.stack import Servers
from services.query.snapshot import Pool


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
        if "ledger.enter" not in query:
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

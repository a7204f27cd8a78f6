"""A year that was really played: judged, recorded, projected; to be asked about at any step."""

from dataclasses import dataclass, field
from typing import Any

from deploy.local.stack import Servers
from services.scoring.projection import Changes, Projection
from services.scoring.store import write
from shared.domain.root import Root
from shared.ledger.pool import open_pool
from shared.ledger.tail import pages
from tests.integration.query.asker import Asker
from tests.year import Year


@dataclass
class Played:
    """A year, and who asks about it. What was recorded is projected before a question is answered."""

    year: Year
    ask: Asker
    servers: Servers
    projection: Projection = field(init=False)

    def __post_init__(self) -> None:
        self.projection = Projection(Root(self.root))

    @property
    def projected(self) -> int:
        """The last position that the read model tells of."""
        return self.projection.root.position

    @property
    def root(self) -> str:
        """The name of the root, and its first unit."""
        return self.year.province.root

    @property
    def district(self) -> str:
        """Who appraises."""
        return self.year.district

    def commune(self, name: str = "xa-1") -> str:
        """A unit that is appraised."""
        return self.year.commune(name)

    async def __call__(self, viewer: str, query: str, /, **variables: Any) -> Any:
        """The data of an answer without errors."""
        await self.project()
        return await self.ask(viewer, query, **variables)

    async def project(self) -> None:
        """Bring the read model up to what was recorded, as the projector does."""
        head = await self.year.province.connection.fetchval(
            "SELECT position FROM ledger.head WHERE root = $1", self.root
        )
        if head == (stood := self.projected):
            return
        pool = await open_pool(self.servers.dsn("parledger_scoring"), "test", most=1)
        async with pool.acquire() as connection:
            async for page in pages(connection, self.root, stood):
                for event in page:
                    self.projection.apply(event)
            async with connection.transaction():
                await write(connection, self.projection, stood)
        self.projection.changes = Changes()
        await pool.close()

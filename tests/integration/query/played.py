"""A year that was really played: judged, recorded, projected; to be asked about at any step."""

from dataclasses import dataclass
from typing import Any

from deploy.local.stack import Servers
from services.scoring import rebuild
from tests.integration.query.asker import Asker
from tests.year import Year


@dataclass
class Played:
    """A year, and who asks about it. What was recorded is projected before a question is answered."""

    year: Year
    ask: Asker
    servers: Servers
    projected: int = 0

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
        """Bring the read model up to what was recorded."""
        head = await self.year.province.connection.fetchval(
            "SELECT position FROM ledger.head WHERE root = $1", self.root
        )
        if head != self.projected:
            await rebuild.run(self.servers.dsn("parledger_scoring"), self.root, lambda *_: None)
            self.projected = head

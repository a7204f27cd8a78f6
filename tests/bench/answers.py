"""What GraphQL answers to a viewer of a root, as bytes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from deploy.local.stack import Servers
from services.query.config import Config, Limits
from services.query.endpoint import Service, make_app
from services.query.rubrics import Shelf
from services.query.schema.build import build_schema
from services.query.snapshot import make_pool
from shared.identity.issuer import ISSUER
from shared.identity.tokens import TokenVerifier
from tests.bench.large_round import ROUND, LargeRound

_STANDINGS = """
query ($authority: ID!, $round: ID!) {
  standings(authority: $authority, round: $round) {
    unit { path name } kind index rank grade points assessed coverage final
  }
}
"""
_DOSSIER = """
query ($unit: ID!, $round: ID!) {
  dossier(unit: $unit, round: $round) {
    status selfIndex index grade points assessed excluded lost coverage final bonus penalties position
    areas { code points assessed excluded lost }
    leaves {
      code selfPoints appraisedPoints computedPoints lost excluded support opinion responsible figures
      evidence { id name sha256 number dated pages } disputes { id status about grounds points reason }
    }
    history(first: 50) { edges { node { position index selfIndex } } }
    events(first: 50) { edges { node { position type actor body } } }
  }
}
"""


@asynccontextmanager
async def query_service(servers: Servers, root: str) -> AsyncIterator[httpx.AsyncClient]:
    """The query service in this process, and its client: a viewer of the root."""
    pool = await make_pool(Config(servers.dsn("parledger_query"), ISSUER, "", None, "", 0, False))
    verifier = TokenVerifier(ISSUER, servers.keys.issuer().jwks_url)
    service = Service(build_schema(Limits(), False), pool, verifier, Limits(), Shelf())
    headers = {"authorization": f"Bearer {servers.token(root, ('viewer',))}"}
    transport = httpx.ASGITransport(make_app(service))
    async with httpx.AsyncClient(transport=transport, base_url="http://query", headers=headers) as client:
        yield client
    await pool.close()


async def answers(servers: Servers, root: str) -> list[bytes]:
    """The standings of a large round, and every twentieth dossier of it."""
    asked = [(_STANDINGS, {"authority": root, "round": ROUND})]
    asked += [(_DOSSIER, {"unit": unit, "round": ROUND}) for unit in LargeRound(root).paths[::20]]
    found = list[bytes]()
    async with query_service(servers, root) as client:
        for query, variables in asked:
            response = await client.post("/graphql", json={"query": query, "variables": variables})
            assert "errors" not in response.json(), response.text[:500]
            found.append(response.content)
    return found

"""`as_of`.

How long `dossier(asOf:)` and `standings(asOf:)` take at a random moment, in ledgers of 10,000, 100,000 and
1,000,000 events. The ratio is to the smallest: a dossier is folded from its own stream, standings are looked
up, so neither should hang on how long the ledger is. A hundred events a dossier, a hundred dossiers a round.
`AS_OF_EVENTS` names other sizes, separated by commas.
"""

import json
import os
import random
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx

from deploy.local.stack import Servers
from services.query.config import Config, Limits
from services.query.endpoint import Service, make_app
from services.query.rubrics import Shelf
from services.query.schema.build import build_schema
from services.query.snapshot import make_pool
from services.scoring import rebuild
from shared.domain.root import Root
from shared.identity.issuer import ISSUER
from shared.identity.tokens import TokenVerifier
from shared.ledger.pool import open_pool
from shared.ledger.recording import record
from shared.ledger.tail import catch_up
from tests.bench.figures import percentile, say, tell
from tests.bench.load import arrivals_of
from tests.province import OPEN, RUBRIC, Province

SIZES = (10_000, 100_000, 1_000_000)
ASKED = 500
COMMUNES = 100
A_ROUND = 10_000
BATCH = 500
_SEED = 2023
_DOSSIER = """
query ($of: ID!, $by: ID!, $at: Int!) {
  dossier(unit: $of, round: "2023", asOf: {position: $at}) {
    status selfIndex index points assessed areas { code points }
    leaves { code selfPoints computedPoints support }
  }
  by: unit(path: $by) { name }
}
"""
_STANDINGS = """
query ($of: ID!, $by: ID!, $at: Int!) {
  standings(authority: $by, round: "2023", asOf: {position: $at}) { index rank points assessed final }
  of: unit(path: $of) { name }
}
"""


async def bench_as_of(servers: Servers) -> None:
    """Print the figures, of each size and of each question."""
    root, smallest = "past", dict[str, float]()
    await servers.add_root(root)
    named = os.environ.get("AS_OF_EVENTS", "")
    for size in [int(one) for one in named.split(",")] if named else SIZES:
        say(f"as_of: recording up to {size} events")
        districts, head = await _grow(servers, root, size)
        await rebuild.run(servers.dsn("parledger_scoring"), root, lambda *_: None)
        for name, query in (("dossier", _DOSSIER), ("standings", _STANDINGS)):
            say(f"as_of: asking for {name} at {ASKED} moments")
            took = await _ask(servers, root, query, districts, head)
            value = percentile(took, 0.99) * 1000
            say(f"as_of: half of them within {percentile(took, 0.5) * 1000:.1f} ms")
            floor = smallest.setdefault(name, value)
            tell(f"as_of_{name}_p99_of_{size}", value, "ms", floor=floor, ratio=value / floor, n=ASKED)


async def _grow(servers: Servers, root: str, size: int) -> tuple[dict[int, int], int]:
    """Record until the root has so many events. By district, the position at which its round was opened."""
    pool = await open_pool(servers.dsn("parledger_ingest"), "bench", most=2)
    try:
        async with pool.acquire() as connection:
            province, state = Province(root, connection), Root(root)
            await catch_up(connection, state, with_salts=True)
            province.state = state
            if not state.units:
                await _say(province, "UnitRegistered", root, root, _unit(root, "province"))
                await _say(province, "RubricPublished", root, root, {"rubric": RUBRIC})
            while state.position < size:
                await _open(province, sum(1 for path in state.units if path.count("/") == 1))
                started = state.position
                load = _filings(root, sum(1 for path in state.units if path.count("/") == 1) - 1)
                while state.position < min(size, started + A_ROUND):
                    await record(connection, state, arrivals_of(load, BATCH))
            opened = {int(key[0].rpartition("d")[2]): held.position for key, held in state.rounds.items()}
            return opened, state.position
    finally:
        await pool.close()


async def _open(province: Province, number: int) -> None:
    """One more district, with communes that it appraises."""
    root, district = province.root, f"{province.root}/d{number}"
    await _say(province, "UnitRegistered", root, district, _unit(district, "district"))
    units = [f"{district}/x{n}" for n in range(COMMUNES)]
    for unit in units:
        await _say(province, "UnitRegistered", root, unit, _unit(unit, "commune"))
    opened = {
        "round": "2023",
        "name": "Năm 2023",
        "kind": "annual",
        "period": {"from": "2023-01-01", "to": "2023-12-31"},
        "rubrics": {"commune": RUBRIC["id"]},
        "units": units,
        **dict.fromkeys(("filing", "appraisal", "disputes"), OPEN),
    }
    await _say(province, "RoundOpened", district, f"{district}@2023", opened)


async def _say(province: Province, type_: str, source: str, subject: str, data: dict[str, Any]) -> None:
    envelope = province.envelope(type_, source, subject, data)
    envelope["id"] = str(UUID(int=random.getrandbits(128)))
    [outcome] = await province.emit(envelope)
    assert outcome is not None
    assert outcome["status"] == "recorded", outcome


def _unit(path: str, kind: str) -> dict[str, Any]:
    return {"unit": path, "name": path, "kind": kind, "effective": "2020-01-01"}


def _filings(root: str, district: int) -> Iterator[dict[str, Any]]:
    """Filings of a district's communes, one after the other in turn, each saying something new."""
    number = 0
    while True:
        number += 1
        unit = f"{root}/d{district}/x{number % COMMUNES}"
        leaf, figures = [
            ("1.1", {"numerator": number // COMMUNES % 997, "denominator": 997}),
            ("2.1", {"count": number // COMMUNES % 5}),
        ][number // COMMUNES % 2]
        yield {
            "specversion": "1.0",
            "id": str(UUID(int=(district << 64) | (7 << 76) | number)),
            "type": "SubmissionFiled",
            "source": unit,
            "subject": f"{unit}@2023",
            "time": "2023-12-05T08:30:00+07:00",
            "data": {
                "leaf": leaf,
                "self_points": f"1.{number // COMMUNES:03d}".rstrip("0").rstrip("."),
                "figures": figures,
            },
        }


async def _ask(servers: Servers, root: str, query: str, opened: dict[int, int], head: int) -> list[float]:
    """Seconds that each answer took, for a random district and commune, since its round was opened."""
    picks = random.Random(_SEED)  # noqa: S311 - the same moments every time
    pool = await make_pool(Config(servers.dsn("parledger_query"), ISSUER, "", None, "", 0, False))
    service = Service(
        build_schema(Limits(), False),
        pool,
        TokenVerifier(ISSUER, servers.keys.issuer().jwks_url),
        Limits(),
        Shelf(),
    )
    headers = {"authorization": f"Bearer {servers.token(root, ('viewer',))}"}
    took = list[float]()
    transport = httpx.ASGITransport(make_app(service))
    async with httpx.AsyncClient(transport=transport, base_url="http://query", headers=headers) as client:
        for n in range(-10, ASKED):
            district = picks.choice(list(opened))
            by = f"{root}/d{district}"
            variables = {
                "of": f"{by}/x{picks.randrange(COMMUNES)}",
                "by": by,
                "at": picks.randint(opened[district], head),
            }
            started = time.perf_counter()
            response = await client.post("/graphql", json={"query": query, "variables": variables})
            if n >= 0:
                took.append(time.perf_counter() - started)
            assert "errors" not in response.json(), json.dumps(response.json())[:500]
    await pool.close()
    return took

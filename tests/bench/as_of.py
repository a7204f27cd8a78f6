"""`as_of_dossier`, `as_of_standings`: how long it takes to answer for a moment of the past in a long ledger.

`dossier(asOf:)` and `standings(asOf:)` at random moments among the first events of a large round, once in a
nation's ledger (`tests/bench/nation.py`), whose first root holds the whole round, over the same in a ledger
on servers of its own that ends with these events: the slowest hundredth, in ms. A dossier is folded from its
own stream, standings are looked up, so neither should hang on how long the ledger is. The two are asked in
turn, question by question, so what else the machine does meets both; both must answer the same bytes.

`as_of_dossier_anywhere`, `as_of_standings_anywhere`: at moments anywhere in the round, over the same floor.
Much more of a dossier is there to fold late in a round, so this does hang on how much was said of it.
"""

import random
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx

from deploy.local.stack import Servers, running_servers
from tests.bench.answers import query_service
from tests.bench.figures import percentile, say, tell
from tests.bench.large_round import ROUND, LargeRound
from tests.bench.nation import FIRST, have_read_model, judge, record_all
from tests.bench.sizes import sizes

ASKED = 120
WARM = 10
"""Moments that are asked for before it counts: plans are made, documents are parsed."""
ANYWHERE = 3
"""One moment in so many is one of anywhere: no goal hangs on these."""
_SEED = 2023
_QUESTIONS = {
    "dossier": """
query ($unit: ID!, $round: ID!, $at: Int!) {
  dossier(unit: $unit, round: $round, asOf: {position: $at}) {
    status selfIndex index points assessed areas { code points }
    leaves { code selfPoints computedPoints support }
  }
}
""",
    "standings": """
query ($authority: ID!, $round: ID!, $at: Int!) {
  standings(authority: $authority, round: $round, asOf: {position: $at}) { index rank points assessed final }
}
""",
}


@dataclass(frozen=True, slots=True)
class _Moment:
    """One that is asked for: a position that both ledgers have, one of the round's, and whose dossier."""

    early: int
    anywhere: int
    unit: str

    def asked(self, name: str, at: int) -> dict[str, Any]:
        """The request for it."""
        of = {"unit": self.unit} if name == "dossier" else {"authority": FIRST}
        return {"query": _QUESTIONS[name], "variables": {**of, "round": ROUND, "at": at}}


async def bench_as_of(servers: Servers) -> None:
    """Print the figures."""
    size = sizes()
    await record_all(servers)
    await have_read_model(servers, FIRST)
    async with running_servers(servers.folder.root.with_name("short")) as short:
        await judge(short, FIRST, size.early)
        await have_read_model(short, FIRST)
        moments = _moments(await _opened(servers))
        say(f"as_of: asking at {ASKED} moments of {size.early} events and of {size.in_all}")
        async with query_service(short, FIRST) as there, query_service(servers, FIRST) as here:
            took = await _ask(there, here, moments)
    for name in _QUESTIONS:
        floor = _slowest(took, name, "short")
        for told, where in ((f"as_of_{name}", "long"), (f"as_of_{name}_anywhere", "anywhere")):
            value = _slowest(took, name, where)
            tell(told, value, "ms", floor=floor, ratio=value / floor, n=len(took[name, where]))


async def _opened(servers: Servers) -> int:
    """The position at which the round was opened."""
    superuser = await asyncpg.connect(servers.dsn("postgres"))
    statement = "SELECT min(position) FROM ledger.event WHERE root = $1 AND name = 'RoundOpened'"
    position: int = await superuser.fetchval(statement, FIRST)
    await superuser.close()
    return position


def _moments(opened: int) -> list[_Moment]:
    picks, units, size = random.Random(_SEED), LargeRound(FIRST).paths, sizes()  # noqa: S311 - the same ones every time
    return [
        _Moment(picks.randint(opened, size.early), picks.randint(opened, size.a_root), picks.choice(units))
        for _ in range(WARM + ASKED)
    ]


_Took = dict[tuple[str, str], list[float]]
"""Milliseconds, by question and where it was asked."""


async def _ask(short: httpx.AsyncClient, long: httpx.AsyncClient, moments: list[_Moment]) -> _Took:
    took: _Took = defaultdict(list)
    for number, moment in enumerate(moments):
        for name in _QUESTIONS:
            asks = [("short", short, moment.early), ("long", long, moment.early)]
            answers = dict[str, bytes]()
            # Whoever is asked second finds the processor's caches warm, so each is in its turn.
            elsewhere = [] if number % ANYWHERE else [("anywhere", long, moment.anywhere)]
            for where, client, at in [*asks[:: 1 if number % 2 else -1], *elsewhere]:
                began = time.perf_counter()
                answers[where] = await _answer(client, moment.asked(name, at))
                if number >= WARM:
                    took[name, where].append(1000 * (time.perf_counter() - began))
            assert answers["short"] == answers["long"], f"{name} at {moment.early}: two ledgers, two answers"
    return took


async def _answer(client: httpx.AsyncClient, asked: dict[str, Any]) -> bytes:
    response = await client.post("/graphql", json=asked)
    assert "errors" not in response.json(), response.text[:500]
    return response.content


def _slowest(took: _Took, name: str, where: str) -> float:
    """The p99, in ms; where half of them lie goes to stderr."""
    waits = took[name, where]
    say(f"as_of: {name}, {where}: half of them within {percentile(waits, 0.5):.1f} ms")
    return percentile(waits, 0.99)

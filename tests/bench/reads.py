"""`standings`, `dossier`.

GraphQL requests answered per second, of 185 standings and of a dossier of 80 leaves with evidence, opinions
and figures, by one process of the query service on a real PostgreSQL, to 32 clients in a process of its own.
The floor answers the same from memory by Strawberry alone (`tests/bench/from_memory.py`), hosted likewise.
`standings` is asked for as published, and `standings_live` as the authority has it; from memory both are the
same, so they have one floor. The sides are asked in turn, and the best round of each counts: what else the
machine does must not count for one of them alone.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import psutil

from deploy.local.processes import end_child
from deploy.local.service import HOST
from deploy.local.stack import Servers, free_port
from shared.identity.issuer import ISSUER
from tests.bench.figures import say, tell
from tests.bench.reads_ledger import ROUND, fill, units
from tests.patience import PATIENCE

CLIENTS = 32
SECONDS = float(os.environ.get("READS_SECONDS", "2"))
ROUNDS = int(os.environ.get("READS_ROUNDS", "2"))
_STANDINGS = """
query ($of: ID!, $round: ID!) {
  standings(authority: $of, round: $round) {
    unit { path name kind } kind group index rank grade points assessed coverage final
  }
}
"""
_LIVE_STANDINGS = _STANDINGS.replace("round: $round)", "round: $round, live: true)")
_DOSSIER = """
query ($of: ID!, $round: ID!) {
  dossier(unit: $of, round: $round) {
    unit { path name kind } status selfIndex index rank grade points assessed excluded lost coverage final
    bonus penalties position
    areas { code name max points assessed excluded lost }
    leaves {
      code name max selfPoints appraisedPoints computedPoints lost excluded support opinion responsible
      figures councilFigures
      evidence { id sha256 size mediaType name title number dated pages }
      disputes { id status }
    }
  }
}
"""


@dataclass(frozen=True, slots=True)
class _Side:
    """A process that is asked."""

    port: int
    process: psutil.Process
    headers: Mapping[str, str]

    async def answer(self, question: bytes) -> httpx.Response:
        """What it answers, which may have no errors."""
        async with httpx.AsyncClient(headers=self.headers) as client:
            response = await client.post(f"http://{HOST}:{self.port}/graphql", content=question)
        assert "errors" not in response.json(), response.text[:500]
        return response

    async def ask(self, question: bytes) -> tuple[float, int]:
        """Let the clients ask; answers per second, and how many there were."""
        length = len((await self.answer(question)).content)
        headers = {"host": HOST, **self.headers, "content-length": str(len(question))}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        arguments = [HOST, str(self.port), str(CLIENTS), str(SECONDS), str(length)]
        before = self.process.cpu_times()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.bench.asking", *arguments,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        said, _ = await process.communicate(f"POST /graphql HTTP/1.1\r\n{head}\r\n".encode() + question)
        assert process.returncode == 0
        after = self.process.cpu_times()
        found = json.loads(said)
        spent = after.user + after.system - before.user - before.system
        each = spent / found["asked"] * 1000
        slowest = found["p99"] * 1000
        rate = found["answers"] / found["seconds"]
        say(
            f"{rate:.1f}/s, {each:.1f} ms of its processor each, the slowest hundredth after {slowest:.0f} ms"
        )
        return rate, found["answers"]


async def bench_reads(servers: Servers) -> None:
    """Print the figures."""
    root = "hoi"
    say("reads: recording a round of 185 units")
    await fill(servers, root)
    questions = {
        "standings": _question(_STANDINGS, root),
        "standings_live": _question(_LIVE_STANDINGS, root),
        "dossier": _question(_DOSSIER, units(root)[0]),
    }
    token = servers.token(root, ("viewer",))
    port = free_port(0)
    async with _side(port, token, settings(servers, port), "services.query") as platform:
        answers = {name: (await platform.answer(of)).json()["data"] for name, of in questions.items()}
        ready = servers.folder.root / "answers.json"
        ready.write_text(json.dumps({**answers["standings"], **answers["dossier"]}))
        port = free_port(0)
        async with _side(port, token, {}, "tests.bench.from_memory", str(port), str(ready)) as memory:
            for name, question in questions.items():
                assert (await memory.answer(question)).json()["data"] == answers[name]
            for names in (("standings", "standings_live"), ("dossier",)):
                await _compare({name: questions[name] for name in names}, platform, memory)


async def _compare(questions: Mapping[str, bytes], platform: _Side, memory: _Side) -> None:
    """Print the figures of questions that are answered alike from memory."""
    ours: dict[str, list[float]] = {name: [] for name in questions}
    floors, n = list[float](), dict.fromkeys(questions, 0)
    for _ in range(ROUNDS):
        for name, question in questions.items():
            say(f"{name}: asking the platform")
            rate, answers = await platform.ask(question)
            ours[name].append(rate)
            n[name] += answers
        say("asking what answers from memory")
        floors.append((await memory.ask(next(iter(questions.values()))))[0])
    floor = max(floors)
    for name, rates in ours.items():
        tell(name, max(rates), "requests/s", floor=floor, ratio=max(rates) / floor, n=n[name])


def _question(query: str, of: str) -> bytes:
    return json.dumps({"query": query, "variables": {"of": of, "round": ROUND}}).encode()


def settings(servers: Servers, port: int) -> dict[str, str]:
    """The environment of the query service."""
    return {
        "PARLEDGER_POSTGRES": servers.dsn("parledger_query"),
        "PARLEDGER_ISSUER": ISSUER,
        "PARLEDGER_JWKS": servers.keys.issuer().jwks_url,
        "PARLEDGER_HTTP_PORT": str(port),
        "PARLEDGER_EVIDENCE": servers.folder.evidence.as_uri(),
        "PARLEDGER_LOG": "readable",
    }


@asynccontextmanager
async def _side(
    port: int, token: str, environment: Mapping[str, str], module: str, *arguments: str
) -> AsyncIterator[_Side]:
    """A Python module as a process of its own, once it listens on the port, until the context ends."""
    environ = {"PATH": os.environ["PATH"], **environment}
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", module, *arguments, env=environ)
    try:
        async with asyncio.timeout(PATIENCE):
            while not await _listens(port):
                assert process.returncode is None, f"{module} ended"
                await asyncio.sleep(0.05)
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        yield _Side(port, psutil.Process(process.pid), headers)
    finally:
        await end_child(process, signal.SIGTERM, 10)


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(HOST, port)
    except OSError:
        return False
    writer.close()
    return True

"""`replay`, as it is typed, while the platform runs."""

import asyncio
import random
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
import pytest
from nats.js import JetStreamContext

from deploy.local.stack import Stack
from shared.broker.service_broker import client_of, service_broker
from shared.broker.subjects import RECORDED
from shared.ledger.recording import record
from tests.bench.load import arrivals_of, communes, filings, open_round
from tests.integration.local.commands import Answer, parledger
from tests.integration.scoring.test_projection import TABLES
from tests.province import Province
from tests.tampering import rewrite

EVENTS = 12_000
SEED = 20231205
BATCH = 500
_BEHIND = """
SELECT head.position <> progress.position FROM ledger.head JOIN read.progress USING (root) WHERE root = $1
"""
_RECORDED = "SELECT sum(position)::bigint FROM ledger.head"
QUESTION = """
query ($authority: ID!, $unit: ID!) {
  standings(authority: $authority, round: "2023") { unit { path name } rank index points }
  dossier(unit: $unit, round: "2023") {
    index selfIndex leaves { code selfPoints } history(first: 20) { edges { node { index selfIndex } } }
  }
}
"""


@dataclass
class Filled:
    """A root with a ledger of some length, projected by the running platform."""

    stack: Stack
    province: Province
    superuser: asyncpg.Connection
    load: Any

    @property
    def root(self) -> str:
        return self.province.root

    async def file(self, number: int) -> None:
        """So many emissions more, judged and recorded."""
        for _ in range(number // BATCH):
            await record(self.province.connection, self.province.state, arrivals_of(self.load, BATCH))

    async def caught_up(self) -> None:
        """Wait until the rows stand as of the ledger's last position, and the feed has all of it."""
        async with asyncio.timeout(60):
            while await self.superuser.fetchval(_BEHIND, self.root):  # noqa: ASYNC110 - rows set no events
                await asyncio.sleep(0.1)
            while (await self.published())[0] < await self.superuser.fetchval(_RECORDED):  # noqa: ASYNC110
                await asyncio.sleep(0.1)

    async def rows(self) -> dict[str, tuple[int, str]]:
        """What stands: of each table how many rows, and their hash."""
        found: dict[str, tuple[int, str]] = {}
        for table in TABLES:
            row = await self.superuser.fetchrow(
                f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM read.{table} t"
                " WHERE root = $1",
                self.root,
            )
            assert row is not None
            found[table] = (row[0], row[1])
        return found

    async def replay(self, *words: str) -> Answer:
        return await parledger("replay", "--data", self.stack.folder.root, "--root", self.root, *words)

    async def ask(self, client: httpx.AsyncClient) -> dict[str, Any]:
        """What the root is told of its district, and of one commune."""
        asked = {"authority": f"{self.root}/huyen", "unit": f"{self.root}/huyen/{communes()[0]}"}
        answer = await client.post("/graphql", json={"query": QUESTION, "variables": asked})
        told = answer.raise_for_status().json()
        assert "errors" not in told, told
        return told["data"]

    def client(self) -> httpx.AsyncClient:
        token = self.stack.token(self.root, ["viewer"])
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.AsyncClient(base_url=self.stack.http_url, headers=headers, timeout=30)

    async def published(self) -> tuple[int, int]:
        """How many events the feed holds, of every root; how many positions the root's ledger has."""
        seed = self.stack.nats_seed_file("relay").read_text().strip()
        broker = service_broker(self.stack.nats_url, seed, "relay")
        await broker.start()
        try:
            told = (await JetStreamContext(client_of(broker)).stream_info(RECORDED)).state.messages
        finally:
            await broker.stop()
        return told, await self.superuser.fetchval(
            "SELECT position FROM ledger.head WHERE root = $1", self.root
        )


@pytest.fixture(scope="module")
async def filled(stack: Stack) -> AsyncIterator[Filled]:
    """One for all: each test leaves it in order, and the ledger as long as it was, or longer."""
    root = "filled"
    await stack.add_root(root)
    connection = await asyncpg.connect(stack.dsn("parledger_ingest"))
    superuser = await asyncpg.connect(stack.dsn("postgres"))
    filled = Filled(stack, Province(root, connection), superuser, filings(root))
    await open_round(filled.province)
    await filled.file(EVENTS)
    await filled.caught_up()
    yield filled
    await superuser.close()
    await connection.close()


async def test_who_asks_during_a_replay_is_told_what_stands_and_nothing_is_told_twice(
    filled: Filled,
) -> None:
    before, published = await filled.rows(), await filled.published()
    async with filled.client() as client:
        expected = await filled.ask(client)
        over = asyncio.Event()

        async def keep_asking() -> int:
            answered = 0
            while not over.is_set():
                assert await filled.ask(client) == expected
                answered += 1
            return answered

        asking = [asyncio.create_task(keep_asking()) for _ in range(4)]
        answers = [await filled.replay() for _ in range(2)]
        over.set()
        answered = await asyncio.gather(*asking)
    assert min(answered) > 3
    for answer in answers:
        assert answer.code == 0, answer.err
        root, position = filled.root, filled.province.state.position
        first, last = answer.out.splitlines()
        assert first == (
            f"{root}: {position} events; as of position {position} the rows that stood are those "
            "that the ledger gives; the rebuilt rows now stand"
        )
        assert last.startswith(f"{position} events in ")
        assert last.endswith(" events/s")
    assert await filled.rows() == before
    assert await filled.published() == published


async def test_killed_at_any_moment_it_leaves_what_stood_and_can_be_started_again(filled: Filled) -> None:
    before, published = await filled.rows(), await filled.published()
    chance = random.Random(SEED)  # noqa: S311 - moments to kill at
    ended = 0
    for number in range(6):
        command = [sys.executable, "-m", "parledger", "replay", "--data", str(filled.stack.folder.root)]
        words = ["--root", filled.root, *(["--verify"] if number % 3 == 2 else [])]
        process = await asyncio.create_subprocess_exec(*command, *words, stdout=asyncio.subprocess.DEVNULL)
        await asyncio.sleep(chance.uniform(0.6, 2.4))
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
            ended += 1
        await process.wait()
        assert await filled.rows() == before, f"seed {SEED}, kill {number + 1}"
    assert ended
    answer = await filled.replay()
    assert answer.code == 0, answer.err
    assert "the rows that stood are those that the ledger gives" in answer.out
    assert await filled.rows() == before
    assert await filled.published() == published


async def test_verify_says_in_a_sentence_what_an_administrator_has_changed(filled: Filled) -> None:
    unit = f"{filled.root}/huyen/{communes()[1]}"
    await filled.superuser.execute(
        "UPDATE read.leaf SET self_points = 1 WHERE root = $1 AND unit = $2 AND code = '2.1'",
        filled.root,
        unit,
    )
    changed = await filled.rows()
    verified = await filled.replay("--verify")
    assert verified.code == 1
    assert f"first in read.leaf, unit {unit}, round 2023, code 2.1: self_points is 1, and the" in verified.out
    assert "; nothing was changed" in verified.out
    assert await filled.rows() == changed
    repaired = await filled.replay()
    assert repaired.code == 0
    assert "differ from the ledger, first in read.leaf" in repaired.out
    assert (await filled.replay("--verify")).code == 0

    position = filled.province.state.position - 5
    await rewrite(filled.stack, filled.root, position, '"self_points":"1', '"self_points":"0', hashed=False)
    before = await filled.rows()
    for words in ((), ("--verify",)):
        altered = await filled.replay(*words)
        assert altered.code == 1
        assert (
            f"the ledger of {filled.root} was altered: position {position} does not have the leaf hash "
            "that was recorded with it; the rows that stood were left as they are"
        ) in altered.out
    assert await filled.rows() == before
    await rewrite(filled.stack, filled.root, position, '"self_points":"0', '"self_points":"1', hashed=False)


async def test_what_is_recorded_during_a_replay_stands_after_it(filled: Filled) -> None:
    replaying = asyncio.create_task(filled.replay())
    while not replaying.done():
        await filled.file(BATCH)
        await asyncio.sleep(0.05)
    assert (await replaying).code == 0, (await replaying).err
    await filled.file(BATCH)
    await filled.caught_up()
    verified = await filled.replay("--verify")
    assert verified.code == 0, verified.out
    assert f"{filled.province.state.position} events; " in verified.out
    assert "those that the ledger gives; nothing was changed" in verified.out


async def test_a_root_that_is_not_prepared_is_named(stack: Stack) -> None:
    answer = await parledger("replay", "--data", stack.folder.root, "--root", "nowhere", "--verify")
    assert answer.code == 1
    assert "there is no root nowhere" in answer.err
    assert "Traceback" not in answer.err

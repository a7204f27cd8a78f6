"""The table of bad input over the real broker: each row gets its outcome, is kept, and disturbs nobody."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import uuid4

import httpx
import nats
import psutil
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from deploy.local.runfile import read_run
from deploy.local.stack import Stack
from parledger.bearer import Bearer, read_token
from shared.broker.sturdy import withstand
from tests.bad_input import Bad, rows
from tests.patience import PATIENCE, until
from tests.small_world import JSON, Message, Place, neighbour, world, written

ROOT = "baddata"
REFUSALS = """query ($tenant: ID!, $after: String) { refusals(tenant: $tenant, first: 50, after: $after) {
  edges { node { id hash type excerpt problem { type pointer title { vi en } detail { vi en } } } }
  pageInfo { hasNextPage endCursor } } }"""


@dataclass
class Voice:
    """One tenant in one set of roles, connected."""

    client: Client
    bearer: Bearer
    heard: dict[str, list[JSON]] = field(default_factory=dict[str, list[JSON]])
    denied: list[str] = field(default_factory=list[str])
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self) -> None:
        """Hear every outcome, by the last token of its subject."""
        for pattern in self.bearer.outcome_patterns():
            await self.client.subscribe(pattern, cb=self._hear)
        await self.client.flush()

    async def _hear(self, message: Msg) -> None:
        self.heard.setdefault(message.subject.rpartition(".")[2], []).append(json.loads(message.data))
        self.news.set()

    async def say(self, message: Message, as_: str | None = None) -> None:
        """Publish the bytes; when this returns, the broker has taken them in."""
        subject = self.bearer.subject(message.type)
        if as_ is not None:
            subject = subject.replace(self.bearer.as_, as_)
        await self.client.publish(subject, message.raw, reply=self.client.new_inbox())
        await self.client.flush()

    async def outcome(self, message: Message, nth: int = 1) -> JSON:
        """The nth answer to it."""
        async with asyncio.timeout(PATIENCE):
            while len(self.heard.get(key_of(message), [])) < nth:
                self.news.clear()
                await self.news.wait()
        return self.heard[key_of(message)][nth - 1]


@dataclass
class Voices:
    """Everybody who has spoken, each connected once."""

    stack: Stack
    exits: AsyncExitStack
    known: dict[tuple[str, tuple[str, ...]], Voice] = field(
        default_factory=dict[tuple[str, tuple[str, ...]], Voice]
    )

    async def of(self, message: Message) -> Voice:
        """Who says this."""
        who = (message.tenant, message.roles)
        if who not in self.known:
            token = self.stack.token(message.tenant, message.roles)
            self.known[who] = await self.exits.enter_async_context(connected(self.stack, token))
        return self.known[who]

    async def say(self, message: Message) -> None:
        await (await self.of(message)).say(message)

    async def ask(self, message: Message, nth: int = 1) -> JSON:
        """Say it and wait for the answer."""
        await self.say(message)
        return await self.outcome(message, nth)

    async def outcome(self, message: Message, nth: int = 1) -> JSON:
        return await (await self.of(message)).outcome(message, nth)


@asynccontextmanager
async def connected(stack: Stack, token: str) -> AsyncIterator[Voice]:
    bearer = read_token(token)
    voice = Voice(Client(), bearer)

    async def hear_error(error: Exception) -> None:
        voice.denied.append(str(error))

    voice.client = await nats.connect(
        stack.nats_url, token=token, inbox_prefix=bearer.inbox_prefix(), error_cb=hear_error
    )
    withstand(voice.client)
    try:
        await voice.listen()
        yield voice
    finally:
        await voice.client.close()


def key_of(message: Message) -> str:
    return message.id or sha256(message.raw).hexdigest()


@pytest.fixture(scope="module")
async def voices(stack: Stack) -> AsyncIterator[Voices]:
    """A root with the world of the table, and everybody in it."""
    await stack.add_root(ROOT)
    async with AsyncExitStack() as exits:
        made = Voices(stack, exits)
        for message in world(ROOT):
            outcome = await made.ask(message)
            assert outcome["status"] == "recorded", outcome
        yield made


@pytest.fixture(scope="module")
async def outcomes(voices: Voices) -> dict[str, JSON]:
    """By name: what each row was answered, and the good neighbours sent before, between and after."""
    said: list[Message] = []
    for number, row in enumerate(rows(ROOT)):
        for tenant in (ROOT, f"{ROOT}/a"):
            said.append(neighbour(ROOT, f"neighbour {number} of {tenant}".replace("/", "-"), tenant))
        said.append(row)
    said += [
        neighbour(ROOT, f"the last of {tenant}".replace("/", "-"), tenant) for tenant in (ROOT, f"{ROOT}/a")
    ]
    for message in said:
        await voices.say(message)
    return {message.name: await voices.outcome(message) for message in said}


@pytest.mark.parametrize("row", rows(ROOT), ids=lambda row: row.name)
async def test_it_gets_its_outcome(outcomes: dict[str, JSON], row: Bad) -> None:
    outcome = outcomes[row.name]
    problem = outcome["problem"]
    assert (outcome["id"], outcome["status"]) == (row.id, "refused")
    assert (problem["type"], problem["pointer"]) == (row.problem, row.pointer)
    assert all(problem[part][language] for part in ("title", "detail") for language in ("vi", "en"))


async def test_its_good_neighbours_are_recorded_without_a_gap(outcomes: dict[str, JSON]) -> None:
    good = [outcome for outcome in outcomes.values() if outcome["status"] != "refused"]
    assert len(good) == 2 * len(rows(ROOT)) + 2
    assert {outcome["status"] for outcome in good} == {"recorded"}
    positions = sorted(outcome["position"] for outcome in good)
    assert positions == list(range(positions[0], positions[0] + len(positions)))


async def kept(stack: Stack, tenants: Iterable[str]) -> list[JSON]:
    """Every refusal of these tenants, as GraphQL tells them."""
    found: list[JSON] = []
    headers = {"Authorization": f"Bearer {stack.token(ROOT, ['auditor'])}"}
    async with httpx.AsyncClient(base_url=stack.http_url, headers=headers) as client:
        for tenant in tenants:
            after: str | None = None
            while True:
                variables = {"tenant": tenant, "after": after}
                response = await client.post("/graphql", json={"query": REFUSALS, "variables": variables})
                answer: Any = response.json()
                assert "errors" not in answer, answer
                page = answer["data"]["refusals"]
                found += [edge["node"] for edge in page["edges"]]
                if not page["pageInfo"]["hasNextPage"]:
                    break
                after = page["pageInfo"]["endCursor"]
    return found


async def test_every_row_is_kept_and_found(stack: Stack, outcomes: dict[str, JSON]) -> None:
    table = rows(ROOT)
    nodes = await kept(stack, sorted({row.tenant for row in table}))
    by_id = {node["id"]: node for node in nodes if node["id"]}
    by_hash = {node["hash"]: node for node in nodes}
    for row in table:
        node = by_id[row.id] if row.id else by_hash[sha256(row.raw).hexdigest()]
        said = outcomes[row.name]["problem"]
        assert node["problem"] == {name: said[name] for name in ("type", "pointer", "title", "detail")}, (
            row.name
        )
        assert node["type"] == row.type


# Ids.


def filing(name: str, points: str = "1", **changed: Any) -> Message:
    """District a files, under an id of its own."""
    envelope = Place(ROOT).district(name, "SubmissionFiled", {"leaf": "1.2", "self_points": points})
    envelope |= {"id": str(uuid4()), **changed}
    return Message(name, f"{ROOT}/a", ("head",), "SubmissionFiled", written(envelope), envelope["id"])


def again(message: Message, **changed: Any) -> Message:
    """The same id with something else in it; the same bytes in another order where nothing is changed."""
    envelope = dict(reversed(json.loads(message.raw).items())) | changed
    return Message(message.name, message.tenant, message.roles, message.type, written(envelope), message.id)


async def test_the_same_content_again_gets_the_first_answer(voices: Voices) -> None:
    once = filing("once", "0.25")
    first = await voices.ask(once)
    second = await voices.ask(once, 2)
    third = await voices.ask(again(once), 3)
    assert first["status"] == "recorded"
    assert second == third == first | {"status": "duplicate"}


async def test_other_content_under_a_used_id_is_refused(voices: Voices) -> None:
    once = filing("used", "0.5")
    first = await voices.ask(once)
    other = await voices.ask(again(once, data={"leaf": "1.2", "self_points": "0.75"}), 2)
    assert other["problem"]["type"] == "id-reused"
    assert other["problem"]["pointer"] == "/id"
    assert await voices.ask(once, 3) == first | {"status": "duplicate"}
    assert await voices.ask(again(once, data={"leaf": "1.2", "self_points": "0.75"}), 4) == other


async def test_a_refused_id_again_gets_the_same_refusal(voices: Voices) -> None:
    once = filing("refused", "9")
    first = await voices.ask(once)
    assert first["problem"]["type"] == "against-rubric"
    assert await voices.ask(once, 2) == first
    assert await voices.ask(again(once), 3) == first
    mended = again(once, data={"leaf": "1.2", "self_points": "0.1"})
    assert (await voices.ask(mended, 4))["problem"]["type"] == "id-reused"
    assert await voices.ask(once, 5) == first


async def test_of_a_used_id_and_another_fault_the_earlier_wins(voices: Voices) -> None:
    once = filing("order", "0.3")
    await voices.ask(once)
    assert (await voices.ask(again(once, time="?"), 2))["problem"]["type"] == "malformed"
    assert (await voices.ask(again(once, source=f"{ROOT}/b"), 3))["problem"]["type"] == "id-reused"


async def test_an_id_is_used_by_its_own_source_alone(voices: Voices) -> None:
    once = filing("shared", "0.35")
    await voices.ask(once)
    envelope = json.loads(once.raw) | {"source": f"{ROOT}/b", "subject": f"{ROOT}/b@2023"}
    other = Message("theirs", f"{ROOT}/b", ("head",), "SubmissionFiled", written(envelope), once.id)
    assert (await voices.ask(other))["status"] == "recorded"


# The broker.


async def test_who_sends_as_somebody_else_is_not_heard(voices: Voices) -> None:
    message = filing("as somebody else")
    voice = await voices.of(message)
    for as_ in ("head~0000000000000000", voice.bearer.as_.replace("head", "chair"), "head"):
        before = len(voice.denied)
        await voice.say(message, as_)
        await until(lambda before=before: len(voice.denied) > before)
        assert any("permissions violation" in error.lower() for error in voice.denied[before:])
    assert (await voices.ask(message))["status"] == "recorded"
    assert len(voice.heard[key_of(message)]) == 1


async def test_a_flood_of_bad_input_leaves_the_services_as_large_as_they_were(
    stack: Stack, voices: Voices, outcomes: dict[str, JSON]
) -> None:
    table = rows(ROOT)
    assert outcomes

    async def flood(rounds: int) -> None:
        for _ in range(rounds):
            for row in table:
                await voices.say(row)
        last = neighbour(ROOT, f"after {rounds} {uuid4()}", f"{ROOT}/a")
        assert (await voices.ask(last))["status"] == "recorded"

    await flood(3)
    before = sizes(stack)
    await flood(20)
    grown = {name: size - before[name] for name, size in sizes(stack).items()}
    assert max(grown.values()) < 16 * 2**20, grown


def sizes(stack: Stack) -> dict[str, int]:
    """How much memory the judges hold, in bytes."""
    run = read_run(stack.folder)
    assert run is not None
    return {
        name: psutil.Process(run.processes[name].pid).memory_info().rss for name in ("ingest", "appraisal")
    }

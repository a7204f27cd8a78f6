"""The client against the real platform: the broker's auth callout, the judges, and a broker that dies."""

import asyncio
import dataclasses
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import nats
import psutil
import pytest

import parledger
from deploy.local.processes import running
from deploy.local.runfile import read_run
from deploy.local.stack import Servers, Stack, running_stack
from parledger import Emission
from shared.broker.sturdy import withstand
from tests.patience import PATIENCE, until

AddRoot = Callable[[Servers], Awaitable[str]]


def registered(root: str, unit: str, **fields: Any) -> Emission:
    data = {"unit": unit, "name": "Đơn vị", "kind": "district", "effective": "2023-01-01"}
    return parledger.emission("UnitRegistered", source=root, subject=unit, data=data, **fields)


def registrar(stack: Stack, root: str, **options: Any) -> parledger.Client:
    return parledger.connect(stack.nats_url, stack.token(root, ["registrar"]), **options)


@pytest.fixture
async def root(stack: Stack, add_root: AddRoot) -> str:
    return await add_root(stack)


async def test_outcomes_bear_what_contracts_promise(stack: Stack, root: str) -> None:
    async with registrar(stack, root) as client:
        first = registered(root, root)
        recorded = await client.emit(first)
        duplicate = await client.emit(first)
        refused = await client.emit(registered("elsewhere", root))
    assert (recorded.status, recorded.position, recorded.version, recorded.stream) == ("recorded", 1, 1, root)
    assert recorded.leaf_hash is not None
    assert len(recorded.leaf_hash) == 64
    assert duplicate.status == "duplicate"
    same = json.loads(recorded.raw) | {"status": "duplicate"}
    assert json.loads(duplicate.raw) == same
    assert refused.problem is not None
    assert refused.problem.type == "wrong-source"
    assert refused.problem.title.vi == "Sai đơn vị gửi"


async def test_who_is_not_whom_the_broker_vouches_for_hears_so_at_once(stack: Stack, root: str) -> None:
    async with registrar(stack, root) as client:
        keeper = client._keeper
        keeper.bearer = dataclasses.replace(keeper.bearer, as_="registrar~0000000000000000")
        with pytest.raises(parledger.NotPermitted, match="parledger token"):
            await asyncio.wait_for(client.emit(registered(root, root)), PATIENCE)
        assert client.outstanding == 0


async def test_a_root_that_is_not_prepared_is_said_at_once(stack: Stack, unused_root: str) -> None:
    async with registrar(stack, unused_root) as client:
        with pytest.raises(parledger.RootNotPrepared, match=f"parledger root add {unused_root}"):
            await asyncio.wait_for(client.emit(registered(unused_root, unused_root)), PATIENCE)


async def test_a_token_of_another_issuer_is_rejected(stack: Stack, root: str) -> None:
    token = stack.token(root, ["registrar"])
    forged = ".".join([*token.split(".")[:2], "A" * 86])
    with pytest.raises(parledger.Unauthorized):
        async with parledger.connect(stack.nats_url, forged):
            pass


async def test_a_broker_at_which_nobody_reads_tokens_is_said_within_seconds(servers: Servers) -> None:
    token = servers.token("qt", ["registrar"])
    with pytest.raises(parledger.Unavailable, match="is the whole platform running"):
        async with asyncio.timeout(PATIENCE), parledger.connect(servers.nats_url, token):
            pass


async def test_a_token_that_expires_meanwhile_ends_it_with_a_sentence(stack: Stack, root: str) -> None:
    token = stack.token(root, ["registrar"], lifetime=timedelta(seconds=4))
    async with parledger.connect(stack.nats_url, token, resend_after=0.2) as client:
        assert (await client.emit(registered(root, root))).status == "recorded"
        await asyncio.sleep(4.5)
        with pytest.raises(parledger.Unauthorized):
            await asyncio.wait_for(client.emit(registered(root, f"{root}/a")), PATIENCE)


async def test_a_token_that_is_asked_for_anew_outlives_the_first(stack: Stack, root: str) -> None:
    asked: list[datetime] = []

    def token() -> str:
        asked.append(datetime.now(UTC))
        return stack.token(root, ["registrar"], lifetime=timedelta(seconds=4 if len(asked) <= 2 else 600))

    async with parledger.connect(stack.nats_url, token, resend_after=0.2) as client:
        assert (await client.emit(registered(root, root))).status == "recorded"
        await until(lambda: len(asked) >= 3)  # as the broker ends the connection
        outcome = await asyncio.wait_for(client.emit(registered(root, f"{root}/a")), PATIENCE)
    assert outcome.status == "recorded"
    assert len(asked) >= 3


async def test_a_root_does_not_hear_the_outcomes_of_those_below(stack: Stack, root: str) -> None:
    heard: list[str] = []
    below = f"{root}/below"
    async with registrar(stack, root) as client, _ear(stack, below, heard):
        keeper = client._keeper
        original = keeper.heard_outcome
        mine: list[str] = []
        keeper.heard_outcome = lambda key, raw: (mine.append(key), original(key, raw))[1]  # type: ignore[method-assign]
        for unit in (root, below):
            await client.emit(registered(root, unit))
        async with parledger.connect(stack.nats_url, stack.token(below, ["filer"])) as other:
            data = {"leaf": "1", "self_points": "1"}
            filed = parledger.emission("SubmissionFiled", source=below, subject=f"{below}@2023", data=data)
            assert (await other.emit(filed)).refused
        await until(lambda: heard)
    assert len(mine) == 2
    assert heard == [filed.id]


async def test_a_thousand_go_through_in_order(stack: Stack, root: str) -> None:
    emissions = [registered(root, root), *(registered(root, f"{root}/u{n}") for n in range(1000))]
    async with registrar(stack, root) as client:
        outcomes = [outcome async for outcome in client.emit_all(emissions)]
    assert [outcome.id for outcome in outcomes] == [emission.id for emission in emissions]
    assert [outcome.position for outcome in outcomes] == list(range(1, 1002))


async def test_a_broker_that_is_killed_loses_nothing_and_records_nothing_twice(tmp_path: Path) -> None:
    async with running_stack(tmp_path / "data") as stack:
        await stack.add_root("qt")

        async def slowly() -> AsyncIterator[Emission]:
            yield registered("qt", "qt")
            for number in range(400):
                yield registered("qt", f"qt/u{number}")
                await asyncio.sleep(0.005)

        async with registrar(stack, "qt", resend_after=1) as client:
            reading = asyncio.ensure_future(_all(client, slowly()))
            killed: list[psutil.Process] = []
            for _ in range(2):
                await until(lambda: _broker(stack) not in (None, *killed))
                await asyncio.sleep(0.5)
                broker = _broker(stack)
                assert broker is not None
                broker.kill()
                killed.append(broker)
            outcomes = await asyncio.wait_for(reading, 2 * PATIENCE)
    assert [outcome.position for outcome in outcomes] == list(range(1, 402))
    assert {outcome.status for outcome in outcomes} <= {"recorded", "duplicate"}


def _broker(stack: Stack) -> psutil.Process | None:
    run = read_run(stack.folder)
    known = run.processes.get("nats") if run else None
    return running(known) if known else None


async def _all(client: parledger.Client, emissions: Any) -> list[parledger.Outcome]:
    return [outcome async for outcome in client.emit_all(emissions)]


class _ear:  # noqa: N801 - it reads like a function where it is used
    """Hears the outcomes of one tenant, as that tenant may."""

    def __init__(self, stack: Stack, tenant: str, heard: list[str]) -> None:
        self._stack, self._tenant, self._heard = stack, tenant, heard

    async def __aenter__(self) -> None:
        from shared.broker.subjects import inbox_prefix, outcomes_of

        token = self._stack.token(self._tenant, ["viewer"])
        self._broker = await nats.connect(
            self._stack.nats_url, token=token, inbox_prefix=inbox_prefix(self._tenant)
        )
        withstand(self._broker)

        async def hear(message: Any) -> None:
            self._heard.append(message.subject.rpartition(".")[2])

        await self._broker.subscribe(outcomes_of(self._tenant), cb=hear)
        await self._broker.flush()

    async def __aexit__(self, *_: object) -> None:
        await self._broker.close()

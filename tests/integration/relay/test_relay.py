"""What the feed tells, whichever relay tells it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.errors import APIError, NotFoundError

from deploy.local.stack import Servers
from services.relay.publisher import Message, Publisher
from services.relay.relay import Relay
from shared.broker.service_broker import client_of, service_broker
from shared.broker.subjects import RECORDED, recorded_of, wake_subject
from shared.codec.hashes import entry, leaf_hash
from shared.ledger.lease import while_leased
from shared.ledger.pool import Pool, open_pool
from tests.patience import PATIENCE
from tests.province import Province


@asynccontextmanager
async def relays_client(servers: Servers) -> AsyncIterator[Client]:
    """A connection of the relay's own user."""
    broker = service_broker(servers.nats_url, servers.nats_seed_file("relay").read_text().strip(), "relay")
    await broker.start()
    try:
        yield client_of(broker)
    finally:
        await broker.stop()


@pytest.fixture
async def client(servers: Servers) -> AsyncIterator[Client]:
    async with relays_client(servers) as connected:
        yield connected


@pytest.fixture
async def pool(servers: Servers) -> AsyncIterator[Pool]:
    pool = await open_pool(servers.dsn("parledger_relay"), "test", most=4)
    yield pool
    await pool.close()


async def feed(client: Client, root: str) -> list[dict[str, Any]]:
    """Every message of a root in the feed, in its order."""
    stream, found, sequence = JetStreamContext(client), list[dict[str, Any]](), 1
    while True:
        try:
            message = await stream.get_msg(RECORDED, seq=sequence, subject=recorded_of(root), next=True)
        except NotFoundError:
            return found
        found.append({"_subject": message.subject, **json.loads(message.data or b"")})
        sequence = (message.seq or 0) + 1


async def until_told(client: Client, root: str, position: int) -> list[dict[str, Any]]:
    """The root's messages, as soon as this position was told."""
    async with asyncio.timeout(PATIENCE):
        while True:
            told = await feed(client, root)
            if told and told[-1]["position"] >= position:
                return told
            await asyncio.sleep(0.05)


@asynccontextmanager
async def at_work(relay: Relay) -> AsyncIterator[asyncio.Task[None]]:
    """A relay that runs until the block ends."""
    task = asyncio.create_task(relay.run())
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await task


async def test_every_event_is_told_once_in_order_with_its_extensions(
    province: Province, pool: Pool, client: Client
) -> None:
    await province.play()
    async with at_work(Relay(pool, client)):
        told = await until_told(client, province.root, province.state.position)
    assert [event["position"] for event in told] == list(range(1, province.state.position + 1))
    filed = next(event for event in told if event["type"] == "SubmissionFiled")
    assert filed["_subject"] == f"par.recorded.{province.root}.SubmissionFiled.huyen.xa-1"
    assert filed["data"]["note"].keys() == {"sha256"}
    assert filed["dataschema"] == "SubmissionFiled/1"
    row = await pool.fetchrow(
        "SELECT * FROM ledger.event WHERE root = $1 AND position = $2", province.root, filed["position"]
    )
    assert row is not None
    at = round(row["recorded_at"].timestamp() * 1_000_000)
    assert filed["leafhash"] == row["leaf_hash"].hex() == leaf_hash(entry(row["body"], at)).hex()
    assert filed["recordedat"] == row["recorded_at"].strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert {"root", "version", "actor", "id", "source", "subject", "time", "specversion"} <= filed.keys()


async def test_what_is_recorded_while_a_relay_rests_is_told_in_one_page(
    servers: Servers, province: Province, pool: Pool, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.relay.relay._BREATH", 2.0)
    publish, pages = Publisher.publish, list[int]()

    async def noting(publisher: Publisher, messages: list[Message]) -> asyncio.Future[int]:
        pages.append(len(messages))
        return await publish(publisher, messages)

    monkeypatch.setattr(Publisher, "publish", noting)
    seed = servers.nats_seed_file("ingest").read_text().strip()
    broker = service_broker(servers.nats_url, seed, "ingest")
    await broker.start()

    async def record(name: str) -> None:
        unit = f"{province.root}/{name}"
        said = {"unit": unit, "name": name, "kind": "department", "effective": "2020-01-01"}
        await province.say("UnitRegistered", province.root, unit, **said)
        await client_of(broker).publish(wake_subject(province.root))

    async with at_work(Relay(pool, client)):
        await until_told(client, province.root, province.state.position)
        pages.clear()
        await record("so-1")
        await until_told(client, province.root, province.state.position)
        await record("so-2")
        await record("so-3")
        await until_told(client, province.root, province.state.position)
    await broker.stop()
    assert pages == [1, 2]


async def test_a_relay_goes_on_where_the_feed_stops(province: Province, pool: Pool, client: Client) -> None:
    async with at_work(Relay(pool, client)):
        await until_told(client, province.root, province.state.position)
    await province.play()
    async with at_work(Relay(pool, client)):
        told = await until_told(client, province.root, province.state.position)
    assert [event["position"] for event in told] == list(range(1, province.state.position + 1))


async def test_a_stale_relay_is_refused_by_the_server(
    servers: Servers, province: Province, pool: Pool, client: Client
) -> None:
    stale = Relay(pool, client)
    await stale.resume()
    while await stale.tell_all():
        pass
    await province.play()
    async with relays_client(servers) as other, at_work(Relay(pool, other)):
        await until_told(client, province.root, province.state.position)
    with pytest.raises(APIError) as refused:
        await stale.tell_all()
    assert refused.value.err_code == 10071
    told = await feed(client, province.root)
    assert [event["position"] for event in told] == list(range(1, province.state.position + 1))


async def test_a_second_relay_stands_by_until_the_first_ends(
    servers: Servers, province: Province, pool: Pool, client: Client
) -> None:
    dsn, first_ends, second_ends = servers.dsn("parledger_relay"), asyncio.Event(), asyncio.Event()
    worked: list[str] = []

    async def work(name: str, relay: Relay) -> None:
        worked.append(name)
        await relay.run()

    first = asyncio.create_task(
        while_leased(dsn, "relay", first_ends, lambda: work("first", Relay(pool, client)))
    )
    await until_told(client, province.root, province.state.position)
    second = asyncio.create_task(
        while_leased(dsn, "relay", second_ends, lambda: work("second", Relay(pool, client)))
    )
    await asyncio.sleep(0.3)
    assert worked == ["first"]
    first_ends.set()
    await first
    await province.play()
    told = await until_told(client, province.root, province.state.position)
    assert worked == ["first", "second"]
    assert [event["position"] for event in told] == list(range(1, province.state.position + 1))
    second_ends.set()
    await second


async def test_a_body_that_cannot_be_read_stops_its_own_root_alone(
    servers: Servers,
    province: Province,
    pool: Pool,
    client: Client,
    add_root: Callable[[Servers], Awaitable[str]],
) -> None:
    broken = await add_root(servers)
    superuser = await asyncpg.connect(servers.dsn("postgres"))
    await superuser.execute("SET parledger.by_function = 'yes'")
    await superuser.execute(
        """
        INSERT INTO ledger.event VALUES
        ($1, 1, $1, 1, gen_random_uuid(), 'X', 1, $1, 'a', now(), '2020-01-01Z', NULL, 'no JSON', 'x')
        """,
        broken,
    )
    await superuser.execute(
        "UPDATE ledger.head SET position = 1, recorded_at = '2020-01-01Z' WHERE root = $1", broken
    )
    await superuser.close()
    async with at_work(Relay(pool, client)):
        told = await until_told(client, province.root, province.state.position)
    assert [event["position"] for event in told] == list(range(1, province.state.position + 1))
    assert await feed(client, broken) == []


async def test_where_one_of_a_page_is_refused_nothing_behind_it_is_kept_and_its_publisher_hears_so(
    client: Client, unused_root: str
) -> None:
    publisher, every = Publisher(client), recorded_of(unused_root)
    await publisher.open()
    end = (await JetStreamContext(client).stream_info(RECORDED)).state.last_seq

    def message(place: int, before: int) -> tuple[str, bytes, dict[str, str]]:
        headers = {
            "Nats-Expected-Last-Subject-Sequence": str(before),
            "Nats-Expected-Last-Subject-Sequence-Subject": every,
        }
        return every.replace(">", "UnitRegistered"), b'{"position": %d}' % place, headers

    kept = await publisher.publish([message(1, 0), message(2, end + 1)])
    assert await kept == end + 2
    refused = await publisher.publish([message(3, end + 2), message(4, end + 99), message(5, end + 4)])
    with pytest.raises(APIError) as error:
        await refused
    assert error.value.err_code == 10071
    assert [told["position"] for told in await feed(client, unused_root)] == [1, 2, 3]
    await publisher.close()

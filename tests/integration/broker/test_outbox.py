"""A batch's answers go out in one write, as if they had been published one by one."""

import asyncio

import pytest
from nats.errors import (
    ConnectionClosedError,
    ConnectionDrainingError,
    MaxPayloadError,
    OutboundBufferLimitError,
)

from shared.broker.outbox import publish_all
from tests.integration.broker.real_server import Server
from tests.patience import PATIENCE


async def test_they_come_in_order_each_with_its_payload(own_server: Server) -> None:
    messages = [
        ("par.a", b""),
        ("par.b.c", b"two\r\nlines"),
        ("par.a", bytes(range(256))),
        ("par.z", b"PUB x 1"),
    ]
    async with own_server.as_operator() as client:
        heard = await client.subscribe("par.>")
        await publish_all(client, messages)
        await client.publish("par.last", b"the library goes on")
        came = [await heard.next_msg(PATIENCE) for _ in range(5)]
    assert [(message.subject, message.data) for message in came] == [
        *messages,
        ("par.last", b"the library goes on"),
    ]


async def test_none_is_sent_where_one_is_too_large(own_server: Server) -> None:
    async with own_server.as_operator() as client:
        heard = await client.subscribe("par.>")
        with pytest.raises(MaxPayloadError):
            await publish_all(client, [("par.a", b"fits"), ("par.b", bytes(client.max_payload + 1))])
        await publish_all(client, [("par.c", b"fits")])
        assert (await heard.next_msg(PATIENCE)).subject == "par.c"


async def test_what_is_published_while_the_server_is_away_comes_when_it_is_back(own_server: Server) -> None:
    gone = asyncio.Event()

    async def note() -> None:
        gone.set()

    async with own_server.as_operator(pending_size=10_000, disconnected_cb=note) as client:
        heard = await client.subscribe("par.>")
        await client.flush()
        own_server.stop(kill=True)
        await asyncio.wait_for(gone.wait(), PATIENCE)
        await publish_all(client, [("par.a", b"1"), ("par.b", b"2")])
        with pytest.raises(OutboundBufferLimitError):
            await publish_all(client, [("par.c", b"x" * 6_000), ("par.d", b"x" * 6_000)])
        own_server.start()
        assert [(await heard.next_msg(PATIENCE)).data for _ in range(2)] == [b"1", b"2"]


async def test_a_closed_client_says_so(own_server: Server) -> None:
    async with own_server.as_operator() as client:
        pass
    with pytest.raises(ConnectionClosedError):
        await publish_all(client, [("par.a", b"")])


async def test_a_client_that_drains_takes_nothing_more(own_server: Server) -> None:
    async with own_server.as_operator() as client:
        client._status = client.DRAINING_PUBS
        with pytest.raises(ConnectionDrainingError):
            await publish_all(client, [("par.a", b"")])

"""A flush that is given up does no harm to who flushes next."""

import asyncio

from shared.broker.sturdy import withstand
from tests.integration.broker.real_server import Server


async def test_the_answer_to_a_flush_that_was_given_up_does_not_end_the_reading(own_server: Server) -> None:
    async with own_server.as_operator() as client:
        withstand(client)
        for _ in range(3):
            given_up = asyncio.create_task(client.flush())
            await asyncio.sleep(0)
            assert client._pongs, "it has not asked yet"
            given_up.cancel()
            await asyncio.wait([given_up])
            await client.flush(2)
        heard = await client.subscribe("par.test")
        await client.publish("par.test", b"still there")
        assert (await heard.next_msg(2)).data == b"still there"

"""A flush is answered after all that came before it; one that is given up harms nobody who flushes next."""

import asyncio
from typing import Any

from tests.integration.broker.real_server import Server


async def test_the_answer_to_a_flush_that_was_given_up_does_not_end_the_reading(own_server: Server) -> None:
    async with own_server.as_operator() as client:
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


async def test_the_server_knows_a_subscription_once_a_flush_after_it_is_answered(own_server: Server) -> None:
    async with own_server.as_operator() as speaker:
        for turn in range(50):
            async with own_server.as_operator() as listener:
                wire = _Wire(listener._transport)
                setattr(listener, "_transport", wire)  # noqa: B010 - it is no transport by its class
                heard = await listener.subscribe("par.test")
                await listener.flush()
                assert wire.written.index(b"SUB par.test") < wire.written.index(b"PING")
                await speaker.publish("par.test", str(turn).encode())
                assert (await heard.next_msg(2)).data == str(turn).encode()


class _Wire:
    """A transport that remembers what was written, in order."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self.written = b""

    def write(self, data: bytes) -> None:
        self.written += data
        self._transport.write(data)

    def writelines(self, lines: list[bytes]) -> None:
        self.written += b"".join(lines)
        self._transport.writelines(lines)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

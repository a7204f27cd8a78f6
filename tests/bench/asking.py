"""`python -m tests.bench.asking HOST PORT CLIENTS SECONDS LENGTH`: asks the request on stdin again and again.

Each client has a connection of its own and asks anew once it is answered. It looks at no more of an answer
than its status and its length, which are always the same, so that it takes little of the processors from whom
it asks. It prints a JSON object: how many answers came in all, how many `answers` in how many `seconds`
once it was warm, and after how many seconds the slowest hundredth of these was there.
"""

import asyncio
import json
import sys
import time
from contextlib import suppress

from tests.bench.figures import percentile

_WARM = 0.15
"""So much of the time goes by before it is counted."""


class _Client(asyncio.Protocol):
    """One connection. Ends the run where an answer is another than 200, or has another length."""

    def __init__(self, request: bytes, length: int, took: list[float], failed: asyncio.Future[None]) -> None:
        self._request, self._length, self._took, self._failed = request, length, took, failed
        self._head = bytearray()
        self._left = -1

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        if self._left < 0:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self._head[:end]).lower()
            length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
            if not head.startswith(b"http/1.1 200") or length != self._length:
                self._fail(f"it answers {bytes(self._head[:600])!r}")
                return
            self._left = length - (len(self._head) - end - 4)
        else:
            self._left -= len(data)
        if self._left == 0:
            self._took.append(time.perf_counter() - self._began)
            self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(f"it closed a connection: {exc}")

    def _ask(self) -> None:
        self._head.clear()
        self._left = -1
        self._began = time.perf_counter()
        self._transport.write(self._request)

    def _fail(self, why: str) -> None:
        if not self._failed.done():
            self._failed.set_exception(RuntimeError(why))


async def ask(
    host: str, port: int, clients: int, seconds: float, length: int, request: bytes
) -> dict[str, float]:
    """Ask for so long. Raises RuntimeError where it is not answered."""
    loop = asyncio.get_running_loop()
    took, failed = list[float](), loop.create_future()
    for _ in range(clients):
        await loop.create_connection(lambda: _Client(request, length, took, failed), host, port)
    await _pass(failed, seconds * _WARM)
    early = len(took)
    took.clear()
    began = time.perf_counter()
    await _pass(failed, seconds * (1 - _WARM))
    passed = time.perf_counter() - began
    return {
        "asked": early + len(took),
        "answers": len(took),
        "seconds": passed,
        "p99": percentile(took, 0.99) if took else 0.0,
    }


async def _pass(failed: asyncio.Future[None], seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.shield(failed), seconds)


if __name__ == "__main__":
    _host, _port, _clients, _seconds, _length = sys.argv[1:]
    _asked = ask(_host, int(_port), int(_clients), float(_seconds), int(_length), sys.stdin.buffer.read())
    _found = asyncio.run(_asked)
    print(json.dumps(_found))

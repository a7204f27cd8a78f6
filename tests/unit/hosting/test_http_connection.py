"""Who sends what becomes no request is given up; who sends one is answered, however large or slow."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from starlette.types import Receive, Scope, Send

from deploy.local.stack import kept_ports
from shared.hosting import http_connection
from shared.hosting.http_server import serve
from tests.patience import PATIENCE

GET = b"GET / HTTP/1.1\r\nHost: x\r\n"
CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
LARGE = b"GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
_PIECES, _A_PIECE = 500, 100_000
ENDLESS = b"X-A: " + b"a" * 1_000_000


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers how many bytes came; on /slow, after a while; on /large, after 50 MB."""
    size, more = 0, True
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    if scope["path"] == "/slow":
        await asyncio.sleep(1.2)
    for _ in range(_PIECES if scope["path"] == "/large" else 0):
        await send({"type": "http.response.body", "body": b"x" * _A_PIECE, "more_body": True})
    await send({"type": "http.response.body", "body": b"%d bytes" % size})


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.setattr(http_connection, "HEAD_WITHIN", 0.5)
    monkeypatch.setattr(http_connection, "READ_WITHIN", 0.5)
    stop, listening = asyncio.Event(), asyncio.Event()
    with kept_ports(0) as [port]:
        serving = asyncio.create_task(serve(app, "127.0.0.1", port, stop, listening.set))
        await listening.wait()
        yield port
        stop.set()
        await serving


async def said(port: int, *sent: bytes) -> bytes:
    """What is answered to this until the server hangs up, as it does in the end in all of these cases."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = b""
    try:
        for piece in sent:
            writer.write(piece)
            await writer.drain()
        while more := await asyncio.wait_for(reader.read(65536), PATIENCE):
            answer += more
        return answer + b"<END>"
    except ConnectionError:
        return answer + b"<END>"
    finally:
        writer.transport.abort()


async def test_a_head_without_an_end_is_given_up(port: int) -> None:
    assert (await said(port, GET, ENDLESS)).endswith(b"<END>")
    many = b"".join(b"X-%d: %s\r\n" % (number, b"a" * 100) for number in range(5000))
    assert (await said(port, GET, many, b"\r\n")).endswith(b"<END>")


async def test_trailers_without_an_end_are_given_up(port: int) -> None:
    assert (await said(port, CHUNKED, b"1\r\nx\r\n0\r\n", ENDLESS)).endswith(b"<END>")


@pytest.mark.parametrize("sent", [b"", b"G", GET])
async def test_a_head_that_does_not_come_is_given_up(port: int, sent: bytes) -> None:
    began = asyncio.get_running_loop().time()
    assert await said(port, sent) == b"<END>"
    assert asyncio.get_running_loop().time() - began < 4


async def test_also_behind_a_request_that_was_answered(port: int) -> None:
    answer = await said(port, GET + b"\r\n" + b"GET /")
    assert b"0 bytes" in answer
    assert answer.endswith(b"<END>")


async def test_a_large_body_and_a_long_head_are_taken(port: int) -> None:
    body = bytes(3_000_000)
    length = b"Content-Length: %d\r\nX-A: %s\r\n\r\n" % (len(body), b"a" * 30_000)
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + length
    assert b"3000000 bytes" in await said(port, head + body)
    chunks = b"10000\r\n" + bytes(65536) + b"\r\n"
    assert b"1966080 bytes" in await said(port, CHUNKED, *[chunks] * 30, b"0\r\n\r\n")


async def test_an_answer_under_way_is_not_cut_off_by_what_comes_behind_it(port: int) -> None:
    slow = b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"
    assert b"0 bytes" in await said(port, slow + b"GET /")


async def test_who_does_not_read_its_answer_is_given_up(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(LARGE)
    await writer.drain()
    answered = 0
    await asyncio.sleep(2)  # reads nothing, while its window fills up
    with suppress(ConnectionError):
        while piece := await asyncio.wait_for(reader.read(65536), PATIENCE):
            answered += len(piece)
    assert answered < _PIECES * _A_PIECE
    writer.transport.abort()


async def test_who_reads_its_answer_slowly_gets_all_of_it(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(LARGE)
    answered = 0
    while piece := await asyncio.wait_for(reader.read(5_000_000), PATIENCE):
        answered += len(piece)
        await asyncio.sleep(0.002)
    assert answered > _PIECES * _A_PIECE
    writer.transport.abort()

"""What units send by HTTP is ingest's: where query is the one address, it hands that on as a stream."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import httpx
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from shared.broker.streams import MOST_BYTES_OF_AN_EMISSION
from shared.evidence.store import MOST_BYTES

_log = logging.getLogger("parledger.query.forward")

_ASKED = ("authorization", "content-type", "content-length", "traceparent", "tracestate")
_ANSWERED = (
    "cache-control",
    "content-length",
    "content-type",
    "retry-after",
    "www-authenticate",
    "x-content-type-options",
)
_NAME = re.compile(r"[0-9A-Za-z]{1,128}")
_ABANDONED = 499


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is handed on at most: so many bytes, and, in seconds, how long they may take to come.

    Ingest has bounds of its own; these hold a little later. They are here as well because the client library
    reads no answer before it has sent everything.
    """

    emission: int = MOST_BYTES_OF_AN_EMISSION
    file: int = MOST_BYTES
    idle: float = 35.0
    whole_emission: float = 35.0
    whole_file: float = 16 * 60.0


@dataclass(frozen=True, slots=True)
class Forwarder:
    """Hands requests on to `base`, where ingest serves HTTP."""

    base: str
    client: httpx.AsyncClient
    bounds: Bounds = Bounds()

    async def emit(self, request: Request) -> Response:
        """POST /emit."""
        return await self._hand_on(request, "/emit", self.bounds.emission, self.bounds.whole_emission)

    async def put(self, request: Request) -> Response:
        """PUT /evidence/{sha256}."""
        name = str(request.path_params["sha256"])
        if not _NAME.fullmatch(name):
            raise HTTPException(404)
        return await self._hand_on(request, f"/evidence/{name}", self.bounds.file, self.bounds.whole_file)

    async def _hand_on(self, request: Request, path: str, most: int, whole: float) -> Response:
        headers = {  # as bytes: whatever they hold, ingest says what is wrong with it
            name.encode(): request.headers[name].encode("latin-1")
            for name in _ASKED
            if name in request.headers
        }
        body = _bounded(request, most, self.bounds.idle, whole)
        asked = self.client.build_request(request.method, f"{self.base}{path}", headers=headers, content=body)
        try:
            _check_declared(request, most)
            answer = await self.client.send(asked, stream=True)
        except _TooMuch:
            return _refused(413, "too-large", *_TOO_MUCH)
        except TimeoutError:
            return _refused(408, "too-slow", *_TOO_SLOW)
        except ClientDisconnect:
            return Response(status_code=_ABANDONED)
        except httpx.PoolTimeout:
            return _refused(429, "busy", *_BUSY, {"retry-after": "2"})
        except httpx.TransportError as error:
            _log.warning("ingest does not answer: %s", type(error).__name__)
            return _refused(503, "away", *_AWAY, {"retry-after": "2"})
        return StreamingResponse(
            _read(answer),
            answer.status_code,
            headers={name: answer.headers[name] for name in _ANSWERED if name in answer.headers},
        )


_TOO_MUCH = (
    "Nội dung gửi lên vượt dung lượng cho phép.",
    "What was sent is larger than what is taken: 300 KiB an emission, 100 MiB a file.",
)
_TOO_SLOW = (
    "Nội dung gửi quá chậm hoặc bị ngắt; hãy gửi lại.",
    "What was sent came too slowly, or stopped coming: send it again.",
)
_BUSY = (
    "Hệ thống đang nhận nhiều bản gửi và tệp cùng lúc; hãy gửi lại sau, bản gửi với cùng mã.",
    "Very much is being sent at the moment: send it again in a while, an emission under the same id.",
)
_AWAY = (
    "Bộ phận tiếp nhận không trả lời lúc này; hãy gửi lại sau, bản gửi với cùng mã.",
    "What takes this does not answer at the moment: send it again, an emission under the same id.",
)


class _TooMuch(Exception):
    """More came than is handed on."""


def _check_declared(request: Request, most: int) -> None:
    stated = request.headers.get("content-length", "")
    if stated.isascii() and stated.isdigit() and int(stated) > most:
        raise _TooMuch


async def _bounded(request: Request, most: int, idle: float, whole: float) -> AsyncIterator[bytes]:
    """The body as it comes. Raises `_TooMuch`, `TimeoutError` or `ClientDisconnect`."""
    loop = asyncio.get_running_loop()
    until, size, stream = loop.time() + whole, 0, request.stream()
    while True:
        try:
            async with asyncio.timeout_at(min(until, loop.time() + idle)):
                chunk = await anext(stream)
        except StopAsyncIteration:
            return
        size += len(chunk)
        if size > most:
            raise _TooMuch
        yield chunk


def _refused(status: int, type_: str, vi: str, en: str, headers: Mapping[str, str] | None = None) -> Response:
    """A refusal in the form that ingest gives it."""
    answer = {"problem": {"type": type_, "detail": {"vi": vi, "en": en}}}
    return JSONResponse(answer, status, {"cache-control": "no-store", **(headers or {})})


def forwarding_client() -> httpx.AsyncClient:
    """A client that goes nowhere but where it is told: no proxies, no redirects.

    It waits as long as ingest may take: ten seconds for an outcome, a minute or two for a bucket.
    """
    return httpx.AsyncClient(
        trust_env=False,
        timeout=httpx.Timeout(150, connect=2, pool=5),
        limits=httpx.Limits(max_connections=200, max_keepalive_connections=20),
    )


async def _read(answer: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for chunk in answer.aiter_raw():
            yield chunk
    finally:
        await answer.aclose()

"""What units send by HTTP is ingest's: where query is the one address, it hands that on as a stream."""

import logging
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

_log = logging.getLogger("parledger.query.forward")

_ASKED = ("authorization", "content-type", "content-length", "traceparent", "tracestate")
_ANSWERED = ("content-type", "content-length", "retry-after", "www-authenticate", "cache-control")
_NAME = re.compile(r"[0-9A-Za-z]{1,128}")
_ABANDONED = 499


@dataclass(frozen=True, slots=True)
class Forwarder:
    """Hands requests on to `base`, where ingest serves HTTP."""

    base: str
    client: httpx.AsyncClient

    async def emit(self, request: Request) -> Response:
        """POST /emit."""
        return await self._hand_on(request, "/emit")

    async def put(self, request: Request) -> Response:
        """PUT /evidence/{sha256}."""
        name = str(request.path_params["sha256"])
        if not _NAME.fullmatch(name):
            raise HTTPException(404)
        return await self._hand_on(request, f"/evidence/{name}")

    async def _hand_on(self, request: Request, path: str) -> Response:
        headers = {name: request.headers[name] for name in _ASKED if name in request.headers}
        asked = self.client.build_request(
            request.method, f"{self.base}{path}", headers=headers, content=request.stream()
        )
        try:
            answer = await self.client.send(asked, stream=True)
        except ClientDisconnect:
            return Response(status_code=_ABANDONED)
        except httpx.TransportError as error:
            _log.warning("ingest does not answer: %s", type(error).__name__)
            raise HTTPException(
                503, "this is not served at the moment: try again", headers={"retry-after": "2"}
            ) from error
        return StreamingResponse(
            _read(answer),
            answer.status_code,
            headers={name: answer.headers[name] for name in _ANSWERED if name in answer.headers},
        )


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

"""The HTTP edge: POST /graphql and GET /evidence with a bearer token, GET /log and GET /health without.

Where ingest's routes are reached through here too, POST /emit and PUT /evidence are handed on to it.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Protocol

import msgspec
import strawberry
from graphql import GraphQLError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError

from services.query.config import Limits
from services.query.context import Context
from services.query.download import Downloads
from services.query.errors import QueryError, TookTooLong, message_of, shown
from services.query.forward import Forwarder
from services.query.loaders import Loaders
from services.query.log import PublicLogs
from services.query.rubrics import Shelf
from services.query.snapshot import Pool, Snapshot
from services.query.watch import watched
from shared.hosting.places import Crowded, Places
from shared.identity.tokens import Caller, InvalidToken, KeysUnavailable

_NEEDED = (
    "no token: send the header 'Authorization: Bearer <JWT>' "
    "(`parledger token` makes one for the embedded issuer)"
)


class Verifier(Protocol):
    """Says who a token speaks for. Raises InvalidToken or KeysUnavailable."""

    async def verify(self, token: str) -> Caller:
        """Who is calling."""
        ...


class _Asked(msgspec.Struct):
    query: str
    variables: dict[str, object] | None = None
    operationName: str | None = None  # noqa: N815 - the name that GraphQL over HTTP gives it


@dataclass(frozen=True, slots=True)
class Service:
    """What answers requests: all of it is made when the process starts, and shared by all requests."""

    schema: strawberry.Schema
    pool: Pool
    verifier: Verifier
    limits: Limits
    shelf: Shelf
    downloads: Downloads | None = None
    forwarder: Forwarder | None = None
    logs: PublicLogs | None = None
    places: Places = field(init=False)
    ending: set[asyncio.Task[None]] = field(init=False, default_factory=set[asyncio.Task[None]])

    def __post_init__(self) -> None:
        """As many requests are at work as have a connection."""
        object.__setattr__(self, "places", Places(self.limits.connections, self.limits.waiting))

    async def graphql(self, request: Request) -> Response:
        """Answer a query, in one transaction under the caller's scope."""
        caller = await self._caller(request)
        asked = _decode(await self._body(request))
        await self.places.take(caller.tenant)
        snapshot = Snapshot(self.pool, caller.tenant)
        try:
            context = Context(caller, snapshot, Loaders(snapshot, self.shelf, self.limits.rows), self.logs)
            return await self._answer(asked, context)
        finally:
            ending = asyncio.create_task(self._end(snapshot, caller.tenant))
            self.ending.add(ending)
            ending.add_done_callback(self.ending.discard)

    async def evidence(self, request: Request) -> Response:
        """A file, for who may see a dossier that holds it."""
        assert self.downloads is not None  # noqa: S101 - the route is there for it alone
        caller = await self._caller(request)
        try:
            return await self.downloads.get(caller, request)
        except QueryError as error:
            raise HTTPException(503, str(error), headers={"retry-after": "2"}) from error

    async def health(self, request: Request) -> Response:
        """200 while the database answers."""
        try:
            connection = await self.pool.acquire(timeout=2)
            try:
                await connection.execute("SELECT 1")
            finally:
                await self.pool.release(connection)
        except Exception as error:
            raise HTTPException(503, "the database does not answer") from error
        return _json({"status": "ok"})

    async def _end(self, snapshot: Snapshot, caller: str) -> None:
        """Give back what a request had, while its answer is sent."""
        try:
            await snapshot.close()
        finally:
            self.places.leave(caller)

    async def _caller(self, request: Request) -> Caller:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise _unauthorized(_NEEDED)
        try:
            return await self.verifier.verify(token.strip())
        except InvalidToken as error:
            raise _unauthorized(
                f"the token is not accepted: {error}; get a new one from your issuer"
            ) from error
        except KeysUnavailable as error:
            raise HTTPException(503, "the issuer's keys cannot be had at the moment: try again") from error

    async def _body(self, request: Request) -> bytes:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise HTTPException(415, 'send the query as application/json: {"query": …, "variables": …}')
        body = bytearray()
        try:
            async with asyncio.timeout(self.limits.body_within):
                async for chunk in request.stream():
                    body += chunk
                    if len(body) > self.limits.body:
                        raise HTTPException(413, f"the request is larger than {self.limits.body} bytes")
        except TimeoutError as error:
            raise HTTPException(408, "the request came too slowly, or stopped coming") from error
        return bytes(body)

    async def _answer(self, asked: _Asked, context: Context) -> Response:
        try:
            async with asyncio.timeout(self.limits.request):
                result = await self.schema.execute(
                    asked.query,
                    variable_values=asked.variables,
                    context_value=context,
                    operation_name=asked.operationName,
                )
        except TimeoutError as error:
            raise HTTPException(503, str(TookTooLong())) from error
        except MissingQueryError as error:
            raise HTTPException(400, "the query is empty") from error
        except CannotGetOperationTypeError as error:
            raise HTTPException(400, error.as_http_error_reason()) from error
        except InvalidOperationTypeError as error:
            raise HTTPException(400, error.as_http_error_reason("POST")) from error
        errors: list[GraphQLError] = result.errors or []
        return _json({"data": result.data, **({"errors": shown(errors)} if errors else {})})


def make_app(service: Service) -> Starlette:
    """The ASGI application."""
    routes = [
        Route("/graphql", watched(service.graphql), methods=["POST"]),
        Route("/health", service.health, methods=["GET"]),
    ]
    if service.downloads is not None:
        routes.append(Route("/evidence/{sha256}", service.evidence, methods=["GET"]))
    if service.logs is not None:
        routes.append(Route("/log/{root}/{path:path}", service.logs.get, methods=["GET"]))
    if service.forwarder is not None:
        routes.append(Route("/evidence/{sha256}", service.forwarder.put, methods=["PUT"]))
        routes.append(Route("/emit", service.forwarder.emit, methods=["POST"]))
    app = Starlette(
        routes=routes,
        exception_handlers={HTTPException: _refuse, Crowded: _send_away, Exception: _fail},
    )
    app.router.redirect_slashes = False
    return app


def _decode(body: bytes) -> _Asked:
    try:
        return msgspec.json.decode(body, type=_Asked)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise HTTPException(400, f"this is no GraphQL request: {error}") from error


def _json(answer: dict[str, object], status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    try:
        body = msgspec.json.encode(answer)
    except (
        UnicodeEncodeError
    ):  # a lone surrogate, which a query may carry into an error message: as an escape
        text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
        body = text.encode("utf-8", "backslashreplace")
    return Response(
        body, status, headers={"cache-control": "no-store", **(headers or {})}, media_type="application/json"
    )


def _unauthorized(message: str) -> HTTPException:
    return HTTPException(401, message, headers={"www-authenticate": "Bearer"})


_WHERE = {404: "nothing is here: POST a query to /graphql", 405: "not this way: POST a query to /graphql"}


async def _refuse(request: Request, error: Exception) -> Response:
    """Every refusal of a request has the form of a GraphQL answer."""
    assert isinstance(error, HTTPException)  # noqa: S101 - what it is registered for
    said_nothing = error.detail == HTTPStatus(error.status_code).phrase
    message = _WHERE.get(error.status_code, error.detail) if said_nothing else error.detail
    return _json({"errors": [{"message": message}]}, error.status_code, error.headers)


async def _send_away(request: Request, error: Exception) -> Response:
    """As many are served as can be: at once, so that those who are served are served."""
    assert isinstance(error, Crowded)  # noqa: S101 - what it is registered for
    message = f"{error} · hệ thống đang bận: hãy thử lại sau {error.retry_after} giây"
    return _json({"errors": [{"message": message}]}, 429, {"retry-after": str(error.retry_after)})


async def _fail(request: Request, error: Exception) -> Response:
    """What nobody expected; it was logged under the reference that the message names."""
    return _json({"errors": [{"message": message_of(error)}]}, 500)

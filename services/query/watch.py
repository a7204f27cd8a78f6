"""What the query service tells of each request: how long it took, under the operation's name, and its trace.

Never what was asked for: neither the query's text nor its variables. Where telemetry is off, the endpoint and
the schema are the same as without this.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from time import time_ns
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from strawberry.extensions import SchemaExtension

from shared.telemetry.switch import signals

if TYPE_CHECKING:
    from shared.telemetry.signals import Histogram, Signals

Endpoint = Callable[[Request], Awaitable[Response]]

_NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]{0,63}", re.ASCII)


@dataclass(slots=True)
class _Operation:
    """What is known of the operation under way."""

    name: str = ""
    faulty: bool = False


_UNDER_WAY: ContextVar[_Operation | None] = ContextVar("operation under way", default=None)


class NamesOperation(SchemaExtension):
    """Says which operation is executed, and whether it had errors."""

    def on_operation(self) -> Iterator[None]:
        """Look at it once it is over."""
        yield
        operation, context = _UNDER_WAY.get(), self.execution_context
        if operation is not None:
            name = context.operation_name or ""
            operation.name = name if _NAME.fullmatch(name) else ""
            operation.faulty = bool(context.pre_execution_errors or getattr(context.result, "errors", None))


def extensions() -> list[type[SchemaExtension]]:
    """What the schema needs so that requests can be told of; nothing where telemetry is off."""
    return [NamesOperation] if signals() else []


def watched(endpoint: Endpoint) -> Endpoint:
    """The endpoint, told of; itself where telemetry is off."""
    found = signals()
    if found is None:
        return endpoint
    duration = found.histogram("parledger.graphql.duration", "s", "From a GraphQL request to its answer")

    async def tell(request: Request) -> Response:
        began, status = time_ns(), 500
        operation = _Operation()
        token = _UNDER_WAY.set(operation)
        try:
            response = await endpoint(request)
            status = response.status_code
            return response
        except HTTPException as refused:
            status = refused.status_code
            raise
        finally:
            _UNDER_WAY.reset(token)
            _tell(found, duration, request, operation, status, began)

    return tell


def _tell(
    found: Signals, duration: Histogram, request: Request, operation: _Operation, status: int, began: int
) -> None:
    from shared.telemetry.signals import SpanKind, is_not_wanted, sampled_parent

    ended = time_ns()
    said: dict[str, str | int | float | bool] = {
        "http.response.status_code": status,
        "parledger.graphql.errors": operation.faulty,
    }
    if operation.name:
        said["graphql.operation.name"] = operation.name
    duration.record((ended - began) / 1e9, said)
    traceparent = request.headers.get("traceparent")
    if not is_not_wanted(traceparent):
        parent = sampled_parent(traceparent)
        found.span("graphql", parent, began, ended, said, kind=SpanKind.SERVER, failed=status >= 500)

"""Which pages of other origins may ask from a browser: none but those named in the configuration.

Two doors are open to them, POST /graphql and GET /evidence. No cookie counts here: a caller is known by the
token that it sends, so no credentials are allowed either. Source: the Fetch standard, "CORS protocol".
"""

import re
from collections.abc import Mapping

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.hosting.environment import ConfigurationError

_NAME = "PARLEDGER_CORS_ORIGINS"
_ORIGIN = re.compile(r"https?://(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::[0-9]{1,5})?")
_DOORS = {"graphql": "POST", "evidence": "GET"}
_HEADERS = ("authorization", "content-type", "if-range", "range", "traceparent", "tracestate")
_READABLE = ("accept-ranges", "content-disposition", "content-range", "etag", "retry-after")
_PREFLIGHT_SECONDS = 600


def origins(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The origins that are named, separated by commas; none where nothing is said.

    Raises ConfigurationError for what no browser would send as an origin, `*` among it.
    """
    named = [origin.strip() for origin in environ.get(_NAME, "").split(",")]
    for origin in filter(None, named):
        if not _ORIGIN.fullmatch(origin):
            raise ConfigurationError(
                f"{_NAME} has {origin!r}: set it to origins like https://dashboard.example, in lower case, "
                "without a path, separated by commas"
            )
    return tuple(dict.fromkeys(filter(None, named)))


class Cors:
    """An application that answers browsers of these origins at its two doors; elsewhere nothing is added."""

    def __init__(self, app: ASGIApp, allowed: tuple[str, ...]) -> None:
        self._app = app
        self._doors = {
            first: CORSMiddleware(
                app,
                allowed,
                allow_methods=[method],
                allow_headers=_HEADERS,
                expose_headers=_READABLE,
                max_age=_PREFLIGHT_SECONDS,
            )
            for first, method in _DOORS.items()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        first = str(scope.get("path", "")).lstrip("/").partition("/")[0]
        await self._doors.get(first, self._app)(scope, receive, send)


def with_cors(app: ASGIApp, allowed: tuple[str, ...]) -> ASGIApp:
    """The application itself where no origin is named."""
    return Cors(app, allowed) if allowed else app

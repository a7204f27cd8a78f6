"""An HTTP server: it says when it serves, bears with nobody for ever, and ends when it is told to."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager
from socket import socket

import uvicorn
from starlette.types import ASGIApp

from shared.hosting.http_connection import Connection


class _Server(uvicorn.Server):
    """A server whose signals are somebody else's business."""

    def __init__(self, config: uvicorn.Config, when_ready: Callable[[], object]) -> None:
        super().__init__(config)
        self._when_ready = when_ready

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        if self.started:
            self._when_ready()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave signals to the process."""
        yield


async def serve(
    app: ASGIApp, host: str, port: int, stop: asyncio.Event, when_ready: Callable[[], object]
) -> None:
    """Serve until `stop` is set; then answer what was asked before, and end.

    Raises SystemExit if the port cannot be had.
    """
    server = _Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            http=Connection,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="error",  # its warnings are written by whoever sends it nonsense
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=10,
        ),
        when_ready,
    )
    serving = asyncio.create_task(server.serve())
    told = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, told}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    server.should_exit = True
    await serving

"""One process, one service: logs, the event loop, the signals that end it, and its exit code."""

import asyncio
import importlib
import logging
import signal
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from shared.hosting.environment import ConfigurationError
from shared.hosting.logs import configure_logs
from shared.hosting.memory import collect_rarely
from shared.telemetry.switch import telemetry

_log = logging.getLogger("parledger.hosting")

FAILED = 1
MISCONFIGURED = 2

_CANCEL_AGAIN = 0.2  # seconds


def _runner() -> Callable[[Coroutine[Any, Any, None]], None]:
    """`asyncio.run`, or uvloop's where it exists."""
    try:
        return importlib.import_module("uvloop").run
    except ImportError:
        return asyncio.run


async def _until_told(main: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run `main`, with SIGINT and SIGTERM setting the event that it is given."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_heard_by_nobody)
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        await main(stop)
    finally:
        await _end_what_is_left()


async def _end_what_is_left() -> None:
    """Cancel what `main` has left running, again and again until it has ended.

    The event loop does so once, and waits for ever: a cancellation can be lost on its way (Python 3.11), in
    the broker's client for one, which goes on reconnecting to a server that is gone.
    """
    left = asyncio.all_tasks() - {asyncio.current_task()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=_CANCEL_AGAIN)


def _heard_by_nobody(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what no task was there to hear. The loop itself would log the exception's words along with it."""
    _log.error("%s", context.get("message"), exc_info=context.get("exception"))


def run_service(
    main: Callable[[asyncio.Event], Awaitable[None]], environ: Mapping[str, str], name: str = "service"
) -> int:
    """Run a service to its end; its exit code: 0, 1 where it failed, 2 where it is configured wrongly.

    `main` is given an event that is set at SIGINT or SIGTERM: it then ends what is under way, and closes.
    Under `name` its telemetry is sent, where there is any.
    """
    try:
        configure_logs(environ)
        collect_rarely()
        with telemetry(name, environ):
            _runner()(_until_told(main))
    except ConfigurationError as error:
        _log.error("%s", error)
        return MISCONFIGURED
    except Exception:
        _log.exception("the service failed")
        return FAILED
    return 0

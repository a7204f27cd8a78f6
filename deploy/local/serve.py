"""`parledger serve`: the whole platform on one machine, until it is told to end."""

import argparse
import asyncio
import os
from pathlib import Path
from typing import Any

HTTP_PORT = 8000
NATS_PORT = 4222


def add(subparsers: Any) -> None:
    """Add the command to the parsers of `parledger`."""
    from deploy.local.commands import add_data_option

    parser: argparse.ArgumentParser = subparsers.add_parser(
        "serve",
        help="run the whole platform, with embedded servers",
        description="Runs PostgreSQL, NATS and all services on this machine, until Ctrl-C. "
        "Prints one line on stdout once everything is ready.",
    )
    add_data_option(parser)
    parser.add_argument(
        "--port", type=_port, default=HTTP_PORT, help=f"of GraphQL; 0: any free one (default: {HTTP_PORT})"
    )
    parser.add_argument(
        "--nats-port", type=_port, default=NATS_PORT, help=f"of NATS; 0: any free one (default: {NATS_PORT})"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM; the exit code."""
    from deploy.local.commands import errors_as_sentences, until_told
    from shared.hosting.logs import configure_logs

    configure_logs({"PARLEDGER_LOG": os.environ.get("PARLEDGER_LOG", "readable")})
    with errors_as_sentences(arguments.data):
        return asyncio.run(until_told(_serve(arguments.data, arguments.port, arguments.nats_port)))


async def _serve(data: Path, port: int, nats_port: int) -> int:
    """Start everything, say that it is ready, and stay."""
    from deploy.local.commands import say
    from deploy.local.stack import running_stack

    log = os.environ.get("PARLEDGER_LOG", "readable")
    async with running_stack(data, http_port=port, nats_port=nats_port, log=log, report=say) as stack:
        print(f"ready {stack.http_url} {stack.nats_url}", flush=True)
        await asyncio.Event().wait()
    return 0


def _port(text: str) -> int:
    """A port, or 0."""
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no port: say one from 1 to 65535, or 0 for any free one"
        )
    return int(text)

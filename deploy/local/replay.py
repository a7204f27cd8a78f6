"""`parledger replay`: rebuild the read model from the ledger."""

import argparse
import asyncio
import time
from pathlib import Path
from typing import Any


def add(subparsers: Any) -> None:
    """Add the command to the parsers of `parledger`."""
    from deploy.local.commands import add_data_option
    from deploy.local.root import root_name

    parser: argparse.ArgumentParser = subparsers.add_parser(
        "replay",
        help="rebuild the read model from the ledger",
        description="Rebuilds the read model into fresh tables and swaps them in; prints events per second.",
    )
    add_data_option(parser)
    parser.add_argument("--root", type=root_name, metavar="ROOT", help="this root alone (default: every one)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Rebuild; the exit code."""
    from deploy.local.commands import errors_as_sentences, until_told

    with errors_as_sentences(arguments.data):
        return asyncio.run(until_told(_replay(arguments.data, arguments.root)))


async def _replay(data: Path, root: str | None) -> int:
    from deploy.local.commands import say
    from deploy.local.stack import joined_servers
    from parledger.cli import CommandError
    from services.scoring import rebuild

    def progress(name: str, folded: int, last: int) -> None:
        say(f"{name}: {folded} of {last} events folded")

    async with joined_servers(data, report=say) as servers:
        started = time.perf_counter()
        try:
            rebuilt = await rebuild.run(servers.dsn("parledger_scoring"), root, progress)
        except LookupError as error:
            raise CommandError(str(error)) from error
        seconds = time.perf_counter() - started
    events = sum(rebuilt.events.values())
    print(f"{events} events in {seconds:.2f} s: {events / seconds:.0f} events/s", flush=True)
    return 0

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
    from rich.console import Console
    from rich.progress import Progress, TaskID

    from deploy.local.commands import say
    from deploy.local.stack import joined_servers
    from parledger.cli import CommandError
    from services.scoring import rebuild

    with Progress(console=Console(stderr=True), transient=True) as progress:
        bars: dict[str, TaskID] = {}

        def report(name: str, folded: int, last: int) -> None:
            if name not in bars:
                bars[name] = progress.add_task(name)
            progress.update(bars[name], completed=folded, total=last)

        async with joined_servers(data, report=say) as servers:
            began = time.perf_counter()
            try:
                rebuilt = await rebuild.run(servers.dsn("parledger_scoring"), root, report)
            except LookupError as error:
                raise CommandError(str(error)) from error
            seconds = time.perf_counter() - began
    for name, events in rebuilt.events.items():
        print(f"{name}: {events} events")
    total = sum(rebuilt.events.values())
    print(f"{total} events in {seconds:.2f} s, {total / seconds:.0f} events/s")
    return 0

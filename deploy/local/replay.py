"""`parledger replay`: rebuild the read model from the ledger, or verify it against the ledger."""

import argparse
import asyncio
import logging
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from services.scoring.rebuild import Rebuilt, Report


def add(subparsers: Any) -> None:
    """Add the command to the parsers of `parledger`."""
    from deploy.local.commands import add_data_option
    from deploy.local.root import root_name

    parser: argparse.ArgumentParser = subparsers.add_parser(
        "replay",
        help="rebuild the read model from the ledger",
        description="Rebuilds the read model into fresh tables beside those that stand, compares the two, "
        "and swaps the fresh ones in; prints what it found, and events per second. "
        "Stopped at any moment it can be started again.",
    )
    add_data_option(parser, made=False)
    parser.add_argument("--root", type=root_name, metavar="ROOT", help="this root alone (default: every one)")
    parser.add_argument(
        "--verify",
        action="store_true",
        help="only compare: the rows that stand with the ledger, the ledger with its leaf hashes; "
        "reports the first difference, with exit code 1, and changes nothing",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Rebuild, or verify; the exit code."""
    from deploy.local.commands import errors_as_sentences, require_folder, until_told

    require_folder(arguments.data)
    with errors_as_sentences(arguments.data):
        return asyncio.run(until_told(_replay(arguments.data, arguments.root, arguments.verify)))


async def _replay(data: Path, root: str | None, verify: bool) -> int:
    from rich.console import Console
    from rich.progress import Progress, TaskID

    from deploy.local.commands import say
    from deploy.local.stack import joined_servers
    from shared.hosting.memory import collect_rarely

    collect_rarely()
    # The driver's pool tells of a lost server by itself, with a traceback; what is to be done is said below.
    logging.getLogger("asyncpg").setLevel(logging.CRITICAL)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bars: dict[str, TaskID] = {}

        def report(name: str, folded: int, last: int) -> None:
            if name not in bars:
                bars[name] = progress.add_task(name)
            progress.update(bars[name], completed=folded, total=last)

        async with joined_servers(data, report=say) as servers:
            began = time.perf_counter()
            rebuilt = await _rebuilt(servers.dsn("parledger_scoring"), root, report, verify)
            seconds = time.perf_counter() - began
    for name, events in sorted(rebuilt.events.items()):
        print(f"{name}: {events} events; {_found(rebuilt, name, verify)}")
    total = sum(rebuilt.events.values())
    print(f"{total} events in {seconds:.2f} s, {total / seconds:.0f} events/s")
    different = any(one.difference for one in rebuilt.compared.values())
    return 1 if rebuilt.altered or (verify and different) else 0


async def _rebuilt(dsn: str, root: str | None, report: "Report", verify: bool) -> "Rebuilt":
    from parledger.cli import CommandError
    from services.scoring import abreast
    from services.scoring.rebuild import RebuildUnderWay, StillRead, Unreachable

    try:
        return await abreast.run(dsn, root, report, verify=verify)
    except (LookupError, RebuildUnderWay, StillRead, Unreachable) as error:
        raise CommandError(str(error)) from error


def _found(rebuilt: "Rebuilt", name: str, verify: bool) -> str:
    """What there is to say of a root: what was altered, or how its rows compare, and what was done."""
    if name in rebuilt.altered:
        return f"{rebuilt.altered[name]}; the rows that stood were left as they are"
    compared = rebuilt.compared[name]
    done = "nothing was changed" if verify else "the rebuilt rows now stand"
    if compared.difference:
        return (
            f"as of position {compared.position} the rows that stood differ from the ledger, first in "
            f"{compared.difference}; {done}"
        )
    return f"as of position {compared.position} the rows that stood are those that the ledger gives; {done}"

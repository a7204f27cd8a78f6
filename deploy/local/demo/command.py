"""`parledger demo`: the whole platform on a fresh folder, a real case, and what GraphQL answers."""

import argparse
import asyncio
import tempfile
from pathlib import Path
from typing import Any

EXAMPLE = Path(__file__).parents[3] / "examples" / "quang-tri-2023"


def add(subparsers: Any) -> None:
    """Add the command to the parsers of `parledger`."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "demo",
        help="play a real case and print its standings",
        description="Runs the whole platform on a fresh folder, emits two published appraisals over NATS as "
        "their tenants, reads the results back by GraphQL and prints them beside what was published. "
        "Then stays up, until Ctrl-C. Exit 1 if something differs from what was published.",
    )
    parser.add_argument("--exit", action="store_true", dest="leave", help="print the tables and end")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Play the case; the exit code."""
    from deploy.local.commands import errors_as_sentences, until_told
    from deploy.local.demo.case import read_case
    from parledger.cli import CommandError

    try:
        case = read_case(EXAMPLE)
    except OSError as error:
        raise CommandError(
            f"the example is not here ({error}): run the demo in a clone of the repository"
        ) from error
    with tempfile.TemporaryDirectory(prefix="parledger-demo-") as folder:
        data = Path(folder) / "data"
        with errors_as_sentences(data):
            return asyncio.run(until_told(_demo(case, data, leave=arguments.leave)))


async def _demo(case: Any, data: Path, *, leave: bool) -> int:
    """Serve, play, print; stay, unless told to leave. 1 if something differs from what was published."""
    from deploy.local.demo.session import DemoSession
    from deploy.local.serve import HTTP_PORT, NATS_PORT

    session = DemoSession(case)
    http_port, nats_port = (0, 0) if leave else (_or_any(HTTP_PORT), _or_any(NATS_PORT))
    async with session.played(data, http_port, nats_port) as stack:
        agrees = await session.show(stack)
        if not leave:
            session.invite(stack)
            await _until_cancelled()
    return 0 if agrees else 1


async def _until_cancelled() -> None:
    """Wait for Ctrl-C, which cancels; what was found out is the exit code all the same."""
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        return


def _or_any(port: int) -> int:
    """This port if it is free, else 0: the demo must not fail because something else is being served."""
    from deploy.local.stack import PortTaken, free_port

    try:
        return free_port(port)
    except PortTaken:
        return 0

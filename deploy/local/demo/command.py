"""`parledger demo`: the whole platform on a fresh folder, a real case, and what GraphQL answers."""

import argparse
import asyncio
import tempfile
from collections.abc import Callable, Coroutine
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
    from deploy.province.options import add_options

    parser.add_argument("--exit", action="store_true", dest="leave", help="print the tables and end")
    parser.add_argument(
        "--province",
        action="store_true",
        help="play a made-up province instead, every event type in it, and print whether what is read back, "
        "live and after a replay, is what a slow evaluator computes; exit 1 if it is not",
    )
    size = parser.add_argument_group("the province", "The larger it is, the longer it takes.")
    add_options(size, districts=5, communes=30, leaves=40)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Play the case; the exit code."""
    from deploy.local.demo.case import read_case
    from parledger.cli import CommandError

    if arguments.province:
        from deploy.local.generate import made_play

        return _on_a_fresh_folder(_province, made_play(arguments), leave=arguments.leave)
    try:
        case = read_case(EXAMPLE)
    except OSError as error:
        raise CommandError(
            f"the example is not here ({error}): run the demo in a clone of the repository"
        ) from error
    return _on_a_fresh_folder(_demo, case, leave=arguments.leave)


def _on_a_fresh_folder(play: Callable[..., Coroutine[Any, Any, int]], what: Any, *, leave: bool) -> int:
    """Play it; the exit code."""
    from deploy.local.commands import errors_as_sentences, until_told

    with tempfile.TemporaryDirectory(prefix="parledger-demo-") as folder:
        data = Path(folder) / "data"
        with errors_as_sentences(data):
            return asyncio.run(until_told(play(what, data, leave=leave)))


async def _province(play: Any, data: Path, *, leave: bool) -> int:
    """Serve, play, read back; stay, unless told to leave. 1 if something is not as expected."""
    from deploy.local.demo.province.report import report
    from deploy.local.demo.province.session import ProvinceSession
    from deploy.local.demo.tables import Paper

    session, paper = ProvinceSession(play), Paper()
    async with session.played(data, *_ports(leave)) as (stack, result):
        paper.print(report(play, result))
        if not leave:
            round_ = play.expected["rounds"][-1]
            paper.invite(stack, session.viewer(stack), round_["authority"], round_["round"])
            await _until_cancelled()
    return 0 if result.agrees else 1


async def _demo(case: Any, data: Path, *, leave: bool) -> int:
    """Serve, play, print; stay, unless told to leave. 1 if something differs from what was published."""
    from deploy.local.demo.session import DemoSession

    session = DemoSession(case)
    async with session.played(data, *_ports(leave)) as stack:
        agrees = await session.show(stack)
        if not leave:
            session.invite(stack)
            await _until_cancelled()
    return 0 if agrees else 1


def _ports(leave: bool) -> tuple[int, int]:
    """Of HTTP and NATS: the usual ones where they are free and somebody is to use them."""
    from deploy.local.serve import HTTP_PORT, NATS_PORT

    return (0, 0) if leave else (_or_any(HTTP_PORT), _or_any(NATS_PORT))


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

"""`parledger root add`: prepare a root, so that its tenants can emit."""

import argparse
import asyncio
from pathlib import Path
from typing import Any


def add(subparsers: Any) -> None:
    """Add the command to the parsers of `parledger`."""
    from deploy.local.commands import add_data_option

    parser: argparse.ArgumentParser = subparsers.add_parser("root", help="prepare a root (a province)")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    adding = actions.add_parser(
        "add",
        help="prepare a root: its feed and its part of the ledger",
        description="Prepares a root, unless it is prepared. Works while `serve` runs, and when not.",
    )
    adding.add_argument(
        "root", type=root_name, metavar="ROOT", help="the first token of its paths, such as qt"
    )
    add_data_option(adding)
    adding.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Prepare the root; the exit code."""
    from deploy.local.commands import errors_as_sentences, say, until_told

    with errors_as_sentences(arguments.data):
        code = asyncio.run(until_told(_add(arguments.data, arguments.root)))
    say(f"the root {arguments.root} is prepared")
    return code


async def _add(data: Path, root: str) -> int:
    from deploy.local.commands import say
    from deploy.local.stack import joined_servers

    async with joined_servers(data, report=say) as servers:
        await servers.add_root(root)
        say(f"the public key of its log is {servers.keys.log_key(root).verifier()}")
    return 0


def root_name(text: str) -> str:
    """A root: a path of one token."""
    from shared.broker.subjects import split_path

    try:
        tokens = split_path(text)
    except ValueError:
        tokens = []
    if len(tokens) != 1:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no root: use 1 to 32 of a-z, 0-9 and - (not first or last), such as qt"
        )
    return text

"""`parledger generate`: what the units of a made-up province emit, and the standings that must come of it."""

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from parledger.cli import CommandError


def add(subparsers: Any) -> None:
    """Add the command to the parsers of `parledger`."""
    from deploy.province.options import add_options

    parser: argparse.ArgumentParser = subparsers.add_parser(
        "generate",
        help="write the emissions of a made-up province",
        description="Writes DIR/emissions.jsonl (one envelope a line, in the order of time; beside the "
        "contract's attributes `wave`, `tenant`, `role` and `expect` tell who sends it when, and what comes "
        "of it), DIR/evidence/<sha256> (put before it is attached), and DIR/expected.json (the standings). "
        "The same options give the same bytes. Districts are dissolved before the later half of the rounds.",
    )
    add_options(parser, districts=10, communes=125, leaves=67)
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="DIR", help="where to write")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the province; the exit code."""
    from deploy.province.write import write_play

    play = made_play(arguments)
    try:
        write_play(play, arguments.out)
    except OSError as error:
        raise CommandError(f"cannot write {arguments.out}: {error.strerror}") from error
    refused = len(play.lines) - play.expected["outcomes"]["recorded"]
    print(
        f"{len(play.lines)} emissions, of which {refused} are not recorded: {arguments.out}/emissions.jsonl"
    )
    return 0


def made_play(arguments: argparse.Namespace) -> Any:
    """The play of the size that was asked for. CommandError where there is none."""
    from deploy.province.options import size_of
    from deploy.province.story import make_play

    try:
        size = size_of(arguments, date.today().year)
    except ValueError as error:
        raise CommandError(str(error)) from error
    return make_play(arguments.seed, size)

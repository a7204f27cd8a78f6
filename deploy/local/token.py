"""`parledger token`: a JWT of the embedded issuer, for NATS and GraphQL alike."""

import argparse
import json
from datetime import timedelta
from typing import Any

_HOURS = 12
_MOST_HOURS = 24 * 366


def add(subparsers: Any) -> None:
    """Add the command to the parsers of `parledger`."""
    from deploy.local.commands import add_data_option

    parser: argparse.ArgumentParser = subparsers.add_parser(
        "token",
        help="print a token of the embedded issuer",
        description="Prints a JWT alone on the last line. The platform need not run.",
    )
    add_data_option(parser)
    parser.add_argument(
        "--tenant", required=True, metavar="PATH", help="whom it acts for, such as qt/dong-ha"
    )
    parser.add_argument(
        "--role",
        action="append",
        required=True,
        dest="roles",
        metavar="ROLE",
        help="filer, head, council, chair, registrar, auditor or viewer; may be repeated",
    )
    parser.add_argument("--sub", default="somebody", metavar="NAME", help="who it is (default: somebody)")
    parser.add_argument(
        "--area",
        action="append",
        default=[],
        dest="areas",
        metavar="CODE",
        help="limits a council to an area",
    )
    parser.add_argument(
        "--hours", type=_hours, default=_HOURS, help=f"how long it is good (default: {_HOURS})"
    )
    parser.add_argument("--show", action="store_true", help="first show its claims, its <as> and its inbox")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the token; the exit code."""
    from deploy.local.commands import errors_as_sentences, say
    from deploy.local.folder import open_folder
    from deploy.local.keys import Keys
    from parledger.cli import CommandError

    with errors_as_sentences(arguments.data):
        new = not arguments.data.expanduser().exists()
        issuer = Keys(open_folder(arguments.data)).issuer()
    try:
        lifetime = timedelta(hours=arguments.hours)
        token = issuer.issue(arguments.tenant, arguments.roles, arguments.sub, arguments.areas, lifetime)
    except ValueError as error:
        raise CommandError(str(error)) from error
    if new:
        say(f"{arguments.data} was made: this token is good where `parledger serve` uses that folder, only")
    if arguments.show:
        _show(token)
    print(token)
    return 0


def _show(token: str) -> None:
    """Print what the token says, and the names at the broker that follow from it."""
    import jwt

    from shared.broker.subjects import as_token, inbox_prefix

    claims = jwt.decode(token, options={"verify_signature": False})
    roles, areas = claims["roles"], claims.get("areas", [])
    print(json.dumps(claims, ensure_ascii=False, indent=1))
    print(f"as: {as_token(roles, areas, claims['iss'], claims['sub'])}")
    print(f"inbox: {inbox_prefix(claims['tenant'])}")


def _hours(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= _MOST_HOURS):
        raise argparse.ArgumentTypeError(f"{text!r}: say a number of hours from 1 to {_MOST_HOURS}")
    return int(text)

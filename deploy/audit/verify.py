"""`parledger verify`: check an audit export, offline."""

import argparse
from pathlib import Path
from typing import Any


def add(subparsers: Any) -> None:
    """Add the command to the parsers of `parledger`."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "verify",
        help="check an audit export, offline",
        description="Checks an audit export with nothing but the file and the public keys that you trust: "
        "every hash, proof and signature; then replays its events and prints what they give.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the export")
    parser.add_argument(
        "--key", metavar="KEY", help="the log's public key, or a file with it, from somebody whom you trust"
    )
    parser.add_argument(
        "--witness",
        action="append",
        default=[],
        metavar="KEY",
        help="demand the cosignature of this witness: its public key, or a file with it",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Check and print; the exit code. What does not hold is a CommandError."""
    from deploy.audit.keys import log_key, read_file, witness_key
    from deploy.audit.paper import print_verdict
    from parledger.cli import CommandError
    from shared.audit.fault import AuditFault
    from shared.audit.verify import verify

    key = log_key(arguments.key) if arguments.key else None
    witnesses = [witness_key(said) for said in arguments.witness]
    try:
        verdict = verify(read_file(arguments.file, "an audit export"), key, witnesses)
    except AuditFault as error:
        raise CommandError(f"{arguments.file} does not hold: {error}") from error
    print_verdict(verdict, checked=key is not None, witnesses=witnesses)
    return 0

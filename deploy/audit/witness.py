"""`parledger witness`: look at a log from outside, and vouch for what it shows."""

import argparse
import signal
import threading
import time
from pathlib import Path
from typing import Any

_EVERY = 60.0


def add(subparsers: Any) -> None:
    """Add the command to the parsers of `parledger`."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "witness",
        help="watch a root's public log, and cosign what it shows",
        description="Fetches the checkpoint of a log, checks that it goes on from what was seen last, "
        "cosigns it and keeps it. Run it where the platform's operator cannot get at it.",
    )
    parser.add_argument("--log", required=True, metavar="URL", help="the log, such as https://host/log/qt")
    parser.add_argument(
        "--key",
        required=True,
        type=Path,
        metavar="FILE",
        help="the witness's secret key; made if there is none",
    )
    parser.add_argument("--name", metavar="NAME", help="the witness's name, for a key that is made")
    parser.add_argument(
        "--log-key",
        metavar="KEY",
        help="the log's public key, or a file with it (default: as it says at first)",
    )
    parser.add_argument(
        "--state", type=Path, metavar="DIR", help="where it keeps what it saw (default: FILE.seen)"
    )
    parser.add_argument("--once", action="store_true", help="look once and end (default: every minute)")
    parser.add_argument(
        "--every", type=float, default=_EVERY, metavar="SECONDS", help="how often it looks (default: 60)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Look, once or again and again; the exit code. A log that was rewritten is a CommandError."""
    from deploy.audit.keys import log_key
    from deploy.audit.watching import Watching, witness_secret
    from deploy.local.commands import say
    from shared.log.note import COSIGNATURE

    key = witness_secret(arguments.key, arguments.name)
    say(f"this witness is {key.verifier(COSIGNATURE)}")
    state = arguments.state or arguments.key.with_name(f"{arguments.key.name}.seen")
    trusted = log_key(arguments.log_key) if arguments.log_key else None
    ended = _ended()
    with Watching(arguments.log, key, state, trusted) as watching:
        _look(watching, once=arguments.once)
        while not arguments.once and not ended.wait(arguments.every):
            _look(watching, once=False)
    return 0


def _ended() -> threading.Event:
    """Set once SIGINT or SIGTERM tells it to end: what it is doing is done first."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: ended.set())
    return ended


def _look(watching: Any, *, once: bool) -> None:
    from deploy.audit.watching import LogAway
    from deploy.local.commands import say
    from parledger.cli import CommandError
    from shared.audit.fault import AuditFault

    try:
        seen = watching.look(int(time.time()))
    except AuditFault as error:
        raise CommandError(str(error)) from error
    except LogAway as error:
        if once:
            raise CommandError(str(error)) from error
        say(f"{error}; it will be looked at again")
        return
    print(f"{seen.head.origin}: {seen.head.size} cosigned, kept in {watching.kept}", flush=True)

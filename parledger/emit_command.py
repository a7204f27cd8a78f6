"""`parledger emit`: each line of a file is emitted as it is, each outcome printed as a line, in order.

Exit codes: 0 all recorded (now or before), 1 some refused, 2 some could not be sent or got no outcome.

What was answered stands in a journal, so a run that was interrupted is gone on with by running it again: what
has its outcome is not sent again, and its outcome is printed again in its place. A run that has every outcome
takes the journal that lies beside the file away; one that was named stays.
"""

import argparse
import asyncio
import logging
import math
import os
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Sequence
from contextlib import aclosing, closing
from pathlib import Path
from typing import Any, BinaryIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from parledger.bearer import read_token
from parledger.cli import CommandError
from parledger.client import connect
from parledger.emission import Emission
from parledger.errors import EmitError, TooLargeForTheFeed
from parledger.journal import owner_of
from parledger.lines import LineJournal, Lines
from parledger.outcomes import Outcome, read_outcome
from parledger.pipeline import Attempt

REFUSED = 1
NOT_SENT = 2
_SECONDS_BETWEEN_REPORTS = 5.0


def add(subparsers: Any) -> None:
    """Add the command to the parser of `parledger`."""
    command = subparsers.add_parser(
        "emit",
        help="emit each line of a file, print each outcome",
        description="Emit each line of FILE (a CloudEvents envelope; blank lines are skipped) and print "
        "each outcome as a line, in order. Exit 1 if any was refused, 2 if any could not be sent.",
    )
    command.add_argument(
        "--nats", required=True, metavar="URL", help="the broker, such as nats://localhost:4222"
    )
    command.add_argument(
        "--token", default=os.environ.get("PARLEDGER_TOKEN"), metavar="T",
        help="the JWT of the tenant (or the environment's PARLEDGER_TOKEN)",
    )  # fmt: skip
    command.add_argument(
        "--patience", type=float, default=300.0, metavar="SECONDS",
        help="how long to wait for an outcome while sending again (default: 300)",
    )  # fmt: skip
    journal = command.add_mutually_exclusive_group()
    journal.add_argument(
        "--journal", type=Path, metavar="PATH",
        help="where the outcomes are kept, to go on after an interruption (default: FILE.jsonl.journal, "
        "taken away at the end)",
    )  # fmt: skip
    journal.add_argument("--no-journal", action="store_true", help="keep none: a second run sends all again")
    command.add_argument("file", type=Path, metavar="FILE.jsonl")
    command.set_defaults(run=run)


def add_sending(command: argparse.ArgumentParser, who: str) -> None:
    """Add to a command that makes emissions by what it sends them; without --nats it prints them."""
    command.add_argument("--nats", metavar="URL", help="the broker, such as nats://localhost:4222")
    command.add_argument(
        "--token", default=os.environ.get("PARLEDGER_TOKEN"), metavar="T",
        help=f"the JWT of a {who} (or the environment's PARLEDGER_TOKEN)",
    )  # fmt: skip
    command.add_argument("--patience", type=float, default=300.0, metavar="SECONDS", help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace) -> int:
    """Emit the file; the exit code."""
    if not arguments.token:
        raise CommandError(
            "no token: give --token, or set PARLEDGER_TOKEN; `parledger token` makes one", NOT_SENT
        )
    try:
        with arguments.file.open("rb") as file:
            path = _journal_path(arguments, file)
            if path is None:
                return asyncio.run(emit_lines(arguments, file, None))
            owner = owner_of(read_token(arguments.token), [arguments.nats])
            with closing(LineJournal(path, owner)) as journal:
                code = asyncio.run(emit_lines(arguments, file, journal))
                if code != NOT_SENT and arguments.journal is None:
                    journal.remove()
                return code
    except BrokenPipeError as error:
        # Python must not complain about it once more as it ends, nor choose another exit code.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        told = "nobody reads the outcomes any more: run it again to see all of them"
        raise CommandError(told, NOT_SENT) from error
    except OSError as error:
        raise CommandError(f"cannot read {arguments.file}: {error.strerror}", NOT_SENT) from error
    except EmitError as error:
        raise CommandError(str(error), NOT_SENT) from error


def _journal_path(arguments: argparse.Namespace, file: BinaryIO) -> Path | None:
    """Where the journal lies; None where none is kept. What cannot be read again needs none."""
    if arguments.no_journal or (arguments.journal is None and not file.seekable()):
        return None
    return arguments.journal or arguments.file.with_name(f"{arguments.file.name}.journal")


class Report:
    """Outcomes on standard output; how far it is, and what failed, on standard error."""

    def __init__(self, lines: Lines, journal: LineJournal | None) -> None:
        self.counts: Counter[str] = Counter()
        self._lines = lines
        self._earlier = deque(sorted({} if journal is None else journal.answered.items()))
        self._console = Console(stderr=True, highlight=False, soft_wrap=True)
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
        self._shows = self._console.is_terminal
        self._progress = Progress(*columns, console=self._console, transient=True, disable=not self._shows)
        self._task = self._progress.add_task("", total=lines.size or None)
        self._told = time.monotonic()

    def __enter__(self) -> "Report":
        self._progress.start()
        logging.getLogger("parledger").addHandler(logging.StreamHandler())
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()
        self._console.print(self._summary())

    def add(self, attempt: Attempt) -> None:
        """Print one outcome, or say why there is none."""
        number = self._lines.next_number()
        self.tell_earlier(number)
        if attempt.outcome is not None:
            self._tell(attempt.outcome)
        else:
            self.counts["without an outcome"] += 1
            self._console.print(f"line {number}: {attempt.error}", markup=False)
        if self._shows:
            self._progress.update(self._task, completed=self._lines.read, description=self._summary())
        elif time.monotonic() - self._told > _SECONDS_BETWEEN_REPORTS:
            self._told = time.monotonic()
            self._console.print(f"{100 * self._lines.read // max(self._lines.size, 1)} %: {self._summary()}")

    def tell_earlier(self, before: float = math.inf) -> None:
        """Print what the journal has for the lines before this one, and what was not printed yet."""
        while self._earlier and self._earlier[0][0] < before:
            _, answer = self._earlier.popleft()
            self._tell(read_outcome(answer.outcome))

    def _tell(self, outcome: Outcome) -> None:
        self.counts[outcome.status] += 1
        sys.stdout.buffer.write(outcome.raw.replace(b"\n", b" ") + b"\n")
        sys.stdout.buffer.flush()

    def _summary(self) -> str:
        return ", ".join(f"{count:,} {what}" for what, count in self.counts.items()) or "nothing was emitted"


def emit_or_print(arguments: argparse.Namespace, emissions: Sequence[Emission]) -> int:
    """Emit these, or print them where no broker is named; the exit code."""
    payload = b"".join(emission.payload + b"\n" for emission in emissions)
    if not arguments.nats:
        sys.stdout.buffer.write(payload)
        return 0
    with tempfile.TemporaryFile() as lines:
        lines.write(payload)
        lines.seek(0)
        return asyncio.run(emit_lines(arguments, lines, None))


async def emit_lines(arguments: argparse.Namespace, file: BinaryIO, journal: LineJournal | None) -> int:
    """Emit each line by the `nats`, `token` and `patience` of the arguments; the exit code."""
    lines = Lines(file, journal)
    client = connect(arguments.nats, arguments.token, patience=arguments.patience, journal=journal)
    with Report(lines, journal) as report:
        async with client, aclosing(client.attempt_all(lines)) as attempts:
            async for attempt in attempts:
                report.add(attempt)
                if attempt.error is not None and not isinstance(attempt.error, TooLargeForTheFeed):
                    return NOT_SENT
        report.tell_earlier()
    if report.counts["without an outcome"]:
        return NOT_SENT
    return REFUSED if report.counts["refused"] else 0

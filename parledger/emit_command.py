"""`parledger emit`: each line of a file is emitted as it is, each outcome printed as a line, in order.

Exit codes: 0 all recorded (now or before), 1 some refused, 2 some could not be sent or got no outcome.
"""

import argparse
import asyncio
import logging
import os
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any, BinaryIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from parledger.cli import CommandError
from parledger.client import connect
from parledger.emission import Emission, raw_emission
from parledger.errors import EmitError, TooLargeForTheFeed
from parledger.pipeline import Attempt

REFUSED = 1
NOT_SENT = 2
_LONGEST_LINE = 1024 * 1024
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
    command.add_argument("file", type=Path, metavar="FILE.jsonl")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Emit the file; the exit code."""
    if not arguments.token:
        raise CommandError(
            "no token: give --token, or set PARLEDGER_TOKEN; `parledger token` makes one", NOT_SENT
        )
    try:
        with arguments.file.open("rb") as file:
            return asyncio.run(_emit(arguments, Lines(file)))
    except OSError as error:
        raise CommandError(f"cannot read {arguments.file}: {error.strerror}", NOT_SENT) from error
    except EmitError as error:
        raise CommandError(str(error), NOT_SENT) from error


class Lines:
    """The emissions of a file, read one at a time, and the numbers of the lines without an outcome."""

    def __init__(self, file: BinaryIO) -> None:
        self.size = os.fstat(file.fileno()).st_size
        self.read = 0
        self._file = file
        self._numbers: deque[int] = deque()

    def __iter__(self) -> Iterator[Emission]:
        number = 0
        while line := self._file.readline(_LONGEST_LINE):
            number += 1
            self.read += len(line)
            rest = line
            while not rest.endswith(b"\n") and (rest := self._file.readline(_LONGEST_LINE)):
                self.read += len(rest)
            if line.strip():
                self._numbers.append(number)
                yield raw_emission(line.removesuffix(b"\n"))

    def next_number(self) -> int:
        """The number of the line that the next outcome is for."""
        return self._numbers.popleft()


class Report:
    """Outcomes on standard output; how far it is, and what failed, on standard error."""

    def __init__(self, lines: Lines) -> None:
        self.counts: Counter[str] = Counter()
        self._lines = lines
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
        if attempt.outcome is not None:
            self.counts[attempt.outcome.status] += 1
            sys.stdout.buffer.write(attempt.outcome.raw.replace(b"\n", b" ") + b"\n")
            sys.stdout.buffer.flush()
        else:
            self.counts["without an outcome"] += 1
            self._console.print(f"line {number}: {attempt.error}", markup=False)
        if self._shows:
            self._progress.update(self._task, completed=self._lines.read, description=self._summary())
        elif time.monotonic() - self._told > _SECONDS_BETWEEN_REPORTS:
            self._told = time.monotonic()
            self._console.print(f"{100 * self._lines.read // max(self._lines.size, 1)} %: {self._summary()}")

    def _summary(self) -> str:
        return ", ".join(f"{count:,} {what}" for what, count in self.counts.items()) or "nothing was emitted"


async def _emit(arguments: argparse.Namespace, lines: Lines) -> int:
    with Report(lines) as report:
        async with (
            connect(arguments.nats, arguments.token, patience=arguments.patience) as client,
            aclosing(client.attempt_all(lines)) as attempts,
        ):
            async for attempt in attempts:
                report.add(attempt)
                if attempt.error is not None and not isinstance(attempt.error, TooLargeForTheFeed):
                    break
    if report.counts["without an outcome"]:
        return NOT_SENT
    return REFUSED if report.counts["refused"] else 0

"""What the commands of the platform share: options, errors as sentences, and ending when they are told to."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deploy.local.folder import DEFAULT, DataFolder, FolderBusy, open_folder
from deploy.local.processes import DidNotStart
from deploy.local.runfile import read_run
from deploy.local.stack import PortTaken
from deploy.migrations import MigrationError
from parledger.cli import CommandError
from shared.broker.streams import NoRoomOnDisk
from shared.hosting.environment import ConfigurationError


def add_data_option(parser: argparse.ArgumentParser, *, made: bool = True) -> None:
    """Let a command take `--data DIR`; `made`: a folder that is not there is made."""
    what = "the data folder; made if it is not there" if made else "the data folder that `serve` made"
    parser.add_argument(
        "--data", type=Path, default=DEFAULT, metavar="DIR", help=f"{what} (default: ./{DEFAULT})"
    )


def require_folder(data: Path) -> None:
    """Refuse a folder that no `serve` or `root add` has made: more likely it is misspelt than empty."""
    folder = DataFolder(data.expanduser().resolve())
    if not folder.keys.is_dir() and not folder.root.is_file():
        raise CommandError(
            f"{data} is no data folder: name that of the platform with --data (`parledger serve` makes one)"
        )


def say(sentence: str) -> None:
    """Tell whoever waits what is going on."""
    print(f"parledger: {sentence}", file=sys.stderr, flush=True)


async def until_told(work: Coroutine[Any, Any, int]) -> int:
    """Do `work`, and answer its exit code; or 0 if SIGINT, SIGTERM or SIGHUP told it to end, and it has.

    It is told by being cancelled, and only once: whoever presses Ctrl-C twice gets a clean end all the same.
    """
    loop = asyncio.get_running_loop()
    task = loop.create_task(work)
    told = False

    def tell() -> None:
        nonlocal told
        if not told:
            told = True
            say("ending")
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, tell)
    await asyncio.wait({task})
    return 0 if task.cancelled() and told else task.result()


@contextmanager
def errors_as_sentences(data: Path) -> Iterator[None]:
    """Turn what can go wrong with a data folder and its servers into a CommandError that says what to do."""
    try:
        yield
    except FolderBusy as error:
        raise CommandError(_busy(data)) from error
    except PortTaken as error:
        raise CommandError(
            f"port {error.port} is in use: stop what listens there, or choose another; 0 is any free one"
        ) from error
    except (DidNotStart, MigrationError, NoRoomOnDisk, ConfigurationError) as error:
        raise CommandError(str(error)) from error
    except (PermissionError, FileExistsError, NotADirectoryError, FileNotFoundError) as error:
        raise CommandError(
            f"{data} cannot be the data folder ({error}): choose another one with --data"
        ) from error


def _busy(data: Path) -> str:
    folder: DataFolder = open_folder(data)
    run = read_run(folder)
    if run is None or not run.http_url:
        return (
            f"{folder.root} is in use by another command: wait until it has ended, or choose another --data"
        )
    return (
        f"{folder.root} is already being served by process {run.supervisor.pid} at {run.http_url}: "
        "use that one, stop it first, or choose another folder with --data"
    )

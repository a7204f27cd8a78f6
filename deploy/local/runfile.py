"""What runs on a data folder, on the disk: for commands that join in, and for whoever has to clean up."""

import json
import os
import signal
from dataclasses import asdict, dataclass, field, replace

from deploy.local.folder import DataFolder, write_private
from deploy.local.processes import Mark, end, mark, running

_GRACE = 2.5
STARTING, READY = "starting", "ready"


@dataclass(frozen=True, slots=True)
class Run:
    """Who serves the folder, how far that has come, where it is reached, and each process by its name."""

    supervisor: Mark
    state: str = STARTING
    http_url: str = ""
    nats_url: str = ""
    socket_folder: str = ""
    processes: dict[str, Mark] = field(default_factory=dict)


def new_run(word: str) -> Run:
    """A run whose supervisor is this process; `word` is in its command line, or empty."""
    supervisor = mark(os.getpid(), word)
    if supervisor is None:  # we do run
        raise RuntimeError("this process cannot be looked at")
    return Run(supervisor)


def write_run(folder: DataFolder, run: Run) -> None:
    """Write down what runs."""
    write_private(folder.run_file, json.dumps(asdict(run), indent=1) + "\n")


def read_run(folder: DataFolder) -> Run | None:
    """What was last written down, if anything; it may be long gone."""
    try:
        stated = json.loads(folder.run_file.read_text(encoding="utf-8"))
        marks = {name: Mark(**each) for name, each in stated.pop("processes").items()}
        return Run(supervisor=Mark(**stated.pop("supervisor")), processes=marks, **stated)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def current_run(folder: DataFolder) -> Run | None:
    """The run that is ready at this moment, its supervisor alive; None if there is none."""
    run = read_run(folder)
    return run if run is not None and run.state == READY and running(run.supervisor) else None


async def end_left_overs(folder: DataFolder) -> list[str]:
    """End what a supervisor that was killed has left behind; the names of what was still running.

    PostgreSQL is looked for by its own note besides (`postgres.end_left_over`), so a lost file does no harm.
    """
    run = read_run(folder)
    found: list[str] = []
    for name, known in (run.processes if run else {}).items():
        process = running(known)
        if process is not None and name != "postgres":
            found.append(name)
            await end(process, signal.SIGTERM, _GRACE)
    folder.run_file.unlink(missing_ok=True)
    return found


def with_processes(run: Run, processes: dict[str, Mark]) -> Run:
    """The same run with other processes."""
    return replace(run, processes=processes)

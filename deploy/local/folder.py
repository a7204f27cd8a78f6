"""The data folder: everything that `serve` keeps, in one place, readable by its owner alone."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600
# Run by root, PostgreSQL belongs to another user, who must get through to its own folder, and see no other.
PASSABLE_FOLDER = 0o711

DEFAULT = Path("parledger-data")

_LONGEST_SOCKET = 100  # bytes of a socket's path: macOS takes 103, Linux 107
_FOR_THE_MOMENT = "parledger-sockets-"


class FolderBusy(Exception):
    """Another process holds the data folder."""


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The paths in a data folder. `root` is absolute."""

    root: Path

    @property
    def postgres(self) -> Path:
        """PostgreSQL's own folder."""
        return self.root / "pg"

    @property
    def nats(self) -> Path:
        """The store of JetStream, and the configuration of the server."""
        return self.root / "nats"

    @property
    def keys(self) -> Path:
        """Every secret: the issuer's key, the seeds of the services, the passwords of PostgreSQL."""
        return self.root / "keys"

    @property
    def logs(self) -> Path:
        """A log of each process."""
        return self.root / "log"

    @property
    def evidence(self) -> Path:
        """What tenants have put as evidence, by its hash."""
        return self.root / "evidence"

    @property
    def public_log(self) -> Path:
        """The public log of each root: static files, which anybody may have."""
        return self.root / "tlog"

    @property
    def run_file(self) -> Path:
        """What runs at the moment: there while something serves the folder, or was killed as it did."""
        return self.root / "run.json"

    def log(self, name: str) -> Path:
        """The log of one process."""
        return self.logs / f"{name}.log"


def open_folder(path: Path) -> DataFolder:
    """The data folder at `path`, made if it is not there. Raises OSError where it cannot be made."""
    folder = DataFolder(path.expanduser().resolve())
    folder.root.mkdir(parents=True, exist_ok=True)
    folder.root.chmod(PASSABLE_FOLDER if os.geteuid() == 0 else PRIVATE_FOLDER)
    for part in (folder.postgres, folder.nats, folder.keys, folder.logs, folder.evidence, folder.public_log):
        part.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    return folder


@contextmanager
def held(file: Path, *, wait: bool) -> Iterator[None]:
    """Hold the lock on a file for as long as the context lasts; the system lets go of it if the process dies.

    Without `wait`, raises FolderBusy where another process holds it.
    """
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FolderBusy(str(file.parent)) from error
        yield
    finally:
        os.close(descriptor)


def write_private(path: Path, content: str) -> None:
    """Write a file that its owner alone may read: whole or not at all, and on the disk before it is named."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, PRIVATE_FILE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def place_for_sockets(preferred: Path, longest_name: str) -> Path:
    """Where sockets may lie: in `preferred`, or in one for the moment where their paths would be too long."""
    if len(os.fsencode(preferred / longest_name)) <= _LONGEST_SOCKET:
        return preferred
    return Path(tempfile.mkdtemp(prefix=_FOR_THE_MOMENT))


def remove_sockets(place: Path) -> None:
    """Take away a folder for the moment; one that is there to stay, stays."""
    if place.name.startswith(_FOR_THE_MOMENT):
        shutil.rmtree(place, ignore_errors=True)

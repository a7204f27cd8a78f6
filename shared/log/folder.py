"""A log as a folder of static files: written by one, read by anybody.

Tiles come first and the checkpoint that speaks of them last, each whole or not at all, on the disk before it
is named. So whoever is killed at whatever moment leaves a log that holds, and the next goes on from it.
"""

import fcntl
import os
import shutil
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from shared.log.checkpoint import Checkpoint, opened
from shared.log.note import NoteError, SignerKey, VerifierKey
from shared.log.tiles import CHECKPOINT, KEY, WIDTH, Edge, Tile, Tree, is_log_path, read_edge

_LOCK = ".lock"


@dataclass(frozen=True, slots=True)
class LogFolder:
    """The folder of one root's log."""

    path: Path

    def checkpoint(self) -> bytes | None:
        """The signed checkpoint as it is published; None before the first."""
        return self.read(CHECKPOINT)

    def read(self, name: str) -> bytes | None:
        """A file that the log publishes, by its path in it; None where there is none."""
        if not is_log_path(name):
            return None
        try:
            return (self.path / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def tile(self, tile: Tile) -> bytes:
        """A tile, or the full one where that has come since. Raises NoteError where it is missing."""
        for there in (tile, tile._replace(width=WIDTH)):
            found = self.read(there.path)
            if found is not None:
                return found
        raise NoteError(f"{self.path} has no {tile.path}")

    def tree(self, size: int) -> Tree:
        """The tree of a size that a checkpoint told, to be read."""
        return Tree(size, self.tile)

    def edge(self, key: VerifierKey) -> Edge:
        """Where the log goes on. Raises NoteError where checkpoint and tiles do not hold together."""
        raw = self.checkpoint()
        if raw is None:
            return Edge()
        head = opened(raw, key)
        edge = read_edge(head.size, self.tile)
        if edge.root() != head.root:
            raise NoteError(f"the tiles of {self.path} do not lead to its checkpoint")
        return edge

    def publish(self, made: Mapping[Tile, bytes], edge: Edge, key: SignerKey) -> bytes:
        """Write what was made, then sign and write the checkpoint of the edge; the checkpoint.

        Raises NoteError where one of that size or beyond stands: another has published meanwhile.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        with self._locked():
            standing = self.checkpoint()
            if standing is not None and opened(standing, key.verifier()).size >= edge.size:
                raise NoteError(f"{self.path} has a checkpoint of size {edge.size} or beyond already")
            files = {tile.path: content for tile, content in made.items()}
            if standing is None:
                files[KEY] = f"{key.verifier()}\n".encode()
            self._write(files)
            note = bytes(Checkpoint(key.name, edge.size, edge.root()).signed(key))
            self._write({CHECKPOINT: note})
            self._drop_partial(made)
        return note

    def _drop_partial(self, made: Mapping[Tile, bytes]) -> None:
        """Partial tiles are of no use any more once the full one is told of."""
        for tile in made:
            if tile.width == WIDTH:
                shutil.rmtree(self.path / f"{tile.path}.p", ignore_errors=True)

    def _write(self, files: Mapping[str, bytes]) -> None:
        """Write files: all are on the disk before the first has its name, and one flush may serve many."""
        written: dict[Path, Path] = {}
        for name, content in files.items():
            place = self.path / name
            self._make_folders(place.parent)
            temporary = place.with_name(f".{place.name}.{os.getpid()}")
            temporary.write_bytes(content)
            written[temporary] = place
        for temporary in written:
            _sync(temporary, os.O_RDONLY)
        for temporary, place in written.items():
            temporary.replace(place)
        for folder in {place.parent for place in written.values()}:
            _sync(folder, os.O_RDONLY | os.O_DIRECTORY)

    def _make_folders(self, folder: Path) -> None:
        if not folder.is_dir():
            self._make_folders(folder.parent)
            folder.mkdir(exist_ok=True)
            _sync(folder.parent, os.O_RDONLY | os.O_DIRECTORY)

    @contextmanager
    def _locked(self) -> Generator[None]:
        descriptor = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

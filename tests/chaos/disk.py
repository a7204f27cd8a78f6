"""A disk of its own for a folder, which can be full: a tmpfs, whose size is changed as it is used."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_WIDE = 8 * 1024 * 1024 * 1024  # bytes; only what is used takes memory. NATS sets some aside for each feed
_PAGE = 4096
_LOOKS = 100


class NoRight(Exception):
    """This user may mount nothing: the disk cannot be made full."""


@dataclass(frozen=True, slots=True)
class Disk:
    """The disk on which a folder lies."""

    folder: Path

    @contextmanager
    def mounted(self) -> Iterator["Disk"]:
        """It is there until the context ends. Raises NoRight."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            _run("mount", "-t", "tmpfs", "-o", f"size={_WIDE},mode=711", "tmpfs", self.folder)
        except (OSError, subprocess.CalledProcessError) as error:
            raise NoRight(f"no file system may be mounted here ({_said(error)}): run it as root") from error
        try:
            yield self
        finally:
            _run("umount", "--lazy", self.folder)

    def fill(self, leaving: int = 0) -> None:
        """From now on it is full, but for so many bytes.

        Whoever writes between the look and the resize has used more than it would hold: then it looks again.
        """
        for _ in range(_LOOKS):
            used = int(_run("df", "--block-size=1", "--output=used", self.folder).split()[-1])
            with suppress(subprocess.CalledProcessError):
                return self._resize(max(_PAGE, used + leaving))
        raise TimeoutError(f"{self.folder} is written to faster than it can be made full")

    def free(self) -> None:
        """From now on there is room again."""
        self._resize(_WIDE)

    def _resize(self, size: int) -> None:
        _run("mount", "-o", f"remount,size={size}", self.folder)


def _run(*command: str | Path) -> str:
    return subprocess.run([*map(str, command)], check=True, capture_output=True, text=True).stdout


def _said(error: Exception) -> str:
    return (getattr(error, "stderr", None) or str(error)).strip()

"""What a folder needs that a bucket does not: no way out of it, bytes that are on the disk, no left-overs."""

import os
from datetime import UTC, datetime
from pathlib import Path


def stays_within(root: Path, key: str) -> None:
    """Refuse a key of which a part is a link: it would lead out of the folder. Raises `OSError`."""
    place = root.resolve() / key
    if Path(os.path.realpath(place)) != place:
        raise OSError(f"{key} leads out of the folder: there is a link on the way")


def settle(root: Path, key: str, final: str) -> None:
    """Bring a file that came in to the disk, before it is given its name. Raises `OSError`.

    A link in the place of the file itself does no harm: it is replaced, never followed.
    """
    stays_within(root, key)
    stays_within(root, final.rpartition("/")[0])
    _sync(root / key)


def sync_folders(root: Path, final: str) -> None:
    """Bring the names to the disk: of the file in its folder, of its folder in the one above, and so on."""
    at = (root / final).parent
    while at != root.parent:
        _sync(at)
        at = at.parent


def clear(incoming: Path, until: datetime) -> int:
    """Take away what lies in a folder since before `until`; how many files. Raises `OSError`."""
    if not incoming.is_dir():
        return 0
    count = 0
    for left in incoming.iterdir():
        if left.is_file() and datetime.fromtimestamp(left.lstat().st_mtime, UTC) < until:
            left.unlink(missing_ok=True)
            count += 1
    return count


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""A log on the disk holds, whenever its maker is killed; and nobody takes anything back."""

import subprocess
import sys
import time
from itertools import count
from pathlib import Path

import pytest

from shared.log.checkpoint import opened
from shared.log.folder import LogFolder
from shared.log.merkle import root_hash
from shared.log.note import NoteError, SignerKey
from shared.log.tiles import CHECKPOINT, ENTRIES, Edge, Tile
from tests.patience import PATIENCE
from tests.unit.log.grower import entry_of, grow

STEPS = [1, 2, 252, 1, 300, 700]
KEY = SignerKey.fresh("parledger/qt")
REPOSITORY = Path(__file__).parents[3]


class Killed(BaseException):
    """The maker is gone, at once."""


def root_of(size: int) -> bytes:
    edge = Edge()
    edge.grow([entry_of(number) for number in range(size)])
    return edge.root()


def size_that_holds(folder: LogFolder) -> int:
    """The size of the log, whose tiles lead to its checkpoint, which is that of its entries."""
    raw = folder.checkpoint()
    if raw is None:
        return 0
    head = opened(raw, KEY.verifier())
    assert root_hash(head.size, folder.tree(head.size).node) == head.root == root_of(head.size)
    return head.size


def test_whatever_write_is_the_last_the_log_holds_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed at each write in turn, before the file has its name and after."""
    rename = Path.replace
    seen: dict[int, bytes] = {}
    for at in count():
        folder = LogFolder(tmp_path / str(at))
        left = [at]

        def killed(self: Path, target: Path, left: list[int] = left) -> Path:
            left[0] -= 1
            if left[0] == -1:
                raise Killed
            done = rename(self, target)
            if left[0] == -2:
                raise Killed
            return done

        monkeypatch.setattr(Path, "replace", killed)
        finished = True
        for steps in (STEPS, []):
            try:
                grow(folder, KEY, steps)
            except Killed:
                finished = False
            size = size_that_holds(folder)
            raw = folder.checkpoint()
            if raw is not None:
                assert seen.setdefault(size, raw) == raw
        monkeypatch.setattr(Path, "replace", rename)
        grow(folder, KEY, [5, 600])
        assert size_that_holds(folder) == size + 605
        if finished:
            break
    assert at > 20


def test_a_process_that_is_killed_again_and_again_never_publishes_two_heads_of_one_size(
    tmp_path: Path,
) -> None:
    folder, seen = LogFolder(tmp_path), dict[int, bytes]()
    for grown, after in ((3, 0.0), (9, 0.01), (2, 0.03), (20, 0.02), (5, 0.005), (1, 0.04)):
        stood = max(seen, default=0)
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.unit.log.grower", str(tmp_path), KEY.text()], cwd=REPOSITORY
        )
        at_last = time.monotonic() + PATIENCE
        killed_at = at_last
        while time.monotonic() < killed_at:
            raw = folder.checkpoint()
            if raw is not None:
                size = opened(raw, KEY.verifier()).size
                assert seen.setdefault(size, raw) == raw
            if killed_at == at_last and sum(size > stood for size in seen) >= grown:
                killed_at = time.monotonic() + after
        process.kill()
        assert process.wait() == -9
        assert size_that_holds(folder) >= max(seen, default=0)
    assert len(seen) >= 40


def test_a_partial_tile_is_dropped_once_the_full_one_is_told_of(tmp_path: Path) -> None:
    folder = LogFolder(tmp_path)
    grow(folder, KEY, [200, 5])
    assert folder.read(Tile(0, 0, 200).path) is not None
    assert folder.read(Tile(0, 0, 205).path) is not None
    grow(folder, KEY, [60])
    assert folder.read(Tile(0, 0, 205).path) is None
    assert folder.tile(Tile(0, 0, 205)) == folder.read(Tile(0, 0).path)
    assert folder.read(Tile(ENTRIES, 1, 9).path) is not None


def test_who_is_late_takes_nothing_back(tmp_path: Path) -> None:
    folder = LogFolder(tmp_path)
    grow(folder, KEY, [10])
    late = folder.edge(KEY.verifier())
    grow(folder, KEY, [10])
    made = late.grow([entry_of(10)])
    with pytest.raises(NoteError, match="of size 11 or beyond already"):
        folder.publish(made, late, KEY)
    assert size_that_holds(folder) == 20


def test_a_log_that_was_changed_on_the_disk_does_not_go_on(tmp_path: Path) -> None:
    folder = LogFolder(tmp_path)
    grow(folder, KEY, [10])
    tile = tmp_path / Tile(0, 0, 10).path
    tile.write_bytes(bytes(320))
    with pytest.raises(NoteError, match="do not lead to its checkpoint"):
        folder.edge(KEY.verifier())
    with pytest.raises(NoteError, match="not signed with the key"):
        folder.edge(SignerKey.fresh("parledger/qt").verifier())


@pytest.mark.parametrize(
    "name", ["../x", "tile/0/../../checkpoint", ".lock", "tile", "checkpoint/x", "tile/0/999"]
)
def test_nothing_else_is_read(tmp_path: Path, name: str) -> None:
    folder = LogFolder(tmp_path / "log")
    (tmp_path / "x").write_text("secret")
    grow(folder, KEY, [1])
    assert folder.read(CHECKPOINT) is not None
    assert folder.read(name) is None

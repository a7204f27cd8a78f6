"""A log as files: tiles of 256 hashes, bundles of 256 entries. Source: C2SP tlog-tiles.

`tile/<level>/<index>` and `tile/entries/<index>`, with `.p/<width>` where a tile is not full yet.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from shared.codec.hashes import leaf_hash
from shared.log.merkle import EMPTY_ROOT, HASH_BYTES, node_hash, perfect_root
from shared.log.note import NoteError

WIDTH = 256
ENTRIES = -1
"""The level that stands for the entries themselves."""
CHECKPOINT = "checkpoint"
KEY = "key"
"""Not of the specification: the log's public key, as it says it itself; for a first look, not for trust."""

_HEIGHT = 8
_ENTRY_HEAD = HASH_BYTES.to_bytes(2, "big")
_ENTRY_BYTES = len(_ENTRY_HEAD) + HASH_BYTES
_PATH = re.compile(
    r"checkpoint|key|tile/(?:entries|0|[1-9]|[1-5][0-9]|6[0-3])/(?:x[0-9]{3}/){0,6}[0-9]{3}"
    r"(?:\.p/(?:[1-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5]))?"
)


class Tile(NamedTuple):
    """A tile: `width` hashes (or entries) from `number` · 256 on, at a level."""

    level: int
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it lies."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        rest, last = divmod(self.number, 1000)
        steps = [f"{last:03d}"]
        while rest:
            rest, step = divmod(rest, 1000)
            steps.insert(0, f"x{step:03d}")
        partial = f".p/{self.width}" if self.width < WIDTH else ""
        return f"tile/{level}/{'/'.join(steps)}{partial}"

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return self.width * (_ENTRY_BYTES if self.level == ENTRIES else HASH_BYTES)


def is_log_path(path: str) -> bool:
    """Is it the path of something that a log may publish?"""
    return _PATH.fullmatch(path) is not None


def edge_of(size: int) -> list[Tile]:
    """The tiles at the right edge of a tree of this size that are not full; the entries' first."""
    levels = [ENTRIES, *range(-(-size.bit_length() // _HEIGHT))]
    counts = [(level, size >> (_HEIGHT * max(level, 0))) for level in levels]
    return [Tile(level, count // WIDTH, count % WIDTH) for level, count in counts if count % WIDTH]


def split(raw: bytes, tile: Tile) -> list[bytes]:
    """The hashes (or entries) of a tile as it was read; more than it is asked for may be there.

    Raises NoteError where it is too short, or is no bundle of 32-byte entries.
    """
    if len(raw) < tile.size:
        raise NoteError(f"{tile.path} has {len(raw)} bytes and needs {tile.size}")
    if tile.level != ENTRIES:
        return [raw[at : at + HASH_BYTES] for at in range(0, tile.size, HASH_BYTES)]
    records = [raw[at : at + _ENTRY_BYTES] for at in range(0, tile.size, _ENTRY_BYTES)]
    if not all(record.startswith(_ENTRY_HEAD) for record in records):
        raise NoteError(f"{tile.path} holds other entries than digests of 32 bytes")
    return [record[len(_ENTRY_HEAD) :] for record in records]


@dataclass(slots=True)
class Edge:
    """A tree as one needs it to let it grow: its size, and what stands in the tiles that are not full."""

    size: int = 0
    partial: dict[int, list[bytes]] = field(default_factory=dict[int, list[bytes]])

    def grow(self, entries: Iterable[bytes]) -> dict[Tile, bytes]:
        """Append these entries (32 bytes each); the tiles to be written, complete as of the new size."""
        made: dict[Tile, bytes] = {}
        touched = set[int]()
        for entry in entries:
            self._append(ENTRIES, entry, self.size, made, touched)
            self._append(0, leaf_hash(entry), self.size, made, touched)
            self.size += 1
        for tile in edge_of(self.size):
            if tile.level in touched:
                made[tile] = _joined(tile.level, self.partial[tile.level])
        return made

    def root(self) -> bytes:
        """The root hash."""
        peaks: list[bytes] = []
        for level in sorted((level for level in self.partial if level >= 0), reverse=True):
            peaks += _peaks(self.partial[level])
        if not peaks:
            return EMPTY_ROOT
        found = peaks.pop()
        while peaks:
            found = node_hash(peaks.pop(), found)
        return found

    def _append(self, level: int, value: bytes, at: int, made: dict[Tile, bytes], touched: set[int]) -> None:
        tile = self.partial.setdefault(level, [])
        tile.append(value)
        touched.add(level)
        if len(tile) == WIDTH:
            made[Tile(level, at // WIDTH)] = _joined(level, tile)
            self.partial[level] = []
            if level != ENTRIES:
                self._append(level + 1, perfect_root(tile), at // WIDTH, made, touched)


def read_edge(size: int, fetch: Callable[[Tile], bytes]) -> Edge:
    """The edge of a tree that was published. Raises NoteError, and what `fetch` raises."""
    return Edge(size, {tile.level: split(fetch(tile), tile) for tile in edge_of(size)})


@dataclass(slots=True)
class Tree:
    """A published tree of a given size, read tile by tile as it is asked; each tile is read once.

    `fetch` may answer more than a tile of the asked width: a partial one may have been filled since.
    """

    size: int
    fetch: Callable[[Tile], bytes]
    _read: dict[tuple[int, int], list[bytes]] = field(default_factory=dict[tuple[int, int], list[bytes]])

    def node(self, height: int, index: int) -> bytes:
        """The hash of a perfect subtree: a `Node` of `shared.log.merkle`."""
        level, above = divmod(height, _HEIGHT)
        first = index << above
        hashes = self._tile(level, first // WIDTH)
        return perfect_root(hashes[first % WIDTH : first % WIDTH + (1 << above)])

    def _tile(self, level: int, index: int) -> list[bytes]:
        found = self._read.get((level, index))
        if found is None:
            there = (self.size >> (_HEIGHT * level)) - index * WIDTH
            tile = Tile(level, index, min(there, WIDTH))
            found = self._read[level, index] = split(self.fetch(tile), tile)
        return found


def _joined(level: int, values: Sequence[bytes]) -> bytes:
    return b"".join(_ENTRY_HEAD + value for value in values) if level == ENTRIES else b"".join(values)


def _peaks(hashes: Sequence[bytes]) -> list[bytes]:
    """The roots of the perfect subtrees that these hashes make up, the largest first."""
    found, start = list[bytes](), 0
    while start < len(hashes):
        width = 1 << ((len(hashes) - start).bit_length() - 1)
        found.append(perfect_root(hashes[start : start + width]))
        start += width
    return found

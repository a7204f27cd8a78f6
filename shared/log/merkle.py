"""The Merkle tree, by its perfect subtrees. Source: RFC 6962, section 2.1; RFC 9162, section 2.1."""

from collections.abc import Callable, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

Node = Callable[[int, int], bytes]
"""(height, index) → the hash of the perfect subtree over 2^height leaves from leaf index · 2^height on."""


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right): 32 bytes."""
    return sha256(b"\x01" + left + right).digest()


def perfect_root(hashes: Sequence[bytes]) -> bytes:
    """The root of a perfect subtree from the hashes of one of its levels, a power of two of them."""
    level = list(hashes)
    while len(level) > 1:
        level = [node_hash(level[i], level[i + 1]) for i in range(0, len(level), 2)]
    return level[0]


def root_hash(size: int, node: Node) -> bytes:
    """MTH of the first `size` leaves."""
    return _range_hash(0, size, node) if size else EMPTY_ROOT


def inclusion_path(index: int, size: int, node: Node) -> list[bytes]:
    """PATH(index, D[0:size]): from the leaf's sibling to the root's child. Needs 0 ≤ index < size."""
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range_hash(middle, end, node))
            end = middle
        else:
            path.append(_range_hash(start, middle, node))
            start = middle
    return path[::-1]


def consistency_path(old: int, new: int, node: Node) -> list[bytes]:
    """PROOF(old, D[0:new]). Needs 0 ≤ old ≤ new; empty where either is trivial."""
    if old in {0, new}:
        return []
    path: list[bytes] = []
    start, end, known = 0, new, True
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range_hash(middle, end, node))
            end = middle
        else:
            path.append(_range_hash(start, middle, node))
            start, known = middle, False
    if not known:
        path.append(_range_hash(start, end, node))
    return path[::-1]


def proves_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Does the path lead from the leaf hash at `index` to the root? Source: RFC 9162, section 2.1.3.2."""
    if not 0 <= index < size or not _are_hashes(leaf, root, *path):
        return False
    fn, sn, found = index, size - 1, leaf
    for sibling in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            found = node_hash(sibling, found)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = node_hash(found, sibling)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and found == root


def proves_consistency(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Is the tree of `old` leaves the beginning of the one of `new`? Source: RFC 9162, section 2.1.4.2."""
    if not 0 <= old <= new or not _are_hashes(old_root, new_root, *path):
        return False
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == EMPTY_ROOT
    if not path:
        return False
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    first, rest = (old_root, path) if old & (old - 1) == 0 else (path[0], path[1:])
    fr = sr = first
    for sibling in rest:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(sibling, fr), node_hash(sibling, sr)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, sibling)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == old_root and sr == new_root


def _split(leaves: int) -> int:
    """The largest power of two below a number of leaves above one."""
    return 1 << ((leaves - 1).bit_length() - 1)


def _range_hash(start: int, end: int, node: Node) -> bytes:
    """MTH(D[start:end]), where a perfect subtree of the range's size, rounded up, could start at `start`."""
    peaks: list[bytes] = []
    while start < end:
        height = (end - start).bit_length() - 1
        peaks.append(node(height, start >> height))
        start += 1 << height
    found = peaks.pop()
    while peaks:
        found = node_hash(peaks.pop(), found)
    return found


def _are_hashes(*hashes: bytes) -> bool:
    return all(len(hash_) == HASH_BYTES for hash_ in hashes)

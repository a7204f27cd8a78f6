"""The public log: of these leaves, and consistent with every checkpoint that was seen before (RFC 6962)."""

from base64 import b64decode
from collections.abc import Iterator, Sequence
from hashlib import sha256

from tests.chaos.books import Books


def public_log(books: Books) -> Iterator[str]:
    leaves = [event["leaf_hash"] for event in books.events]
    origin, size, root = books.checkpoint.splitlines()[:3]
    if (origin, size) != (f"parledger/{books.root}", str(len(leaves))):
        yield f"the public log of {books.root} is {origin}, of {size} events"
    if books.logged != b"".join(leaves):
        yield f"the tiles of the public log of {books.root} hold other leaf hashes than the ledger"
    if b64decode(root) != tree_hash(leaves):
        yield f"the checkpoint of {books.root} is not of the tree of its leaf hashes"


def tree_hash(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, just as it is written there."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha256(b"\1" + tree_hash(leaves[:half]) + tree_hash(leaves[half:])).digest()


def consistent(books: Books, seen: Sequence[str]) -> Iterator[str]:
    """Is each checkpoint that was seen of the tree that stands, and never smaller than the one before?

    The tree of the first n leaves that stand is hashed anew for each: a consistency proof says no more.
    """
    leaves = [event["leaf_hash"] for event in books.events]
    before = 0
    if not seen:
        yield f"nobody ever saw a checkpoint of {books.root}"
    for checkpoint in seen:
        size, root = int(checkpoint.splitlines()[1]), b64decode(checkpoint.splitlines()[2])
        if size < before:
            yield f"the public log of {books.root} showed {size} positions after {before}"
        elif size > len(leaves):
            yield f"the public log of {books.root} showed {size} positions, and there are {len(leaves)}"
        elif size and tree_hash(leaves[:size]) != root:
            yield f"the checkpoint of {size} positions that {books.root} showed is of another tree"
        before = max(before, size)

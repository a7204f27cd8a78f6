"""A witness looks at a log: does it go on from what it showed before? Source: C2SP tlog-witness.

The witness keeps the leaf hashes too, so that it can say which position was changed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from shared.audit.fault import AuditFault
from shared.log.checkpoint import Checkpoint, opened
from shared.log.merkle import (
    HASH_BYTES,
    consistency_path,
    perfect_root,
    proves_consistency,
    root_hash,
)
from shared.log.note import Note, NoteError, SignerKey, VerifierKey, parse_note
from shared.log.tiles import Tile, Tree

Fetch = Callable[[Tile], bytes]
"""A tile of the log as it is published now, or the full one where that has come since."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the witness saw last: the head, and every leaf hash up to it, one after the other."""

    head: Checkpoint
    leaves: bytes


def look(raw: bytes, key: VerifierKey, fetch: Fetch, seen: Seen | None) -> Seen:
    """What the log shows now, which goes on from what it showed. Raises AuditFault where it does not.

    `raw` is its checkpoint. What the proof needs is fetched anew, and the leaf hashes that are new.
    """
    try:
        head = opened(raw, key)
        tree = Tree(head.size, fetch)
        if seen is not None:
            _check_consistency(seen, head, tree)
        known = seen.leaves if seen else b""
        leaves = known + b"".join(_leaves(tree, len(known) // HASH_BYTES, head.size))
    except NoteError as error:
        raise AuditFault(str(error)) from error
    if root_hash(head.size, _node_of(leaves)) != head.root:
        raise AuditFault(f"the leaf hashes of the log do not lead to its checkpoint of size {head.size}")
    return Seen(head, leaves)


def cosigned(raw: bytes, key: SignerKey, seconds: int) -> bytes:
    """The checkpoint with the witness's cosignature on it, as of so many seconds since 1970-01-01Z."""
    note = parse_note(raw)
    return bytes(Note(note.text, (*note.signatures, key.cosign(note.text, seconds))))


def _check_consistency(seen: Seen, head: Checkpoint, tree: Tree) -> None:
    old = seen.head
    if head.size < old.size:
        raise AuditFault(f"the log was set back: it showed {old.size} positions, and now {head.size}")
    path = consistency_path(old.size, head.size, tree.node)
    if not proves_consistency(old.size, old.root, head.size, head.root, path):
        raise AuditFault(
            f"the log was rewritten: what it showed at size {old.size} is not the beginning of what it shows "
            f"at size {head.size}{_first_changed(seen, tree)}"
        )


def _first_changed(seen: Seen, tree: Tree) -> str:
    """The first position that the log shows differently, as a clause; empty where its tiles hide it."""
    try:
        for number, leaf in enumerate(_leaves(tree, 0, seen.head.size)):
            if leaf != seen.leaves[number * HASH_BYTES : (number + 1) * HASH_BYTES]:
                return f"; position {number + 1} is the first that was changed"
    except NoteError as error:
        return f" ({error})"
    return ""


def _leaves(tree: Tree, start: int, end: int) -> Iterator[bytes]:
    """The leaf hashes from `start` up to `end`, `end` not included."""
    return (tree.node(0, index) for index in range(start, end))


def _node_of(leaves: bytes) -> Callable[[int, int], bytes]:
    def node(height: int, index: int) -> bytes:
        first, last = index << height, (index + 1) << height
        return perfect_root([leaves[at * HASH_BYTES : (at + 1) * HASH_BYTES] for at in range(first, last)])

    return node

"""A proof that an entry is in a log, to be checked by anybody, offline. Source: C2SP tlog-proof."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from shared.log.checkpoint import Checkpoint, hash_text, opened, parse_hash
from shared.log.merkle import proves_inclusion
from shared.log.note import NoteError, VerifierKey

_HEADER = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")
_LONGEST_PATH = 63


@dataclass(frozen=True, slots=True)
class Proof:
    """The entry's index (its position less one), its inclusion path, and the signed checkpoint."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes

    def text(self) -> str:
        """As it is handed out, and kept as `.tlog-proof`."""
        lines = [_HEADER, f"index {self.index}", *map(hash_text, self.path), "", self.checkpoint.decode()]
        return "\n".join(lines)

    def check(self, leaf: bytes, log: VerifierKey, witnesses: Iterable[VerifierKey] = ()) -> Checkpoint:
        """The head that proves the leaf hash to be in the log. Raises NoteError."""
        head = opened(self.checkpoint, log, witnesses)
        if not proves_inclusion(leaf, self.index, head.size, self.path, head.root):
            raise NoteError(f"the proof does not lead from position {self.index + 1} to the checkpoint")
        return head


def parse_proof(text: str) -> Proof:
    """Read a proof; nothing is verified yet. Extra data, which nobody vouches for, is passed over.

    Raises NoteError.
    """
    head, blank, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if lines[1:] and lines[1].startswith("extra "):
        del lines[1]
    index = _INDEX.fullmatch(lines[1]) if lines[1:] else None
    if lines[0] != _HEADER or index is None or not blank or len(lines) > _LONGEST_PATH + 2:
        raise NoteError("this is no tlog-proof: a header, the index, the path, a blank line, the checkpoint")
    return Proof(int(index[1]), tuple(parse_hash(line) for line in lines[2:]), checkpoint.encode())

"""Checkpoints: the size and the root of a log's tree, signed. Source: C2SP tlog-checkpoint."""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass

from shared.log.merkle import HASH_BYTES
from shared.log.note import Note, NoteError, SignerKey, VerifierKey, parse_note, verified

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_HASH = re.compile(r"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log's tree; `origin` names the log."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{hash_text(self.root)}\n"

    def signed(self, key: SignerKey) -> Note:
        """The note with the log's own signature: the same bytes for the same head, always."""
        text = self.text()
        return Note(text, (key.sign(text),))


def parse_checkpoint(text: str) -> Checkpoint:
    """The head that a note's text tells; extension lines are passed over. Raises NoteError."""
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < 3 or not all(lines) or not _SIZE.fullmatch(lines[1]):
        raise NoteError("this is no checkpoint: origin, size, root hash")
    return Checkpoint(lines[0], int(lines[1]), parse_hash(lines[2]))


def opened(raw: bytes, log: VerifierKey, witnesses: Iterable[VerifierKey] = ()) -> Checkpoint:
    """The head that the log `log` has signed, and each of the witnesses too.

    Raises NoteError: another log's, not signed, falsely signed, not cosigned.
    """
    note, wanted = parse_note(raw), tuple(witnesses)
    checkpoint = parse_checkpoint(note.text)
    by = verified(note, (log, *wanted))
    if checkpoint.origin != log.name:
        raise NoteError(f"this is a checkpoint of {checkpoint.origin}, and the key is of {log.name}")
    if log not in by:
        raise NoteError(f"the checkpoint is not signed with the key {log}")
    for witness in wanted:
        if witness not in by:
            raise NoteError(f"the checkpoint is not cosigned by the witness {witness.name}")
    return checkpoint


def hash_text(hash_: bytes) -> str:
    """A hash as base64."""
    return b64encode(hash_).decode()


def parse_hash(text: str) -> bytes:
    """The 32 bytes that base64 stands for. Raises NoteError."""
    if not _HASH.fullmatch(text):
        raise NoteError(f"this is no base64 of {HASH_BYTES} bytes: {text[:60]!r}")
    return b64decode(text)

"""Signed notes: a text, and who signed it. Source: C2SP signed-note; tlog-cosignature for type 0x04.

Ed25519 alone: the log's own signatures (0x01), and those of witnesses, which say when (0x04).
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = 0x01
COSIGNATURE = 0x04

_MOST_BYTES = 1_000_000
_MOST_SIGNATURES = 100
_LINE = "\u2014 "
_PRIVATE = "PRIVATE+KEY+"
_NAME = re.compile(r"[^\s+]+")
_ID = re.compile(r"[0-9a-f]{8}")
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f]")
_KEY_BYTES = 32
_TIME_BYTES = 8


class NoteError(Exception):
    """A note, a key or a signature is not what it should be; the message is a sentence for whoever checks."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key: `name+id+base64(type ‖ key)`, the "vkey" of the specification."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """The key's id: 4 bytes."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        """As it is handed out."""
        return f"{self.name}+{self.id.hex()}+{_base64(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The key that a line says. Raises NoteError."""
        name, id_, raw = _key_parts(text, "public")
        key = cls(name, raw[0], raw[1:])
        if key.kind not in (ED25519, COSIGNATURE) or len(key.public) != _KEY_BYTES or key.id.hex() != id_:
            raise NoteError(f"{text!r} is no Ed25519 public key: its type, its length or its id is wrong")
        return key


@dataclass(frozen=True, slots=True)
class SignerKey:
    """A secret key: `PRIVATE+KEY+name+id+base64(type ‖ seed)`, as Go's sumdb/note writes it."""

    name: str
    seed: bytes

    def verifier(self, kind: int = ED25519) -> VerifierKey:
        """The public key: of the log's signatures, or of a witness's cosignatures."""
        return VerifierKey(self.name, kind, self._key().public_key().public_bytes_raw())

    def sign(self, text: str) -> "Signature":
        """The signature of a log."""
        return Signature(self.name, self.verifier().id, self._key().sign(text.encode()))

    def cosign(self, text: str, seconds: int) -> "Signature":
        """The cosignature of a witness, at so many seconds since 1970-01-01Z."""
        blob = seconds.to_bytes(_TIME_BYTES, "big") + self._key().sign(_cosigned(text, seconds))
        return Signature(self.name, self.verifier(COSIGNATURE).id, blob)

    def text(self) -> str:
        """As it is kept in a file; secret, so it is no `__str__`."""
        return f"{_PRIVATE}{self.name}+{self.verifier().id.hex()}+{_base64(bytes([ED25519]) + self.seed)}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The key that a line says. Raises NoteError, which does not say the key."""
        name, id_, raw = _key_parts(text.removeprefix(_PRIVATE), "secret")
        key = cls(name, raw[1:])
        if (
            not text.startswith(_PRIVATE)
            or raw[0] != ED25519
            or len(key.seed) != _KEY_BYTES
            or key.verifier().id.hex() != id_
        ):
            raise NoteError("this is no Ed25519 secret key of a log or a witness")
        return key

    @classmethod
    def fresh(cls, name: str) -> Self:
        """A new key at random. Raises NoteError where the name has spaces or a plus."""
        if not _NAME.fullmatch(name):
            raise NoteError(f"{name!r} cannot be the name of a key: no spaces, no plus, not empty")
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: whose it says it is, and its bytes."""

    name: str
    id: bytes
    blob: bytes

    def __str__(self) -> str:
        """The line, without its end."""
        return f"{_LINE}{self.name} {_base64(self.id + self.blob)}"


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends with a line feed, and its signatures."""

    text: str
    signatures: tuple[Signature, ...]

    def __bytes__(self) -> bytes:
        """As it is published."""
        return "".join([self.text, "\n", *(f"{line}\n" for line in self.signatures)]).encode()


def parse_note(raw: bytes) -> Note:
    """Read a note; nothing is verified yet. Raises NoteError."""
    try:
        said = raw.decode()
    except UnicodeDecodeError:
        raise NoteError("the note is not UTF-8") from None
    text, blank, lines = said.rpartition("\n\n")
    if len(raw) > _MOST_BYTES or _CONTROLS.search(said) or not blank or not lines.endswith("\n"):
        raise NoteError("this is no signed note: a text, a blank line, signature lines")
    signatures = tuple(_signature(line) for line in lines[:-1].split("\n"))
    if len(signatures) > _MOST_SIGNATURES:
        raise NoteError(f"the note has more than {_MOST_SIGNATURES} signatures")
    return Note(f"{text}\n", signatures)


def verified(note: Note, keys: Iterable[VerifierKey]) -> set[VerifierKey]:
    """Those of the keys that have signed the note; signatures of others are passed over.

    Raises NoteError where one that says it is of such a key is false.
    """
    known = {(key.name, key.id): key for key in keys}
    found = set[VerifierKey]()
    for signature in note.signatures:
        key = known.get((signature.name, signature.id))
        if key is not None:
            _check(note.text, key, signature)
            found.add(key)
    return found


def cosigned_at(signature: Signature) -> int:
    """When a cosignature says it was made, in seconds since 1970-01-01Z."""
    return int.from_bytes(signature.blob[:_TIME_BYTES], "big")


def _check(text: str, key: VerifierKey, signature: Signature) -> None:
    message, blob = text.encode(), signature.blob
    if key.kind == COSIGNATURE:
        message, blob = _cosigned(text, cosigned_at(signature)), blob[_TIME_BYTES:]
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(blob, message)
    except InvalidSignature:
        raise NoteError(f"the signature of {key.name} is false: somebody changed the note") from None


def _cosigned(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_LINE).partition(" ")
    raw = _bytes(encoded)
    if not line.startswith(_LINE) or not _NAME.fullmatch(name) or raw is None or len(raw) <= 4:
        raise NoteError(f"this is no signature line: {line[:80]!r}")
    return Signature(name, raw[:4], raw[4:])


def _key_parts(text: str, kind: str) -> tuple[str, str, bytes]:
    name, _, rest = text.partition("+")
    id_, _, encoded = rest.partition("+")
    raw = _bytes(encoded)
    if not _NAME.fullmatch(name) or not _ID.fullmatch(id_) or not raw:
        raise NoteError(f"this is no {kind} key: it is written name+id+base64")
    return name, id_, raw


def _base64(raw: bytes) -> str:
    return b64encode(raw).decode()


def _bytes(encoded: str) -> bytes | None:
    """What base64 stands for, in its one right spelling; None otherwise."""
    try:
        raw = b64decode(encoded, validate=True)
    except (NoBase64, ValueError):
        return None
    return raw if _base64(raw) == encoded else None

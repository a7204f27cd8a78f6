"""Keys as a command line names them: the key itself, or a file that holds it."""

from pathlib import Path

from parledger.cli import CommandError
from shared.log.note import COSIGNATURE, ED25519, NoteError, SignerKey, VerifierKey

_SECRET = "PRIVATE+KEY+"  # noqa: S105 - how a file with one begins


def log_key(said: str) -> VerifierKey:
    """The public key of a log. Raises CommandError."""
    return _public_key(said, ED25519, "a log")


def witness_key(said: str) -> VerifierKey:
    """The public key of a witness; its own secret key's file will do. Raises CommandError."""
    return _public_key(said, COSIGNATURE, "a witness")


def read_file(path: Path, what: str) -> bytes:
    """A file. Raises CommandError, which says what it should have been."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read as {what}: {error.strerror}") from error


def _public_key(said: str, kind: int, whose: str) -> VerifierKey:
    path = Path(said)
    text = read_file(path, "a key").decode(errors="replace").strip() if path.is_file() else said.strip()
    try:
        key = SignerKey.parse(text).verifier(kind) if text.startswith(_SECRET) else VerifierKey.parse(text)
    except NoteError as error:
        raise CommandError(f"{said!r} is neither a public key nor a file with one: {error}") from error
    if key.kind != kind:
        raise CommandError(f"{key} is not the key of {whose}: its type is {key.kind}, not {kind}")
    return key

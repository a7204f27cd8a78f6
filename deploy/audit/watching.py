"""What a witness does at its place: it fetches, keeps, and cosigns."""

import os
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from parledger.cli import CommandError
from shared.audit.fault import AuditFault
from shared.audit.witness import Seen, cosigned, look
from shared.log.checkpoint import opened
from shared.log.merkle import HASH_BYTES
from shared.log.note import COSIGNATURE, NoteError, SignerKey, VerifierKey
from shared.log.tiles import CHECKPOINT, WIDTH, Tile

_WITHIN = 30.0
_PRIVATE_FILE = 0o600


class LogAway(Exception):
    """The log cannot be fetched at the moment; the message says why."""


class Watching:
    """One witness of one log. `kept` is the file with the latest checkpoint, cosigned."""

    def __init__(self, url: str, key: SignerKey, state: Path, trusted: VerifierKey | None) -> None:
        """`trusted` is the log's public key; without one, the key that the log says when it is first seen."""
        self._key = key
        self._client = httpx.Client(base_url=url.rstrip("/") + "/", timeout=_WITHIN, follow_redirects=False)
        self._trusted = trusted
        self._folder = state
        self.kept = state

    def __enter__(self) -> Self:
        """Nothing is fetched yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close what was opened."""
        self._client.close()

    def look(self, now: int) -> Seen:
        """Look at the log, and keep what it shows. Raises AuditFault, LogAway, CommandError."""
        trusted = self._log_key()
        place = self._folder / trusted.name.replace("/", "_")
        place.mkdir(parents=True, exist_ok=True)
        self.kept = place / CHECKPOINT
        _pin(place / "log.key", trusted)
        raw = self._fetch(CHECKPOINT)
        seen = look(raw, trusted, self._tile, self._seen(place, trusted))
        _keep(place / "leaves", seen.leaves)
        _keep(self.kept, cosigned(raw, self._key, now))
        return seen

    def _seen(self, place: Path, trusted: VerifierKey) -> Seen | None:
        """What was kept last. The leaves may be ahead of the checkpoint: it is written last."""
        if not self.kept.exists():
            return None
        try:
            head = opened(self.kept.read_bytes(), trusted, [self._key.verifier(COSIGNATURE)])
        except NoteError as error:
            raise CommandError(f"{self.kept} is not what this witness kept: {error}") from error
        return Seen(head, (place / "leaves").read_bytes()[: head.size * HASH_BYTES])

    def _log_key(self) -> VerifierKey:
        if self._trusted is None:
            try:
                self._trusted = VerifierKey.parse(self._fetch("key").decode(errors="replace").strip())
            except NoteError as error:
                raise LogAway(
                    f"{self._client.base_url} says no public key: name it with --log-key"
                ) from error
        return self._trusted

    def _tile(self, tile: Tile) -> bytes:
        try:
            return self._fetch(tile.path)
        except LogAway:
            if tile.width == WIDTH:
                raise
            return self._fetch(tile._replace(width=WIDTH).path)

    def _fetch(self, path: str) -> bytes:
        try:
            answer = self._client.get(path)
        except httpx.HTTPError as error:
            raise LogAway(f"{self._client.base_url} does not answer: {type(error).__name__}") from error
        if answer.status_code != httpx.codes.OK:
            raise LogAway(f"{self._client.base_url}{path} answers {answer.status_code}")
        return answer.content


def witness_secret(path: Path, name: str | None) -> SignerKey:
    """The witness's secret key, made where the file is not there; its public key beside it, as `.pub`.

    Raises CommandError.
    """
    try:
        if not path.exists():
            made = SignerKey.fresh(name or f"witness/{path.stem}")
            _keep(path, made.text().encode() + b"\n", _PRIVATE_FILE)
        key = SignerKey.parse(path.read_text(encoding="utf-8").strip())
        _keep(path.with_name(f"{path.name}.pub"), f"{key.verifier(COSIGNATURE)}\n".encode())
    except (OSError, UnicodeDecodeError, NoteError) as error:
        raise CommandError(f"{path} cannot be the key of a witness: {error}") from error
    if name and name != key.name:
        raise CommandError(f"{path} is the key of {key.name}, not of {name}")
    return key


def _pin(file: Path, key: VerifierKey) -> None:
    """The key that was seen first stays. Raises AuditFault where the log has another now."""
    if not file.exists():
        _keep(file, f"{key}\n".encode())
    pinned = file.read_text(encoding="utf-8").strip()
    if pinned != str(key):
        raise AuditFault(f"the log has another key: it was {pinned}, and now it is {key}")


def _keep(file: Path, content: bytes, mode: int = 0o644) -> None:
    """Write a file: whole or not at all, and on the disk before it has its name."""
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
    with os.fdopen(descriptor, "wb") as opened_file:
        opened_file.write(content)
        opened_file.flush()
        os.fsync(opened_file.fileno())
    temporary.replace(file)

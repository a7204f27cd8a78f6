"""A journal on disk: what was emitted and what it was answered, so that who is killed can go on.

One JSON object a line, only ever appended, on the disk before anybody relies on it. The first line says for
whom it is, the others what is kept before it is sent (by a program; what the command line emits stands in its
file already) and what came of it:

    {"journal":1,"tenant":"qt/dong-ha","as":"filer~9f3c0a1b2c3d4e5f","platform":"nats://localhost:4222"}
    {"number":1,"sha256":"…","emission":"…base64…"}
    {"number":1,"sha256":"…","outcome":{…}}

A number is a line of the file, or counts what a program emitted. `sha256` is that of the emission's bytes.
"""

import asyncio
import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import MsgspecError, Raw, Struct, field, json

from parledger.bearer import Bearer
from parledger.emission import Emission, raw_emission
from parledger.errors import JournalUnusable

_FORMAT = 1


class Owner(Struct, frozen=True):
    """For whom a journal is kept: the first line of its file."""

    journal: int
    tenant: str
    as_: str = field(name="as")
    platform: str

    def __str__(self) -> str:
        return f"{self.tenant} as {self.as_} at {self.platform}"


class Entry(Struct, frozen=True, omit_defaults=True):
    """One line: an `emission` that is kept, its `outcome`, or that it was `dropped` without one."""

    number: int
    sha256: str
    emission: bytes | None = None
    outcome: Raw = Raw()
    dropped: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to the bytes of this SHA-256 (hex): one JSON object on one line."""

    sha256: str
    outcome: bytes


def owner_of(bearer: Bearer, servers: list[str]) -> Owner:
    """Whom a token and the broker's addresses stand for; passwords in an address are left out."""
    places = (urlsplit(server if "://" in server else f"nats://{server}") for server in servers)
    named = ",".join(f"{place.scheme}://{place.netloc.rpartition('@')[2]}" for place in places)
    return Owner(_FORMAT, bearer.tenant, bearer.as_, named)


class Journal:
    """An open journal; nobody else can open it meanwhile.

    `answered` and `open` (kept, without an outcome) are by number, as they stood when it was opened. Where
    nothing was open any more, opening empties it.
    """

    _tells_again = False
    """Are answers told again by who opens it next? Then they are kept."""

    def __init__(self, path: Path, owner: Owner) -> None:
        """Raises `JournalUnusable` where it is another's, in use, damaged, or cannot be written."""
        self.path = path
        self.answered: dict[int, Answer] = {}
        self.open: dict[int, Emission] = {}
        self._written = self._synced = self._last = 0
        self._failed: OSError | None = None
        self._turn = asyncio.Lock()
        try:
            self._file = _opened(path)
            try:
                self._load(owner)
            except BaseException:
                os.close(self._file)
                raise
        except OSError as error:
            raise JournalUnusable(
                f"the journal {path} cannot be used ({error.strerror or error}): "
                "keep it elsewhere, or keep none"
            ) from error
        self._numbers = {emission.digest: number for number, emission in self.open.items()}

    def enter(self, emission: Emission) -> int:
        """Keep an emission; its number. What was kept before and has no outcome has its number already."""
        if (number := self._numbers.get(emission.digest)) is not None:
            return number
        self._last += 1
        self._append(Entry(self._last, emission.digest, emission=emission.payload))
        return self._last

    async def kept(self) -> None:
        """Wait until what was entered may be sent. Raises `JournalUnusable`."""
        await self.synced()

    def answer(self, number: int, emission: Emission, outcome: bytes) -> None:
        """Note the outcome of what was entered."""
        self._numbers.pop(emission.digest, None)
        self._append(Entry(number, emission.digest, outcome=Raw(outcome.replace(b"\n", b" "))))

    def drop(self, number: int, emission: Emission, why: str) -> None:
        """Note that it can never have an outcome."""
        self._numbers.pop(emission.digest, None)
        self._append(Entry(number, emission.digest, dropped=why))

    async def synced(self) -> None:
        """Wait until all that was noted so far is on the disk; one wait serves many.

        Raises `JournalUnusable`.
        """
        wanted = self._written
        async with self._turn:
            if self._synced < wanted and self._failed is None:
                written = self._written
                try:
                    await asyncio.to_thread(os.fsync, self._file)
                except OSError as error:
                    self._failed = error
                self._synced = written
        if self._failed is not None:
            raise JournalUnusable(
                f"the journal {self.path} cannot be written ({self._failed.strerror}): nothing more is sent"
            ) from self._failed

    def close(self) -> None:
        """Leave it to the next one."""
        with contextlib.suppress(OSError):
            os.fsync(self._file)
        os.close(self._file)

    def remove(self) -> None:
        """Take the file away: everything in it was answered and told."""
        self.path.unlink(missing_ok=True)

    def _append(self, entry: Struct) -> None:
        if self._failed is None:
            try:
                _write(self._file, json.encode(entry) + b"\n")
            except OSError as error:
                self._failed = error
        self._written += 1

    def _load(self, owner: Owner) -> None:
        content = _content(self._file)
        *lines, torn = content.split(b"\n")
        if not lines:
            self._begin(owner, torn)
            return
        self._check(owner, lines[0])
        for place, line in enumerate(lines[1:], 2):
            self._take_in(place, line)
        if torn:
            os.ftruncate(self._file, len(content) - len(torn))
        if not self.open and not self._tells_again:
            os.ftruncate(self._file, len(lines[0]) + 1)
        os.fsync(self._file)

    def _begin(self, owner: Owner, torn: bytes) -> None:
        header = json.encode(owner) + b"\n"
        if not torn.startswith(b'{"journal":'[: len(torn)]):
            raise self._unusable("is no journal of parledger; name another file")
        os.ftruncate(self._file, 0)
        _write(self._file, header)
        os.fsync(self._file)
        _sync_folder(self.path)

    def _check(self, owner: Owner, line: bytes) -> None:
        try:
            found = json.decode(line, type=Owner)
        except MsgspecError as error:
            raise self._unusable("is no journal of parledger; name another file") from error
        if found != owner:
            raise self._unusable(f"is that of {found}, but this is {owner}; name another file, or use none")

    def _take_in(self, place: int, line: bytes) -> None:
        try:
            entry = json.decode(line, type=Entry)
        except MsgspecError as error:
            raise self._unusable(f"is damaged in line {place}; set it aside and begin another") from error
        self._last = max(self._last, entry.number)
        if entry.emission is not None:
            self.open[entry.number] = raw_emission(entry.emission)
            return
        self.open.pop(entry.number, None)
        if entry.outcome:
            self.answered[entry.number] = Answer(entry.sha256, bytes(entry.outcome))

    def _unusable(self, why: str) -> JournalUnusable:
        return JournalUnusable(f"the journal {self.path} {why}")


def _opened(path: Path) -> int:
    """The file, made where it is missing, and locked. It holds salts, so it is its owner's alone."""
    try:
        import fcntl
    except ImportError as error:
        raise JournalUnusable("a journal needs a system that can lock files; emit without one") from error
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if path.exists() and os.path.samestat(os.fstat(file), path.stat()):
                return file
        except BlockingIOError as error:
            os.close(file)
            raise JournalUnusable(
                f"the journal {path} is in use: another run is emitting with it; wait for its end"
            ) from error
        except BaseException:
            os.close(file)
            raise
        os.close(file)  # whoever had it has just taken it away


def _content(file: int) -> bytes:
    with os.fdopen(os.dup(file), "rb") as reading:
        reading.seek(0)
        return reading.read()


def _write(file: int, content: bytes) -> None:
    while content:
        content = content[os.write(file, content) :]


def _sync_folder(path: Path) -> None:
    """A new file is on the disk once its folder is."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

"""The lines of a file, each an emission: read one at a time, and gone on with from a journal."""

import os
from collections import deque
from collections.abc import Iterator
from hashlib import sha256
from typing import BinaryIO

from parledger.emission import Emission, raw_emission
from parledger.errors import JournalUnusable
from parledger.journal import Journal

_LONGEST_LINE = 1024 * 1024


class LineJournal(Journal):
    """The journal of a file: it keeps the outcomes by line; the emissions stand in the file."""

    _tells_again = True
    _next: deque[int]

    def lines_come(self, numbers: deque[int]) -> None:
        """Say where the numbers of the lines stand that are entered next."""
        self._next = numbers

    def enter(self, emission: Emission) -> int:
        """The number of the line; nothing needs writing before it is sent."""
        return self._next.popleft()

    async def kept(self) -> None:
        """Wait for nothing."""


class Lines:
    """The emissions of a file, and the numbers of the lines whose outcome is awaited.

    Lines that the journal has an outcome for are passed over.
    """

    def __init__(self, file: BinaryIO, journal: LineJournal | None) -> None:
        """Raises `JournalUnusable` where a line is no longer what was answered."""
        self.size = os.fstat(file.fileno()).st_size
        self.read = 0
        self._file = file
        self._journal = journal
        self._entered: deque[int] = deque()
        self._awaited: deque[int] = deque()
        if journal is not None:
            _compare(file, journal)
            journal.lines_come(self._entered)

    def __iter__(self) -> Iterator[Emission]:
        answered = {} if self._journal is None else self._journal.answered
        for number, line, length in _lines(self._file):
            self.read += length
            if line.strip() and number not in answered:
                self._awaited.append(number)
                self._entered.append(number)
                yield raw_emission(line)

    def next_number(self) -> int:
        """The number of the line that the next outcome is for."""
        return self._awaited.popleft()


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes, int]]:
    """Each line's number, its bytes (no more than anybody would take), and how long it was."""
    number = 0
    while line := file.readline(_LONGEST_LINE):
        number += 1
        length, rest = len(line), line
        while not rest.endswith(b"\n") and (rest := file.readline(_LONGEST_LINE)):
            length += len(rest)
        yield number, line.removesuffix(b"\n"), length


def _compare(file: BinaryIO, journal: LineJournal) -> None:
    if not journal.answered:
        return
    if not file.seekable():
        raise JournalUnusable("a journal needs a file that can be read again: emit this without one")
    missing = set(journal.answered)
    for number, line, _ in _lines(file):
        answer = journal.answered.get(number)
        if answer is not None:
            missing.discard(number)
            if answer.sha256 != sha256(line).hexdigest():
                raise _changed(number, "is not the line that was answered", journal)
    if missing:
        raise _changed(min(missing), "was answered, and is not in the file any more", journal)
    file.seek(0)


def _changed(number: int, what: str, journal: LineJournal) -> JournalUnusable:
    return JournalUnusable(
        f"line {number} {what}, so nothing was sent: put the line back, or emit under another journal; "
        f"what was answered stands in {journal.path}"
    )

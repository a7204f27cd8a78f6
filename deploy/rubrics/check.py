"""Every fault of a rubric's file, with its line."""

import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec

from deploy.rubrics.document import Document, Unreadable, read_document
from parledger.cli import CommandError
from shared.codec.faults import Fault
from shared.codec.rubric_shape import RubricShape
from shared.domain.rubric_draft import every_fault

_MOST = 1000
_BARE = (bool, int, float, date)


@dataclass(frozen=True, slots=True)
class Placed:
    """A fault and its line, counted from 1."""

    line: int
    fault: Fault


@dataclass(frozen=True, slots=True)
class Sound:
    """A rubric's file without fault: its text, what that says, and the rubric."""

    text: str
    document: Document
    rubric: RubricShape


def check_file(file: Path) -> Sound | list[Placed]:
    """Read a rubric's file: it, or what is wrong with it, by line.

    Errors: `CommandError` where there is no text to read.
    """
    text = read_text(file)
    try:
        document = read_document(text)
        found = every_fault(document.value, "", _MOST)
    except Unreadable as unreadable:
        return [Placed(unreadable.line, unreadable.fault)]
    if not found:
        return Sound(text, document, msgspec.convert(document.value, RubricShape))
    placed = [Placed(document.line(fault.pointer), _hinted(fault, document)) for fault in found]
    return sorted(placed, key=lambda one: one.line)


def sound_file(file: Path) -> Sound:
    """A rubric without fault. Errors: `CommandError`, after its faults were told."""
    checked = check_file(file)
    if isinstance(checked, Sound):
        return checked
    for line in fault_lines(file, checked):
        print(line, file=sys.stderr)
    raise CommandError(f"{file} is no rubric without fault: mend it first")


def read_text(file: Path) -> str:
    """The text of a file. Errors: `CommandError`."""
    try:
        return file.read_text("utf-8-sig")
    except OSError as error:
        raise CommandError(f"cannot read {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{file} is no UTF-8 text: save it as UTF-8") from error


def fault_lines(file: Path, faults: list[Placed]) -> list[str]:
    """The faults as lines of text: file, line, what is wrong in both languages, and the place."""
    return [
        f"{file}:{one.line}: {one.fault.vi} · {one.fault.en} [{one.fault.pointer or '/'}]" for one in faults
    ]


def _hinted(fault: Fault, document: Document) -> Fault:
    """YAML takes 3.10 for a number and `no` for false: who wants text writes it in quotes."""
    bare_key = fault.en.startswith("A key: ")
    if not bare_key and not isinstance(document.at(fault.pointer), _BARE):
        return fault
    if "This takes text" not in fault.en or "quotes" in fault.en:
        return fault
    return Fault(
        fault.pointer,
        f"{fault.vi} Hãy đặt trong dấu ngoặc kép.",
        f"{fault.en} Write it in quotes.",
    )

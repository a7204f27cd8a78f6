"""What is wrong with a piece of input, where, and what to do: in Vietnamese and English."""

import re
from dataclasses import dataclass

FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters but line feed, and marks that turn the direction of reading: those make a text show
something else than it says."""
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: `pointer` is an RFC 6901 JSON pointer into the emission."""

    pointer: str
    vi: str
    en: str


class Faulty(Exception):
    """The input has the faults listed."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(f"{fault.pointer}: {fault.en}" for fault in faults))
        self.faults = faults


def shown(text: str) -> str:
    """A stranger's text as an answer may quote it: one line, short, without what is not let in."""
    cut = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    return FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", cut).replace("\n", "\N{REPLACEMENT CHARACTER}")

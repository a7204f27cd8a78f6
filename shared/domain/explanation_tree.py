"""The nodes of an explanation, and exact numbers as text."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from shared.domain.explanation_texts import SAYS, Text

_MOST_DECIMALS = 12


@dataclass(frozen=True, slots=True)
class Node:
    """One step of a computation: what it is (`kind`), said in both languages, and its exact value, if any."""

    kind: str
    vi: str
    en: str
    value: Fraction | None = None
    children: tuple["Node", ...] = ()


def node(
    kind: str, says: str, value: Fraction | None = None, /, *, children: tuple[Node, ...] = (), **put: str
) -> Node:
    """A step that says one of the known texts, with `put` in its braces."""
    vi, en = filled(SAYS[says], put)
    return Node(kind, vi, en, value, children)


def filled(text: Text, put: Mapping[str, str]) -> Text:
    """A text with its braces filled."""
    return text[0].format_map(put), text[1].format_map(put)


def exact_text(value: Fraction) -> str:
    """An exact number: as a decimal where it has an end (`0.53`), else as a fraction (`2/3`)."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    scaled = value * 10**_MOST_DECIMALS
    if rest != 1 or scaled.denominator != 1:
        return f"{value.numerator}/{value.denominator}"
    whole, part = divmod(abs(scaled.numerator), 10**_MOST_DECIMALS)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}" + (f".{part:0{_MOST_DECIMALS}d}".rstrip("0") if part else "")

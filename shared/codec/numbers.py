"""Exact numbers: decimal text to integers and rationals and back, never a float.

Points are integers in thousandths ("0.526" is 526); figures are `fractions.Fraction`.
Source: contracts, "Names and numbers".
"""

from fractions import Fraction
from functools import lru_cache
from typing import Literal

POINTS_PATTERN = r"^(0|[1-9][0-9]{0,5})(\.[0-9]{1,3})?\Z"
FIGURE_PATTERN = r"^(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?\Z"
RECORDED_FIGURE_PATTERN = r"^(?:(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,6})?|1000000000000000)\Z"
"""A figure in the record: the largest JSON integer that is let in has a digit more than any text that is."""
MAX_INTEGER_FIGURE = 10**15

MILLION = 1_000_000
"""Figures have at most six decimals: in millionths they are whole."""
POINT = 1000
"""How many of our units one point is."""
INDEX = 1_000_000
"""How many of our units one per cent of the index is."""
INDEX_SCALE = 6
"""As decimals."""

Rounding = Literal["half_up", "down"]


@lru_cache(maxsize=8192)  # the same points come again and again
def points_of(text: str) -> int:
    """Points text, already checked against POINTS_PATTERN, to thousandths: "0.5" is 500."""
    whole, _, part = text.partition(".")
    return int(whole) * POINT + (int(part.ljust(3, "0")) if part else 0)


def millionths_of(figure: str | int) -> int:
    """A figure, already checked against FIGURE_PATTERN, to millionths: integers compare quickly."""
    if isinstance(figure, int):
        return figure * MILLION
    whole, _, part = figure.partition(".")
    return int(whole) * MILLION + (int(part.ljust(6, "0")) if part else 0)


def decimals_of(text: str) -> int:
    """How many decimals a number was written with: "0.530" has 3."""
    return len(text.partition(".")[2])


def round_to(value: Fraction, scale: int, rounding: Rounding) -> Fraction:
    """Round a value that is not negative to `scale` decimals, half away from zero or cut off."""
    scaled = value * 10**scale
    if rounding == "half_up":
        scaled += Fraction(1, 2)
    return Fraction(scaled.numerator // scaled.denominator, 10**scale)


def quotient_to(numerator: int, denominator: int, scale: int, rounding: Rounding) -> int:
    """A quotient that is not negative, rounded likewise, in parts of 10**scale: whole numbers all the way."""
    scaled = numerator * 10**scale
    if rounding == "half_up":
        return (2 * scaled + denominator) // (2 * denominator)
    return scaled // denominator


def text_of(value: int, unit: int = POINT) -> str:
    """An integer in parts of `unit` (a power of ten) as text without trailing zeros: 97500 → "97.5"."""
    sign, value = ("-", -value) if value < 0 else ("", value)
    whole, part = divmod(value, unit)
    if not part:
        return f"{sign}{whole}"
    return f"{sign}{whole}.{str(part).rjust(len(str(unit)) - 1, '0').rstrip('0')}"


def index_text(value: int) -> str:
    """An index in millionths as text: 93360000 → "93.36"."""
    return text_of(value, INDEX)

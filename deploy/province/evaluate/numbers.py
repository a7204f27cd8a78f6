"""Exact numbers and their text."""

from fractions import Fraction
from math import floor
from typing import Any

JSON = dict[str, Any]
ZERO = Fraction(0)


def round_(value: Fraction, scale: int, rounding: str) -> Fraction:
    """To `scale` decimals, half away from zero or cut off; values are not negative."""
    shifted = value * 10**scale
    return Fraction(floor(shifted + Fraction(1, 2)) if rounding == "half_up" else floor(shifted), 10**scale)


def decimals(text: str) -> int:
    """How many decimals a number was written with."""
    return len(text.split(".")[1]) if "." in text else 0


def text_of(value: Fraction) -> str:
    """A number of at most nine decimals as text, without trailing zeros."""
    scaled = value * 10**9
    if scaled.denominator != 1:
        raise ValueError(f"{value} has more than nine decimals")
    whole, part = divmod(int(scaled), 10**9)
    return f"{whole}.{part:09d}".rstrip("0").rstrip(".")

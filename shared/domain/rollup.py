"""Points of a leaf from what the unit's own children earned. Source: scoring.md, "Rules", `rollup`."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from shared.codec.numbers import POINT

Shares = Mapping[str, Mapping[str, tuple[int, int]]]
"""By unit and leaf: appraised points and maximum of what counted at a publication, in thousandths."""


@dataclass(frozen=True, slots=True)
class Rollup:
    """Which leaf of the children's dossiers, and what of it.

    The mean of points given to the maximum, or the share of the children that reach `at_least` (a ratio).
    """

    leaf: str
    of: Literal["mean", "share"]
    at_least: Fraction = Fraction(0)


def rolled_up(rollup: Rollup, maximum: int, shares: Shares) -> Fraction | None:
    """Exact points out of `maximum` (thousandths); None where the leaf counted in no dossier."""
    ratios = [Fraction(*counted[rollup.leaf]) for counted in shares.values() if rollup.leaf in counted]
    if not ratios:
        return None
    if rollup.of == "share":
        ratios = [Fraction(ratio >= rollup.at_least) for ratio in ratios]
    return sum(ratios, Fraction(0)) / len(ratios) * Fraction(maximum, POINT)

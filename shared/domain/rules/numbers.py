"""What rules that count have in common: numbers as rationals, and what is wrong with some."""

from fractions import Fraction

from shared.codec.faults import Fault
from shared.codec.figures import Figures
from shared.codec.numbers import MILLION, POINT, millionths_of, points_of

ZERO = Fraction(0)
ONE = Fraction(1)
RATIO = (frozenset({"numerator", "denominator"}), frozenset({"percent"}))


def points(text: str) -> Fraction:
    """Points as they stand in a rubric."""
    return Fraction(points_of(text), POINT)


def number(value: str | int | None) -> Fraction:
    """A figure that is there."""
    return Fraction(millionths_of(value or 0), MILLION)


def ratio(figures: Figures) -> Fraction:
    """A numerator to its denominator, or a percentage."""
    if figures.percent is not None:
        return Fraction(millionths_of(figures.percent), 100 * MILLION)
    return Fraction(millionths_of(figures.numerator or 0), millionths_of(figures.denominator or 0))


def ratio_fault(figures: Figures, over: bool) -> Fault | None:
    """A denominator is above 0, and unless `over` a ratio is not above 1."""
    if figures.percent is not None:
        if not over and millionths_of(figures.percent) > 100 * MILLION:
            return Fault(
                "/percent", "Tỷ lệ không được lớn hơn 100 %.", "The percentage must not be above 100."
            )
        return None
    denominator = millionths_of(figures.denominator or 0)
    if denominator == 0:
        return Fault(
            "/denominator",
            "Mẫu số bằng 0: hãy đề nghị không đánh giá tiêu chí này.",
            "The denominator is 0: ask for the leaf to be excluded.",
        )
    if not over and millionths_of(figures.numerator or 0) > denominator:
        return Fault(
            "/numerator",
            "Tử số không được lớn hơn mẫu số.",
            "The numerator must not be above the denominator.",
        )
    return None


def whole_fault(pointer: str, value: str | int | None) -> Fault | None:
    """What is counted is whole."""
    if millionths_of(value or 0) % MILLION == 0:
        return None
    return Fault(pointer, "Số lượng phải là số nguyên.", "A count must be a whole number.")

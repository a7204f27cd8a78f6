"""Exact numbers."""

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.codec.numbers import (
    FIGURE_PATTERN,
    INDEX,
    POINTS_PATTERN,
    Rounding,
    decimals_of,
    index_text,
    points_of,
    quotient_to,
    round_to,
    text_of,
)

FULL_WIDTH_ONE = "\uff11"
NEITHER = [
    *("", " 1", "1 ", "1\n", "+1", "-1", "-0", "01", "00", ".5", "5.", "1,5", "1_000", "1e2", "1E2", "NaN"),
    *("Infinity", "0x10", "١٢", FULL_WIDTH_ONE, "1.2.3", "½", "1/2"),
]


@pytest.mark.parametrize("text", ["0", "1", "0.5", "0.50", "0.526", "999999", "999999.999", "10", "0.000"])
def test_points_are_written_like_this(text: str) -> None:
    assert re.search(POINTS_PATTERN, text)


@pytest.mark.parametrize("text", [*NEITHER, "1000000", "0.1234", "1.0000"])
def test_points_are_not_written_like_that(text: str) -> None:
    assert not re.search(POINTS_PATTERN, text)


@pytest.mark.parametrize("text", ["0", "13491", "999999999999999", "0.000001", "999999999999999.999999"])
def test_figures_are_written_like_this(text: str) -> None:
    assert re.search(FIGURE_PATTERN, text)


@pytest.mark.parametrize("text", [*NEITHER, "1000000000000000", "0.1234567", "1e400"])
def test_figures_are_not_written_like_that(text: str) -> None:
    assert not re.search(FIGURE_PATTERN, text)


@given(st.integers(0, 999_999_999))
def test_points_read_and_written_are_the_same(thousandths: int) -> None:
    text = text_of(thousandths)
    assert points_of(text) == thousandths
    assert re.search(POINTS_PATTERN, text)
    assert Fraction(text) == Fraction(thousandths, 1000)


@pytest.mark.parametrize(
    ("value", "text"), [(97500, "97.5"), (80000, "80"), (1, "0.001"), (0, "0"), (-500, "-0.5"), (100, "0.1")]
)
def test_numbers_are_given_out_without_trailing_zeros(value: int, text: str) -> None:
    assert text_of(value) == text


def test_an_index_is_given_out_in_per_cent() -> None:
    assert [index_text(i) for i in (93_360_000, 100 * INDEX, 1, 0)] == ["93.36", "100", "0.000001", "0"]


@given(st.fractions(0, 10**6), st.integers(0, 6))
def test_rounding_is_to_the_nearest_or_below(value: Fraction, scale: int) -> None:
    step = Fraction(1, 10**scale)
    down, near = round_to(value, scale, "down"), round_to(value, scale, "half_up")
    assert down <= value < down + step
    assert -step / 2 < value - near <= step / 2 or value - near == -step / 2
    assert abs(value - near) <= step / 2
    assert near in (down, down + step)
    assert (near == down + step) == (value - down >= step / 2)


@pytest.mark.parametrize(("text", "decimals"), [("1", 0), ("0.5", 1), ("0.50", 2), ("0.530", 3)])
def test_decimals_are_counted_as_written(text: str, decimals: int) -> None:
    assert decimals_of(text) == decimals


@given(st.integers(0, 10**9), st.integers(1, 10**7), st.integers(0, 6), st.sampled_from(["half_up", "down"]))
def test_a_quotient_is_rounded_as_the_rational_that_it_is(
    numerator: int, denominator: int, scale: int, rounding: Rounding
) -> None:
    rounded = quotient_to(numerator, denominator, scale, rounding)
    assert Fraction(rounded, 10**scale) == round_to(Fraction(numerator, denominator), scale, rounding)


def test_a_half_goes_up_in_whole_numbers_too() -> None:
    assert [quotient_to(n, 8, 2, "half_up") for n in (1, 3, 5, 7)] == [13, 38, 63, 88]
    assert [quotient_to(n, 8, 2, "down") for n in (1, 3, 5, 7)] == [12, 37, 62, 87]

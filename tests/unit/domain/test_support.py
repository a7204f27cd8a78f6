"""Whether figures support points, and what that takes. Source: scoring.md, "Support"."""

from typing import Any

import pytest

from tests.unit.domain.rubrics import RATE, leaf, rubric
from tests.unit.domain.sayings import filed, scored, withdrawn
from tests.unit.domain.scene import Scene, scene


def one(maximum: str = "1", rule: dict[str, Any] = RATE, scale: int = 2, rounding: str = "half_up") -> Scene:
    return scene(rubric(leaf("1.1", maximum, rule), scale=scale, rounding=rounding))


def given_points(
    points: str, numerator: int, denominator: int, maximum: str, scale: int = 2, rounding: str = "half_up"
) -> str | None:
    """The support of points that the council gives for figures of its own, with a reason."""
    figures = {"numerator": numerator, "denominator": denominator}
    return (
        one(maximum, scale=scale, rounding=rounding)
        .given(scored("1.1", points, figures, reason="theo biên bản"))
        .support("1.1")
    )


@pytest.mark.parametrize(
    ("points", "numerator", "denominator", "maximum", "support"),
    [
        ("0.526", 13491, 25254, "1", "UNSUPPORTED"),  # Đông Hà 2023, 3.12.3
        ("0.85", 18, 42, "2", "ROUNDING"),  # Vĩnh Linh, first half of 2023, 1.1.3: cut off
        ("0.55", 4, 9, "1", "UNSUPPORTED"),  # the same, 1.4.1: the paper's "55.56 %" is 5/9
    ],
)
def test_the_published_cases(
    points: str, numerator: int, denominator: int, maximum: str, support: str
) -> None:
    assert given_points(points, numerator, denominator, maximum) == support


@pytest.mark.parametrize(
    ("points", "support"),
    [
        ("0.67", "SUPPORTED"),
        ("0.670", "SUPPORTED"),
        ("0.667", "ROUNDING"),
        ("0.666", "ROUNDING"),
        ("0.66", "ROUNDING"),
        ("0.660", "UNSUPPORTED"),  # written with three decimals, it says that the third is 0
        ("0.7", "UNSUPPORTED"),
        ("0.6", "UNSUPPORTED"),
        ("0.665", "UNSUPPORTED"),
        ("0.668", "UNSUPPORTED"),
        ("0", "UNSUPPORTED"),
        ("1", "UNSUPPORTED"),
    ],
)
def test_two_thirds_of_a_point(points: str, support: str) -> None:
    assert given_points(points, 2, 3, "1") == support


def test_where_the_rubric_cuts_off_rounding_up_is_rounding() -> None:
    assert given_points("0.66", 2, 3, "1", rounding="down") == "SUPPORTED"
    assert given_points("0.67", 2, 3, "1", rounding="down") == "ROUNDING"


def test_the_scale_is_at_least_the_rubrics() -> None:
    assert given_points("0.7", 2, 3, "1", scale=1) == "SUPPORTED"
    assert given_points("0.6", 2, 3, "1", scale=1) == "ROUNDING"
    assert given_points("0.67", 2, 3, "1", scale=1) == "ROUNDING"
    assert given_points("1", 2, 3, "1", scale=0) == "SUPPORTED"
    assert given_points("0", 2, 3, "1", scale=0) == "ROUNDING"
    assert given_points("0.667", 2, 3, "1", scale=3) == "SUPPORTED"
    assert given_points("0.67", 2, 3, "1", scale=3) == "UNSUPPORTED"


def test_what_is_clamped_is_compared_after_the_clamping() -> None:
    each = {"kind": "count", "each": "0.5"}
    given = one("1", each).given(scored("1.1", "1", {"count": 9}))
    assert given.support("1.1") == "SUPPORTED"


def test_without_figures_nothing_is_supported_or_not() -> None:
    assert one().given(scored("1.1", "0.123")).support("1.1") is None


def test_the_units_figures_support_the_councils_points() -> None:
    given = one("2").given(filed("1.1", "0", {"numerator": 18, "denominator": 42}))
    given.when(scored("1.1", "0.86")).then(None)
    assert given.support("1.1") == "SUPPORTED"


def test_points_without_support_need_a_reason() -> None:
    figures = {"numerator": 4, "denominator": 9}
    given = one().given(filed("1.1", "0", figures))
    given.when(scored("1.1", "0.55")).then("reason-needed", "/data/reason")
    given.when(scored("1.1", "0.55", figures)).then("reason-needed", "/data/reason")
    given.when(scored("1.1", "0.55", opinion="4/9")).then("reason-needed", "/data/reason")
    given.when(scored("1.1", "0.55", reason="")).then("invalid-data", "/data/reason")
    given.when(scored("1.1", "0.55", reason="theo văn bản")).then(None)


def test_a_difference_of_rounding_needs_no_reason() -> None:
    figures = {"numerator": 18, "denominator": 42}
    one("2").given(scored("1.1", "0.85", figures), scored("1.1", "0.857", figures)).then(None)


def test_points_below_the_claim_need_an_opinion() -> None:
    given = one().given(filed("1.1", "0.8"))
    given.when(scored("1.1", "0.799")).then("opinion-needed", "/data/opinion")
    given.when(scored("1.1", "0.799", reason="thiếu")).then("opinion-needed", "/data/opinion")
    given.when(scored("1.1", "0.8")).then(None)
    given.when(scored("1.1", "0.799", opinion="thiếu")).then(None)


def test_without_a_standing_claim_no_opinion_is_needed() -> None:
    one().given(filed("1.1", "0.8"), withdrawn("1.1"), scored("1.1", "0.1")).then(None)


def test_support_follows_the_figures_that_count_now() -> None:
    given = one().given(filed("1.1", "0.5", {"percent": 50}), scored("1.1", "0.5"))
    assert given.support("1.1") == "SUPPORTED"
    given.given(filed("1.1", "0.5", {"percent": 60}))
    assert given.support("1.1") == "UNSUPPORTED"

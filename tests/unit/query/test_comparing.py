"""Which area and leaf of one year is which of another."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from services.query.comparing import Sheet, Sum, Thread, match
from services.query.rubrics import content_of

Leaves = Mapping[str, str | None]
"""Codes of leaves, and what the rubric says they were."""


def sheet(round_: str, areas: Mapping[str, Leaves], rubric: str | None = None) -> Sheet:
    """A round under a rubric of these areas; each leaf is worth a point."""
    body: dict[str, Any] = {
        "id": rubric or f"bo-{round_}",
        "name": "Bộ chỉ số",
        "points": {"scale": 2, "rounding": "half_up"},
        "index": {"scale": 2, "rounding": "half_up"},
        "grades": [{"name": "Yếu", "from": "0"}],
        "areas": [
            {
                "code": code,
                "name": f"Lĩnh vực {code} năm {round_}",
                "criteria": [_leaf(leaf, was, round_) for leaf, was in leaves.items()],
            }
            for code, leaves in areas.items()
        ],
    }
    content = content_of(json.dumps(body).encode(), "qt")
    return Sheet(round_, rubric or round_, content, {}, {})


def _leaf(code: str, was: str | None, round_: str) -> dict[str, Any]:
    said = {"code": code, "name": f"{code} năm {round_}", "max": "1", "rule": {"kind": "judgement"}}
    return said if was is None else {**said, "was": was}


def codes(threads: Sequence[Thread]) -> list[dict[str, str]]:
    """The code of each in each round."""
    return [thread.codes for thread in threads]


def test_leaves_are_matched_by_code_and_where_they_were_renumbered_by_what_they_were() -> None:
    new = sheet("2024", {"1": {"1.1": None, "1.2": "1.3", "1.3": None}})
    old = sheet("2023", {"1": {"1.1": None, "1.2": None, "1.3": None}})
    _, leaves = match([new, old])
    assert codes(leaves) == [
        {"2024": "1.1", "2023": "1.1"},
        {"2024": "1.2", "2023": "1.3"},
        {"2024": "1.3"},
        {"2023": "1.2"},
    ]
    assert [thread.name for thread in leaves] == [
        "1.1 năm 2024",
        "1.2 năm 2024",
        "1.3 năm 2024",
        "1.2 năm 2023",
    ]


def test_what_a_leaf_was_is_what_it_was_in_another_rubric_not_in_its_own() -> None:
    leaves_of_both: Leaves = {"1.1": "1.2", "1.2": "1.1"}
    annual = sheet("2024", {"1": leaves_of_both}, rubric="bo-2024")
    interim = sheet("6t-2024", {"1": leaves_of_both}, rubric="bo-2024")
    old = sheet("2023", {"1": {"1.1": None, "1.2": None}})
    _, leaves = match([annual, interim, old])
    assert codes(leaves) == [
        {"2024": "1.1", "6t-2024": "1.1", "2023": "1.2"},
        {"2024": "1.2", "6t-2024": "1.2", "2023": "1.1"},
    ]


def test_a_leaf_is_followed_over_a_year_that_did_not_have_it() -> None:
    newest = sheet("2025", {"1": {"1.1": None, "1.2": None}})
    between = sheet("2024", {"1": {"1.1": None}})
    oldest = sheet("2023", {"1": {"1.1": None, "1.2": None}})
    _, leaves = match([newest, between, oldest])
    assert codes(leaves) == [
        {"2025": "1.1", "2024": "1.1", "2023": "1.1"},
        {"2025": "1.2", "2023": "1.2"},
    ]


def test_an_area_is_the_one_that_most_of_its_leaves_lay_in() -> None:
    new = sheet(
        "2024", {"1": {"1.1": None}, "2": {"2.1": None}, "3": {"3.1": "2.1", "3.2": "2.2", "3.3": None}}
    )
    old = sheet("2023", {"1": {"1.1": None}, "2": {"2.1": None, "2.2": None}, "3": {"3.3": None}})
    areas, _ = match([new, old])
    assert codes(areas) == [
        {"2024": "1", "2023": "1"},
        {"2024": "2"},
        {"2024": "3", "2023": "2"},
        {"2023": "3"},
    ]
    assert areas[2].name == "Lĩnh vực 3 năm 2024"


def test_each_code_of_a_round_is_in_one_thread() -> None:
    new = sheet("2024", {"1": {"1.1": "1.9", "1.2": "1.9"}})
    old = sheet("2023", {"1": {"1.9": None}})
    _, leaves = match([new, old])
    assert codes(leaves) == [{"2024": "1.1", "2023": "1.9"}, {"2024": "1.2"}]


def test_a_share_is_rounded_half_up_to_hundredths_of_a_per_cent() -> None:
    assert Sum(2_000, 3_000).share == 6_667
    assert Sum(1_000, 3_000).share == 3_333
    assert Sum(1, 16_000).share == 1, "0.00625 %"
    assert Sum(0, 0).share is None
    assert Sum(None, None).share is None

"""Who may see what, by paths alone."""

import pytest

from shared.identity.scope import authority_of, is_above, is_sibling, sees_appraisal, sees_below


@pytest.mark.parametrize(
    ("caller", "unit", "sees", "above"),
    [
        ("qt", "qt", True, False),
        ("qt", "qt/dong-ha", True, False),
        ("qt", "qt/dong-ha/phuong-1", True, False),
        ("qt/dong-ha", "qt", False, True),
        ("qt/dong-ha/phuong-1", "qt", False, True),
        ("qt/dong-ha", "qt/dong-ha-2", False, False),
        ("qt/dong-ha-2", "qt/dong-ha", False, False),
        ("qt/dong-ha", "qt/vinh-linh", False, False),
        ("qt", "qt-2", False, False),
        ("hue", "qt", False, False),
    ],
)
def test_a_unit_sees_itself_and_all_below_it(caller: str, unit: str, sees: bool, above: bool) -> None:
    assert sees_below(caller, unit) is sees
    assert is_above(caller, unit) is above


@pytest.mark.parametrize(("unit", "authority"), [("qt", "qt"), ("qt/a", "qt"), ("qt/a/b", "qt/a")])
def test_the_authority_is_one_level_up_and_a_roots_is_itself(unit: str, authority: str) -> None:
    assert authority_of(unit) == authority


@pytest.mark.parametrize(
    ("one", "other", "siblings"),
    [
        ("qt/a", "qt/b", True),
        ("qt/a", "qt/a", False),
        ("qt/a/x", "qt/b/x", False),
        ("qt/a/x", "qt/a/y", True),
        ("qt", "hue", False),
        ("qt", "qt/a", False),
    ],
)
def test_siblings_are_appraised_by_one_authority(one: str, other: str, siblings: bool) -> None:
    assert is_sibling(one, other) is siblings
    assert is_sibling(other, one) is siblings


@pytest.mark.parametrize(
    ("caller", "unit", "sees"),
    [
        ("qt", "qt/a", True),
        ("qt", "qt/a/x", True),
        ("qt/a", "qt/a/x", True),
        ("qt/a", "qt/a", False),
        ("qt/a", "qt/b", False),
        ("qt/b", "qt/a/x", False),
        ("qt", "qt", True),
    ],
)
def test_provisional_results_are_seen_by_the_authority_and_above(caller: str, unit: str, sees: bool) -> None:
    assert sees_appraisal(caller, unit) is sees

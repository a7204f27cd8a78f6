"""Pages, cursors, names."""

import pytest
from hypothesis import given, strategies

from services.query.errors import BadArgument
from services.query.schema.arguments import cursor, key_after, page_size, storable


@given(strategies.integers(0, 2**63 - 1))
def test_a_cursor_of_a_number_comes_back(key: int) -> None:
    assert key_after("event", cursor("event", key), int, 0) == key


@given(strategies.text(strategies.characters(exclude_characters="\0", codec="utf-8"), max_size=200))
def test_a_cursor_of_a_text_comes_back(key: str) -> None:
    assert key_after("unit", cursor("unit", key), str, "") == key


@given(strategies.text(max_size=200))
def test_no_other_text_is_a_cursor(text: str) -> None:
    try:
        key = key_after("event", text, int, 0)
    except BadArgument:
        return
    assert key_after("event", cursor("event", key), int, 0) == key


def test_a_cursor_belongs_to_its_list() -> None:
    with pytest.raises(BadArgument):
        key_after("event", cursor("change", 1), int, 0)
    with pytest.raises(BadArgument):
        key_after("event", cursor("event", "1"), int, 0)
    for outside in (-1, 2**63):
        with pytest.raises(BadArgument):
            key_after("event", cursor("event", outside), int, 0)


def test_without_a_cursor_a_list_begins_at_its_beginning() -> None:
    assert key_after("unit", None, str, "") == ""


@pytest.mark.parametrize(
    ("first", "allowed"), [(0, False), (1, True), (200, True), (201, False), (-5, False)]
)
def test_a_page_has_1_to_200_rows(first: int, allowed: bool) -> None:
    if allowed:
        assert page_size(first) == first
    else:
        with pytest.raises(BadArgument, match=str(first)):
            page_size(first)


def test_what_postgresql_cannot_hold_is_not_asked_for() -> None:
    assert storable("qt/dong-ha", None, "", "Đông Hà")
    assert not storable("qt", "a\0b")
    assert not storable("\ud800")

"""Names: paths, ids, codes, subjects, pointers."""

import re

import pytest

from shared.codec.names import (
    CODE_PATTERN,
    ID_PATTERN,
    Subject,
    is_path,
    is_uuid,
    parent_of,
    parse_subject,
    pointer_token,
    root_of,
)

LONG = "a" * 32


@pytest.mark.parametrize("path", ["qt", "qt/dong-ha", "a/b/c/d/e/f", "0", LONG, f"{LONG}/{LONG}", "a-b--c"])
def test_a_path_is_one_to_six_tokens(path: str) -> None:
    assert is_path(path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "qt/",
        "/qt",
        "qt//a",
        "a/b/c/d/e/f/g",
        "QT",
        "qt/Đông-Hà",
        "-a",
        "a-",
        "a_b",
        "a.b",
        "a b",
        LONG + "a",
        "qt\n",
        "qt/*",
        "qt/>",
    ],
)
def test_nothing_else_is_a_path(path: str) -> None:
    assert not is_path(path)


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("qt", Subject("qt", None)),
        ("qt/dong-ha@2023", Subject("qt/dong-ha", "2023")),
        ("qt@2023-h1", Subject("qt", "2023-h1")),
        ("qt@", None),
        ("@2023", None),
        ("qt@2023@2024", None),
        ("qt@Năm", None),
        ("qt@" + "a" * 33, None),
        ("QT@2023", None),
        ("", None),
        ("qt@2023\n", None),
    ],
)
def test_a_subject_is_a_unit_or_a_unit_in_a_round(text: str, subject: Subject | None) -> None:
    assert parse_subject(text) == subject


@pytest.mark.parametrize("code", ["1", "3.12.3", "B.1", "1.rest", "2.rest.1", "3.10-a", "1" * 32])
def test_a_code_is_written_like_this(code: str) -> None:
    assert re.search(CODE_PATTERN, code)


@pytest.mark.parametrize(
    "code", ["", ".", "1.", ".1", "1..2", "-1", "1.-2", "1 2", "1_2", "Đ.1", "1" * 33, "1\n"]
)
def test_a_code_is_not_written_like_that(code: str) -> None:
    assert not re.search(CODE_PATTERN, code)


def test_an_id_may_start_with_a_digit_and_end_with_a_hyphen() -> None:
    assert re.search(ID_PATTERN, "2023-")
    assert not re.search(ID_PATTERN, "-2023")
    assert not re.search(ID_PATTERN, "a" * 33)


def test_a_uuid_is_in_canonical_lower_case() -> None:
    uuid = "0199c0de-7f3a-7c21-9d44-0a1b2c3d4e5f"
    assert is_uuid(uuid)
    assert not any(is_uuid(text) for text in (uuid.upper(), uuid[:-1], uuid + "0", uuid.replace("-", ""), ""))


def test_parents_and_roots() -> None:
    assert [parent_of(path) for path in ("qt", "qt/a", "qt/a/x")] == [None, "qt", "qt/a"]
    assert [root_of(path) for path in ("qt", "qt/a", "qt/a/x")] == ["qt"] * 3


def test_a_step_of_a_pointer_is_escaped() -> None:
    assert pointer_token("a/b~c") == "a~1b~0c"

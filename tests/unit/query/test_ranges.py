"""Which bytes of a file a request asks for."""

import pytest

from services.query.ranges import NoSuchBytes, asked_bytes

ETAG = '"9f86"'


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=0-9", (0, 10)),
        ("Bytes=5-", (5, 100)),
        ("bytes=-10", (90, 100)),
        ("bytes=-1000", (0, 100)),
        ("bytes=90-999999999999999999", (90, 100)),
        (" bytes=99-99 ", (99, 100)),
    ],
)
def test_some_bytes(said: str, asked: tuple[int, int]) -> None:
    assert asked_bytes({"range": said}, ETAG, 100) == asked


@pytest.mark.parametrize(
    "said",
    ["", "bytes", "bytes=", "bytes=-", "bytes=9-5", "bytes=0-1,5-6", "rows=0-9", "bytes=a-b", "bytes=٣-٤"],
)
def test_what_cannot_be_read_is_let_pass(said: str) -> None:
    assert asked_bytes({"range": said}, ETAG, 100) is None
    assert asked_bytes({}, ETAG, 100) is None


@pytest.mark.parametrize("said", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_bytes_that_are_not_there_are_said(said: str) -> None:
    with pytest.raises(NoSuchBytes):
        asked_bytes({"range": said}, ETAG, 100)
    with pytest.raises(NoSuchBytes):
        asked_bytes({"range": "bytes=0-"}, ETAG, 0)


def test_a_part_of_another_file_is_not_put_to_what_somebody_has() -> None:
    assert asked_bytes({"range": "bytes=0-9", "if-range": ETAG}, ETAG, 100) == (0, 10)
    for other in ('"another"', f"W/{ETAG}", "Sat, 21 Nov 2026 02:10:35 GMT"):
        assert asked_bytes({"range": "bytes=0-9", "if-range": other}, ETAG, 100) is None

"""`traceparent` is read strictly, and written as it is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.telemetry.traceparent import Traceparent, read_traceparent, write_traceparent

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@given(st.integers(1, 2**128 - 1), st.integers(1, 2**64 - 1), st.booleans())
def test_what_is_written_is_read(trace: int, span: int, sampled: bool) -> None:
    traceparent = Traceparent(trace, span, sampled)
    assert read_traceparent(write_traceparent(traceparent)) == traceparent


@pytest.mark.parametrize(("flags", "sampled"), [("01", True), ("00", False), ("03", True), ("fe", False)])
def test_the_lowest_flag_says_whether_it_is_sampled(flags: str, sampled: bool) -> None:
    read = read_traceparent(f"00-{TRACE}-{SPAN}-{flags}")
    assert read == Traceparent(int(TRACE, 16), int(SPAN, 16), sampled)


def test_a_later_version_of_the_same_length_is_read() -> None:
    assert read_traceparent(f"01-{TRACE}-{SPAN}-01") is not None


@given(st.one_of(st.none(), st.integers(), st.binary(), st.text(), st.lists(st.text())))
def test_whatever_else_is_none(text: object) -> None:
    assert read_traceparent(text) is None


@pytest.mark.parametrize(
    "text",
    [
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-01\n",
        f"00-{TRACE}-{SPAN}-1\u0661",
        f" 00-{TRACE}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-01-more",
        f"00_{TRACE}_{SPAN}_01",
    ],
)
def test_what_nearly_is_one_is_none(text: str) -> None:
    assert read_traceparent(text) is None

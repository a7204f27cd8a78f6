"""What `parledger accept` takes over by itself, and what it says of the rest."""

import json

import pytest

from parledger.accept_command import Claim, accepting


def claim(code: str, self_: str | None, computed: str | None, appraised: str | None = None) -> Claim:
    return Claim(code, self_, appraised, computed, excluded=False)


PLAIN = [claim("1.1", "2", "2"), claim("1.2", "1", None)]
LEFT = [claim("2.1", "3", "2.87"), claim("2.2", None, None)]
DONE = [claim("3.1", "1", "1", "1"), Claim("3.2", "1", None, "1", excluded=True)]


def test_only_what_is_plain_is_taken_over() -> None:
    scores = accepting([*PLAIN, *LEFT, *DONE], [], "qt", "qt/a@2023")
    assert [json.loads(score.payload)["data"] for score in scores] == [
        {"leaf": "1.1", "points": "2"},
        {"leaf": "1.2", "points": "1"},
    ]


@pytest.mark.parametrize("one", DONE)
def test_what_is_done_waits_for_nobody(one: Claim) -> None:
    assert not one.waiting


def test_why_one_is_left_is_told_with_both_numbers() -> None:
    assert [one.waiting and not one.plain for one in LEFT] == [True, True]
    figures, silent = (one.why_left() for one in LEFT)
    assert "claims 3" in figures
    assert "give 2.87" in figures
    assert "không tự chấm" in silent

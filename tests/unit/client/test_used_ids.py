"""Whose answer an answer is, where an id was used for more than one content."""

import json

import pytest

from parledger.emission import Emission, emission, raw_emission
from parledger.outcomes import Outcome, read_outcome
from parledger.used_ids import UsedIds

ID = "0199c0de-7f3a-7c21-9d44-0a1b2c3d4e5f"


def filed(points: str, id_: str = ID) -> Emission:
    return emission(
        "SubmissionFiled", source="qt/a", subject="qt/a@2023", id=id_, time="2023-12-05T08:30:00+07:00",
        data={"leaf": "1.1", "self_points": points},
    )  # fmt: skip


def told(status: str) -> Outcome:
    """`recorded`, `duplicate`, or a refusal by the problem's type."""
    if status in ("recorded", "duplicate"):
        return read_outcome(json.dumps({"id": ID, "status": status}).encode())
    problem = {"type": status, "title": {"vi": "", "en": ""}}
    return read_outcome(json.dumps({"id": ID, "status": "refused", "problem": problem}).encode())


def after(*answers: tuple[str, str]) -> UsedIds:
    used = UsedIds()
    for points, status in answers:
        used.answered(filed(points), told(status))
    return used


@pytest.mark.parametrize(
    ("before", "points", "status", "its_own"),
    [
        ([], "1", "recorded", True),
        ([("1", "recorded")], "1", "duplicate", True),
        ([("1", "recorded")], "2", "duplicate", False),
        ([("1", "recorded")], "2", "recorded", False),
        ([("1", "recorded")], "2", "id-reused", True),
        ([("1", "recorded")], "2", "too-large", True),
        ([("1", "locked")], "2", "locked", False),
        ([("1", "locked")], "2", "id-reused", True),
        ([("1", "locked")], "1", "locked", True),
        ([("1", "recorded"), ("2", "id-reused")], "3", "duplicate", False),
        ([("1", "recorded"), ("2", "id-reused")], "3", "id-reused", True),
        ([("1", "recorded"), ("2", "id-reused")], "1", "id-reused", False),
        ([("1", "recorded"), ("2", "id-reused")], "1", "duplicate", True),
        ([("2", "id-reused")], "1", "duplicate", True),
    ],
)
def test_an_answer_that_another_content_had_is_let_pass(
    before: list[tuple[str, str]], points: str, status: str, its_own: bool
) -> None:
    assert after(*before).may_answer(told(status), filed(points), sent=1) == its_own


def test_what_comes_again_once_it_was_sent_again_is_taken() -> None:
    assert after(("1", "recorded")).may_answer(told("duplicate"), filed("2"), sent=2)


def test_the_same_content_is_the_same_however_it_is_written() -> None:
    once = filed("1")
    envelope = json.loads(once.payload)
    otherwise = raw_emission(json.dumps(dict(reversed(envelope.items())) | {"extra": 1}, indent=1).encode())
    assert after(("1", "recorded")).may_answer(told("duplicate"), otherwise, sent=1)


def test_an_id_that_was_given_up_is_in_doubt_for_other_content_until_it_is_answered() -> None:
    used = UsedIds()
    used.given_up(filed("1"))
    assert used.in_doubt(filed("2"))
    assert not used.in_doubt(filed("1"))
    used.answered_late(ID, told("recorded"))
    assert not used.in_doubt(filed("2"))
    assert not used.may_answer(told("duplicate"), filed("2"), sent=1)


def test_no_more_than_so_many_are_remembered() -> None:
    used = after(("1", "recorded"))
    for number in range(20_000):
        used.given_up(filed("1", f"0199c0de-7f3a-7c21-9d44-{number:012x}"))
    assert used.may_answer(told("duplicate"), filed("2"), sent=1)
    assert len(used._uses) == 16_384

"""Whose turn it is to be sent: what a client is given, the feed takes in that order."""

import pytest

from parledger.emission import Emission, emission, raw_emission, uuid7
from parledger.outstanding import Outstanding, Pending
from parledger.turns import Turns

WAIT = 5.0


class Sending:
    """Turns with some emissions in them, sent by hand at times that the test says."""

    def __init__(self) -> None:
        self.outstanding = Outstanding()
        self.turns = Turns(self.outstanding)
        self.turns.start_over()

    def give(self, *subjects: str) -> list[Pending]:
        given = [Pending(_emission(), subject, WAIT) for subject in subjects]
        for pending in given:
            self.outstanding.add(pending)
            self.turns.add(pending)
        return given

    def send_all(self, now: float = 0.0) -> list[Pending]:
        sent: list[Pending] = []
        while (pending := self.turns.next_unsent()) is not None:
            self.turns.sent(pending, now)
            sent.append(pending)
        return sent

    def accept(self, pending: Pending) -> None:
        pending.accepted = True
        self.turns.accepted(pending)


def _emission() -> Emission:
    return emission("SubmissionFiled", subject="a@1", source="a", data={})


@pytest.fixture
async def sending() -> Sending:
    return Sending()


async def test_what_goes_to_one_subject_goes_together(sending: Sending) -> None:
    given = sending.give("x", "x", "x")
    assert sending.send_all() == given


async def test_another_subject_waits_until_the_feed_took_all_before_it(sending: Sending) -> None:
    first, second, other = sending.give("x", "x", "y")
    assert sending.send_all() == [first, second]
    sending.accept(second)
    assert sending.send_all() == []
    sending.accept(first)
    assert sending.send_all() == [other]


async def test_nothing_new_goes_before_what_the_feed_turned_away(sending: Sending) -> None:
    first, second = sending.give("x", "x")
    sending.send_all()
    sending.turns.turned_away(first, 0.0)
    sending.turns.turned_away(second, 0.0)
    (new,) = sending.give("x")
    assert sending.send_all() == []
    assert sending.turns.due(1.0) == [first]
    sending.turns.sent(first, 1.0)
    sending.accept(first)
    assert sending.turns.due(1.0) == [second]
    sending.accept(second)
    assert sending.send_all() == [new]


async def test_after_the_feed_had_no_room_one_alone_is_under_way(sending: Sending) -> None:
    (first,) = sending.give("x")
    sending.send_all()
    sending.turns.turned_away(first, 0.0)
    assert sending.turns.held_back
    given = sending.give(*["x"] * 200)
    sending.turns.sent(first, 1.0)
    sending.accept(first)
    assert not sending.turns.held_back
    for expected in given[:100]:
        assert sending.send_all(1.0) == [expected]
        sending.accept(expected)


async def test_once_a_thousand_were_taken_in_a_row_all_go_together_again(sending: Sending) -> None:
    (first,) = sending.give("x")
    sending.send_all()
    sending.turns.turned_away(first, 0.0)
    sending.turns.sent(first, 1.0)
    sending.accept(first)
    sending.give(*["x"] * 3_000)
    for _ in range(998):
        (pending,) = sending.send_all(1.0)
        sending.accept(pending)
    (pending,) = sending.send_all(1.0)
    assert sending.send_all(1.0) == []
    sending.accept(pending)
    assert len(sending.send_all(1.0)) == 2_001


async def test_the_pause_doubles_and_no_two_clients_knock_together(sending: Sending) -> None:
    pauses: list[list[float]] = [[], []]
    for of_client in pauses:
        (pending,) = sending.give("x")
        for _ in range(8):
            pending.was_turned_away(0.0)
            of_client.append(pending.due)
    longest = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]
    for doubled, one, other in zip(longest, *pauses, strict=True):
        assert doubled / 2 <= one <= doubled
        assert one != other


async def test_after_a_lost_connection_all_goes_again_from_the_first(sending: Sending) -> None:
    given = sending.give("x", "x", "y")
    sending.send_all()
    sending.accept(given[0])
    sending.turns.start_over()
    assert sending.send_all() == given[:2]


async def test_an_answer_is_waited_for_twice_as_long_each_time(sending: Sending) -> None:
    (pending,) = sending.give("x")
    sending.send_all(0.0)
    assert sending.turns.due(WAIT - 0.1) == []
    assert sending.turns.due(WAIT) == [pending]
    sending.turns.sent(pending, WAIT)
    assert sending.turns.due(2 * WAIT) == []
    assert sending.turns.due(3 * WAIT) == [pending]


def test_a_uuid_is_of_version_7_and_rises() -> None:
    ids = [uuid7() for _ in range(100)]
    assert {(one.version, one.variant) for one in ids} == {(7, "specified in RFC 4122")}
    assert [one.int >> 80 for one in ids] == sorted(one.int >> 80 for one in ids)


@pytest.mark.parametrize(
    ("payload", "id_", "type_"),
    [
        (b"no json", None, "Unknown"),
        (b"\xff", None, "Unknown"),
        (b"1", None, "Unknown"),
        (b"[" * 100_000, None, "Unknown"),
        (b'{"id": 7, "type": "A.b"}', None, "Unknown"),
        (b'{"id": "0199C0DE-7F3A-7C21-9D44-0A1B2C3D4E5F", "type": "RoundOpened"}', None, "RoundOpened"),
        (
            b'{"id": "0199c0de-7f3a-7c21-9d44-0a1b2c3d4e5f", "type": ["x"]}',
            "0199c0de-7f3a-7c21-9d44-0a1b2c3d4e5f",
            "Unknown",
        ),
    ],
)
def test_raw_bytes_are_taken_as_they_are(payload: bytes, id_: str | None, type_: str) -> None:
    taken = raw_emission(payload)
    assert (taken.payload, taken.id, taken.type) == (payload, id_, type_)

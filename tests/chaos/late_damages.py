"""What may be wrong about a close: the checker must see each of them."""

import json
from datetime import timedelta

from tests.chaos.books import Books
from tests.chaos.damages import Damage
from tests.chaos.deadline import BY_CLOCK, BY_WORD
from tests.chaos.storm import Said, Storm


def one_was_recorded_after_the_close(_storm: Storm, books: Books) -> Books:
    """By the ledger's own time, an hour late."""
    last = [event for event in books.events if event["name"] == "SubmissionFiled"][-1]
    for event in books.events[last["position"] - 1 :]:
        event["recorded_at"] += timedelta(hours=1)
    return books


def one_was_recorded_after_the_word(storm: Storm, books: Books) -> Books:
    """The word that closed the round had been recorded before it."""
    said = next(each for each in storm.said if each.emission.type == "RoundExtended")
    said.outcome = json.dumps({**json.loads(said.outcome), "position": 8}).encode()
    return books


def one_was_refused_before_the_close(storm: Storm, books: Books) -> Books:
    """As if a service's clock had decided."""
    said = next(each for each in storm.said if _too_late(each, BY_CLOCK))
    said.answered_at -= timedelta(minutes=1)
    return books


def one_was_refused_before_the_word(storm: Storm, books: Books) -> Books:
    """Nobody had said yet that the round was closed."""
    said = next(each for each in storm.said if _too_late(each, BY_WORD))
    said.answered = 1
    return books


def _too_late(said: Said, round_: str) -> bool:
    return b'"window-closed"' in said.outcome and f"@{round_}".encode() in said.emission.payload


PAST_THE_DEADLINE: tuple[Damage, ...] = (
    one_was_recorded_after_the_close,
    one_was_recorded_after_the_word,
    one_was_refused_before_the_close,
    one_was_refused_before_the_word,
)
"""These are for a root where filing closed."""

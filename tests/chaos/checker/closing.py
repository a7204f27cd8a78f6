"""Nothing of the units' is recorded once their filing window has closed, and nothing is refused before."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.chaos.books import Books
from tests.chaos.checker.answers import outcomes_of
from tests.chaos.checker.ledger import OF_THE_UNIT
from tests.chaos.storm import Said


@dataclass(frozen=True, slots=True)
class _Close:
    """When a round's filing closes, as was sent: from this position on, said at this moment."""

    position: int
    closes: datetime
    said: Said


def nothing_after_the_close(books: Books, said: Sequence[Said]) -> Iterator[str]:
    """By what was sent and answered: the ledger's time against the close that was in force."""
    closes: dict[str, list[_Close]] = {}
    for each, _, outcome in outcomes_of(said):
        sent = json.loads(each.emission.payload) if outcome["status"] != "refused" else {"type": ""}
        if (moment := _closes(sent)) is not None:
            closes.setdefault(sent["subject"], []).append(_Close(outcome["position"], moment, each))
    for event in books.events:
        if event["name"] in OF_THE_UNIT:
            close = _in_force(closes.get(_round_of(event["stream"]), []), event["position"])
            if close is not None and event["recorded_at"] >= close.closes:
                at = f"position {event['position']} was recorded at {event['recorded_at']}"
                yield f"{at}, and filing had closed at {close.closes}"
    for each, key, outcome in outcomes_of(said):
        if outcome.get("problem", {}).get("type") == "window-closed":
            subject = json.loads(each.emission.payload)["subject"]
            if all(not _may_have_closed(close, each) for close in closes.get(_round_of(subject), [])):
                yield f"{key} was refused as too late, at {each.answered_at}, when nothing had closed"


def _closes(sent: dict[str, Any]) -> datetime | None:
    """When filing closes by this emission, if it says so."""
    if sent["type"] == "RoundOpened":
        return datetime.fromisoformat(sent["data"]["filing"]["closes"])
    if sent["type"] == "RoundExtended" and sent["data"]["window"] == "filing":
        return datetime.fromisoformat(sent["data"]["closes"])
    return None


def _round_of(dossier: str) -> str:
    """The round of a dossier's authority, the unit one level up."""
    unit, _, round_ = dossier.partition("@")
    return f"{unit.rpartition('/')[0]}@{round_}"


def _in_force(closes: Sequence[_Close], position: int) -> _Close | None:
    before = [close for close in closes if close.position < position]
    return max(before, key=lambda close: close.position, default=None)


def _may_have_closed(close: _Close, refused: Said) -> bool:
    """Had the moment come, and the word been said, when the refusal was heard?"""
    return close.said.offered < refused.answered and close.closes <= refused.answered_at

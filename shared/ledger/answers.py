"""The answers to emissions: as they are given first, and as they are given again."""

from typing import Any, cast

import msgspec
from asyncpg import Record

from shared.codec.envelope import time_text
from shared.codec.shapes import Commitment
from shared.domain.emission import Emission
from shared.domain.events import Recorded
from shared.domain.problems import Refused
from shared.domain.validity import read_data
from shared.ledger.arrivals import Arrival
from shared.ledger.records import recorded, with_commitments

Outcome = dict[str, Any]
"""The answer to one emission, as contracts give it: status recorded, duplicate or refused."""

ID_REUSED = Refused(
    "id-reused",
    "/id",
    "Mã này đã dùng cho một bản gửi có nội dung khác; hãy gửi lại với mã mới.",
    "This id was used for an emission with other content: send this one under a new id.",
)


def recorded_outcome(event: Recorded, recorded_at: str, leaf_hash: str = "") -> Outcome:
    """It stands in the ledger; the leaf hash may come later, with the append."""
    return {
        "id": event.event_id,
        "status": "recorded",
        "root": event.root,
        "position": event.position,
        "stream": event.stream,
        "version": event.version,
        "recorded_at": recorded_at,
        "actor": event.actor,
        "leaf_hash": leaf_hash,
        "salts": {name: salt.hex() for name, salt in event.salts.items()},
    }


def again(outcome: Outcome) -> Outcome:
    """The same answer to one who asks again."""
    return outcome if outcome["status"] == "refused" else {**outcome, "status": "duplicate"}


def refused_outcome(arrival: Arrival, problem: dict[str, Any]) -> Outcome:
    """It was refused; what is wrong, and what to do."""
    return {"id": arrival.id, "status": "refused", "problem": problem}


def answer_of_row(root: str, arrival: Arrival, row: Record) -> Outcome | None:
    """The answer that the ledger holds under the emission's id; None where that was to other content."""
    if row["hash"] is not None:
        return refused_outcome(arrival, _problem(row["problem"])) if row["hash"] == arrival.content else None
    event = recorded(root, row["position"], row["recorded_at"], row["body"], _row_salts(row))
    if not says_again(arrival.read, event):
        return None
    return again(recorded_outcome(event, time_text(row["recorded_at"]), row["leaf_hash"].hex()))


def _problem(text: str) -> dict[str, Any]:
    return cast(dict[str, Any], msgspec.json.decode(text.encode()))


def _row_salts(row: Record) -> dict[str, bytes]:
    pairs = (item.split(":") for item in (row["salts"] or "").split(",") if item)
    return {name: bytes.fromhex(salt) for name, salt in pairs}


def says_again(read: Emission | Refused, event: Recorded) -> bool:
    """Does an emission under the id of `event` say what was recorded?

    Read in the newest shape, both of them, without what the ledger added; a text that was erased since is
    taken at its word. One that does not say its shape is of the event's, which was the newest then.
    """
    if isinstance(read, Refused):
        return False
    envelope = read.envelope
    said = (envelope.type, envelope.source, envelope.subject, envelope.time)
    if said != (event.name, event.source, event.stream, event.occurred):
        return False
    data = read_data(envelope, read.subject, event.shape)
    if isinstance(data, Refused):
        return False
    anew = with_commitments(data, event.salts)
    erased = {
        name: stands
        for name in anew.TEXTS
        if isinstance(getattr(anew, name), str)
        and isinstance(stands := getattr(event.data, name), Commitment)
    }
    sent = msgspec.structs.replace(event.data, **dict.fromkeys(event.data.ADDED))
    return (msgspec.structs.replace(anew, **erased) if erased else anew) == sent

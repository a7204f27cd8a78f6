"""The ledger: no gap, no double, what was answered and nothing else, in the order in which it was sent."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from tests.chaos.books import Books, Row
from tests.chaos.checker.answers import outcomes_of
from tests.chaos.storm import Said

OF_THE_UNIT = frozenset({"SubmissionFiled", "SubmissionWithdrawn", "LeafAssigned", "DossierSubmitted"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def positions(books: Books) -> Iterator[str]:
    numbers = [event["position"] for event in books.events]
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"the positions of {books.root} have a gap or a double: {first_break(numbers)}"
    if books.head != len(numbers):
        yield f"the head of {books.root} is {books.head}, of {len(numbers)} events"
    for key, times in Counter((event["source"], event["event_id"]) for event in books.events).items():
        if times > 1:
            yield f"{key} stands {times} times"
    versions: dict[str, int] = {}
    before: datetime | None = None
    for event in books.events:
        versions[event["stream"]] = versions.get(event["stream"], 0) + 1
        if event["version"] != versions[event["stream"]]:
            yield f"version {event['version']} of {event['stream']} is number {versions[event['stream']]}"
        if before is not None and event["recorded_at"] < before:
            yield f"position {event['position']} was recorded before the one ahead of it"
        before = event["recorded_at"]
        if event["leaf_hash"] != _leaf_hash(event):
            yield f"the leaf hash of position {event['position']} is not that of its body"


def _leaf_hash(event: Row) -> bytes:
    passed = event["recorded_at"] - _EPOCH
    microseconds = (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds
    return sha256(b"\0" + sha256(event["body"] + microseconds.to_bytes(8, "big")).digest()).digest()


def first_break(positions: Sequence[int]) -> str:
    wrong = next((n for n, position in enumerate(positions, 1) if n != position), None)
    return f"{positions[wrong - 1]} where {wrong} belongs" if wrong else "none"


def what_was_answered_stands(books: Books, said: Sequence[Said]) -> Iterator[str]:
    events = {event["position"]: event for event in books.events}
    texts = {(text["position"], text["field"]): text for text in books.texts}
    refusals = {(row["tenant"], row["key"]): json.loads(row["problem"]) for row in books.refusals}
    for each, key, outcome in outcomes_of(said):
        if outcome["status"] == "refused":
            if refusals.get((each.tenant, key)) != outcome["problem"]:
                yield f"the refusal of {key} by {each.tenant} does not stand as it was answered"
            continue
        event = events.get(outcome["position"])
        if event is None or (str(event["event_id"]), event["source"]) != (key, each.tenant):
            yield f"{key} was recorded at {outcome['position']}, where it does not stand"
            continue
        if event["leaf_hash"].hex() != outcome["leaf_hash"] or event["version"] != outcome["version"]:
            yield f"position {outcome['position']} has another leaf hash or version than was answered"
        yield from _content(event, json.loads(each.emission.payload), outcome["salts"], texts)


def _content(
    event: Row, sent: dict[str, Any], salts: dict[str, str], texts: dict[tuple[int, str], Row]
) -> Iterator[str]:
    """Is what stands what was sent, its free texts apart and committed to under the salts answered?"""
    at, body = event["position"], json.loads(event["body"])
    if any(body[name] != sent[name] for name in ("id", "type", "source", "subject")):
        yield f"position {at} says other than what was sent"
    for name, value in sent["data"].items():
        stands = body["data"].get(name)
        if name in salts:
            text = texts.get((at, name))
            committed = sha256(bytes.fromhex(salts[name]) + str(value).encode()).hexdigest()
            if text is None or (text["text"], text["salt"].hex()) != (value, salts[name]):
                yield f"the {name} of position {at} does not stand as it was sent"
            if committed not in json.dumps(stands):
                yield f"the {name} of position {at} is not committed to"
        elif name not in {"rubric", "filing", "appraisal", "disputes"} and _plain(stands) != _plain(value):
            yield f"the {name} of position {at} is {stands}, not {value}"


def _plain(value: Any) -> Any:
    """Figures are recorded as text, and what is empty may be left out."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return str(value) if isinstance(value, int) else value or None


def nothing_else_stands(books: Books, said: Sequence[Said]) -> Iterator[str]:
    recorded, refused = set[tuple[str, str]](), set[tuple[str, str]]()
    for each, key, outcome in outcomes_of(said):
        (refused if outcome["status"] == "refused" else recorded).add((each.tenant, key))
    for event in books.events:
        if (event["source"], str(event["event_id"])) not in recorded:
            yield f"position {event['position']} was not answered so"
    for row in books.refusals:
        if (row["tenant"], row["key"]) not in refused:
            yield f"the refusal of {row['key']} was not answered so"


def in_the_order_sent(books: Books, said: Sequence[Said]) -> Iterator[str]:
    """One source's of one letter, as sent; and what was answered before another was sent, before it."""
    seen = set[tuple[str, str]]()
    last: dict[tuple[str, str, bool], int] = {}
    firsts: list[tuple[Said, int]] = []
    for each, key, outcome in outcomes_of(sorted(said, key=lambda each: each.offered)):
        if (each.tenant, key) in seen or outcome["status"] == "refused":
            continue
        seen.add((each.tenant, key))
        firsts.append((each, outcome["position"]))
        letter = json.loads(each.emission.payload)["type"] in OF_THE_UNIT
        if last.get((each.tenant, each.voice, letter), 0) > outcome["position"]:
            yield f"{key} of {each.tenant} stands at {outcome['position']}, before what was sent before it"
        last[each.tenant, each.voice, letter] = outcome["position"]
    answered = sorted(firsts, key=lambda pair: pair[0].answered)
    n = highest = 0
    for each, position in firsts:
        while n < len(answered) and answered[n][0].answered < each.offered:
            highest = max(highest, answered[n][1])
            n += 1
        if position < highest:
            yield f"position {position} of {books.root} was sent when {highest} had been answered"

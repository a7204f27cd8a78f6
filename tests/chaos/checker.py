"""Who holds what was answered against what stands, and believes neither.

It knows what was sent and what was answered, and reads the books. What it says is a list of faults, each a
sentence; none is what everybody wants. Nothing of the services is used here: hashes, order and contents are
worked out again.
"""

import json
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from hashlib import sha256
from typing import Any

from tests.chaos.books import Books, Dump, Row
from tests.chaos.storm import Said, plain

_OF_THE_UNIT = {"SubmissionFiled", "SubmissionWithdrawn", "LeafAssigned", "DossierSubmitted"}
_WHERE_IT_STANDS = {"position", "filed_at", "appraised_at"}  # columns that tell a position
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def faults(books: Books, said: Sequence[Said], heard: Sequence[tuple[str, bytes]]) -> list[str]:
    """What is wrong with the books of a root, by all that was said and heard there."""
    mine = [each for each in said if each.tenant.partition("/")[0] == books.root]
    return [
        *_one_answer_each(mine, [each for each in heard if each[0].split(".")[2] == books.root]),
        *_positions(books),
        *_what_was_answered_stands(books, mine),
        *_nothing_else_stands(books, mine),
        *_in_the_order_sent(books, mine),
        *_feed(books),
        *_public_log(books),
        *_read_model(books),
        *_served(books),
        *([f"{books.left} emissions are left in the feed of {books.root}"] if books.left else []),
    ]


def differences(stormy: Books, said: Sequence[Said], calm: Books, said_calmly: Sequence[Said]) -> list[str]:
    """How one root differs from another on which the same was said: its verdicts and its index."""
    found: list[str] = []
    verdicts, others = _verdicts(stormy.root, said), _verdicts(calm.root, said_calmly)
    for key in verdicts.keys() | others.keys():
        if verdicts.get(key) != others.get(key):
            found.append(f"{key} was answered {verdicts.get(key)}, and {others.get(key)} where nobody died")
    ours = _as_of(stormy.root, stormy.read_model)
    theirs = _as_of(calm.root, calm.read_model)
    for table in ours:
        found += _row_differences(f"{table}, where nobody died,", ours[table], theirs[table])
    return found


# --- answers


def _key(payload: bytes) -> str:
    """By what an emission is known: its id, or the hash of its bytes."""
    try:
        return json.loads(payload)["id"]
    except (ValueError, KeyError):
        return f"malformed.{sha256(payload).hexdigest()}"


def _one_answer_each(said: Sequence[Said], heard: Sequence[tuple[str, bytes]]) -> Iterator[str]:
    answers: dict[tuple[str, str], dict[str, Any]] = {}
    for each in said:
        key = (each.tenant, _key(each.emission.payload))
        if not each.outcome:
            yield f"{key} has no answer"
        elif answers.setdefault(key, plain(each.outcome)) != plain(each.outcome):
            yield f"{key} was answered {answers[key]} and then {plain(each.outcome)}"
    for subject, outcome in heard:
        tokens = subject.split(".")
        name = ".".join(tokens[-2:]) if tokens[-2] == "malformed" else tokens[-1]
        path = tokens[2 : -2 if tokens[-2] == "malformed" else -1]
        key = ("/".join(path), name)
        if key not in answers:
            yield f"an answer to what nobody said: {subject}"
        elif answers[key] != plain(outcome):
            yield f"{key} was answered {answers[key]}, and a witness heard {plain(outcome)}"


def _outcomes(said: Sequence[Said]) -> Iterator[tuple[Said, str, dict[str, Any]]]:
    for each in said:
        if each.outcome:
            yield each, _key(each.emission.payload), json.loads(each.outcome)


# --- the ledger


def _positions(books: Books) -> Iterator[str]:
    positions = [event["position"] for event in books.events]
    if positions != list(range(1, len(positions) + 1)):
        yield f"the positions of {books.root} have a gap or a double: {_first_break(positions)}"
    if books.head != len(positions):
        yield f"the head of {books.root} is {books.head}, of {len(positions)} events"
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


def _first_break(positions: Sequence[int]) -> str:
    wrong = next((n for n, position in enumerate(positions, 1) if n != position), None)
    return f"{positions[wrong - 1]} where {wrong} belongs" if wrong else "none"


def _what_was_answered_stands(books: Books, said: Sequence[Said]) -> Iterator[str]:
    events = {event["position"]: event for event in books.events}
    texts = {(text["position"], text["field"]): text for text in books.texts}
    refusals = {(row["tenant"], row["key"]): json.loads(row["problem"]) for row in books.refusals}
    for each, key, outcome in _outcomes(said):
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


def _nothing_else_stands(books: Books, said: Sequence[Said]) -> Iterator[str]:
    recorded, refused = set[tuple[str, str]](), set[tuple[str, str]]()
    for each, key, outcome in _outcomes(said):
        (refused if outcome["status"] == "refused" else recorded).add((each.tenant, key))
    for event in books.events:
        if (event["source"], str(event["event_id"])) not in recorded:
            yield f"position {event['position']} was not answered so"
    for row in books.refusals:
        if (row["tenant"], row["key"]) not in refused:
            yield f"the refusal of {row['key']} was not answered so"


def _in_the_order_sent(books: Books, said: Sequence[Said]) -> Iterator[str]:
    """One source's of one letter, as sent; and what was answered before another was sent, before it."""
    seen = set[tuple[str, str]]()
    last: dict[tuple[str, str, bool], int] = {}
    firsts: list[tuple[Said, int]] = []
    for each, key, outcome in _outcomes(sorted(said, key=lambda each: each.offered)):
        if (each.tenant, key) in seen or outcome["status"] == "refused":
            continue
        seen.add((each.tenant, key))
        firsts.append((each, outcome["position"]))
        letter = json.loads(each.emission.payload)["type"] in _OF_THE_UNIT
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


# --- the feed


def _feed(books: Books) -> Iterator[str]:
    positions = [event["position"] for event in books.feed]
    if positions != list(range(1, len(books.events) + 1)):
        yield (
            f"the feed tells {len(positions)} of {len(books.events)} events of {books.root}, "
            f"out of order, twice or with a gap: {_first_break(positions)}"
        )
        return
    for told, event in zip(books.feed, books.events, strict=True):
        body = json.loads(event["body"])
        expected = {
            **{name: body[name] for name in ("id", "type", "source", "subject", "time", "data", "version")},
            "root": books.root,
            "position": event["position"],
            "actor": event["actor"],
            "leafhash": event["leaf_hash"].hex(),
        }
        wrong = [name for name, value in expected.items() if told.get(name) != value]
        rest = event["stream"].partition("@")[0].split("/")[1:]
        if told["_subject"] != ".".join(["par", "recorded", books.root, event["name"], *rest]):
            wrong.append("its subject")
        if wrong:
            yield f"the feed tells position {event['position']} otherwise: {', '.join(wrong)}"


# --- the public log


def _public_log(books: Books) -> Iterator[str]:
    leaves = [event["leaf_hash"] for event in books.events]
    origin, size, root = books.checkpoint.splitlines()[:3]
    if (origin, size) != (f"parledger/{books.root}", str(len(leaves))):
        yield f"the public log of {books.root} is {origin}, of {size} events"
    if books.logged != b"".join(leaves):
        yield f"the tiles of the public log of {books.root} hold other leaf hashes than the ledger"
    if b64decode(root) != _tree_hash(leaves):
        yield f"the checkpoint of {books.root} is not of the tree of its leaf hashes"


def _tree_hash(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, just as it is written there."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha256(b"\1" + _tree_hash(leaves[:half]) + _tree_hash(leaves[half:])).digest()


# --- the read model


def _read_model(books: Books) -> Iterator[str]:
    indices = [row["index"] for row in books.read_model["dossier"]]
    if not indices or None in indices:
        yield f"of {len(indices)} dossiers of {books.root}, {indices.count(None)} have no index"
    for table in books.read_model:
        yield from _row_differences(f"{table}, folded afresh,", books.read_model[table], books.rebuilt[table])


def _served(books: Books) -> Iterator[str]:
    for row in books.read_model["dossier"]:
        key = (row["unit"], row["round"])
        served = books.served.get(key)
        stands = None if row["index"] is None else Fraction(row["index"], 1_000_000)
        if key not in books.served or (None if served is None else Fraction(served)) != stands:
            yield f"GraphQL says that the index of {key} is {served}, not {stands}"


def _row_differences(what: str, ours: list[Row], theirs: list[Row]) -> Iterator[str]:
    if len(ours) != len(theirs):
        yield f"{what} has {len(theirs)} rows, not {len(ours)}"
        return
    for one, other in zip(ours, theirs, strict=True):
        wrong = {name: (one[name], other[name]) for name in one if one[name] != other[name]}
        if wrong:
            where = [str(one[name]) for name in ("unit", "round", "code", "path") if name in one]
            yield f"{what} differs at {' '.join(where)}: {wrong}"


# --- two runs


def _verdicts(root: str, said: Sequence[Said]) -> dict[tuple[str, str, int], str]:
    """What was answered to the n-th emission of each voice, positions and times apart."""
    found: dict[tuple[str, str, int], str] = {}
    numbers: Counter[tuple[str, str]] = Counter()
    for each in sorted(said, key=lambda each: each.offered):
        first, _, rest = each.tenant.partition("/")
        if first != root or not each.outcome:
            continue
        numbers[rest, each.voice] += 1
        outcome = json.loads(each.outcome)
        problem = outcome.get("problem", {})
        found[rest, each.voice, numbers[rest, each.voice]] = (
            f"refused: {problem['type']} {problem.get('pointer')}" if problem else "recorded"
        )
    return found


def _as_of(root: str, dump: Dump) -> Dump:
    """A read model by another name, without positions; of its history, the end alone: it depends on turns."""
    return {
        table: [
            {name: _renamed(root, value) for name, value in row.items() if name not in _WHERE_IT_STANDS}
            for row in rows
        ]
        for table, rows in dump.items()
        if table not in {"progress", "history"}
    }


def _renamed(root: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_renamed(root, each) for each in value]
    if isinstance(value, str) and (value == root or value.startswith((f"{root}/", f"{root}@"))):
        return f"a-root{value[len(root) :]}"
    return value

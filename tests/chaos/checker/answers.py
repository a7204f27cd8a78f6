"""One outcome per emission, whoever heard it, however often."""

import json
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

from tests.chaos.storm import Said, plain


def key_of(payload: bytes) -> str:
    """By what an emission is known: its id, or the hash of its bytes."""
    try:
        return json.loads(payload)["id"]
    except (ValueError, KeyError):
        return f"malformed.{sha256(payload).hexdigest()}"


def one_answer_each(said: Sequence[Said], heard: Sequence[tuple[str, bytes]]) -> Iterator[str]:
    answers: dict[tuple[str, str], dict[str, Any]] = {}
    for each in said:
        key = (each.tenant, key_of(each.emission.payload))
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


def outcomes_of(said: Sequence[Said]) -> Iterator[tuple[Said, str, dict[str, Any]]]:
    for each in said:
        if each.outcome:
            yield each, key_of(each.emission.payload), json.loads(each.outcome)

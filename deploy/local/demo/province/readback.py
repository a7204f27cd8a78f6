"""What GraphQL answers about the rounds of a made-up province, beside what must come of it."""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deploy.local.demo.answers import GraphQL
from deploy.local.demo.comparison import Pair
from parledger.cli import CommandError

JSON = Mapping[str, Any]

_ROWS = "{ unit { path } kind rank grade index points assessed coverage final }"
STANDINGS = (
    f"query($authority: ID!, $round: ID!) {{ standings(authority: $authority, round: $round) {_ROWS} }}"
)
PUBLISHED = "query($root: ID!, $position: Int!) { event(root: $root, position: $position) { type data } }"
LEAVES = (
    "query($unit: ID!, $round: ID!) { dossier(unit: $unit, round: $round) "
    "{ leaves { code appraisedPoints computedPoints support } } }"
)
POSITION = "query($unit: ID!, $round: ID!) { dossier(unit: $unit, round: $round) { position } }"
NUMBERS = ("index", "points", "assessed", "coverage")
FROZEN = ("index", "points", "assessed")
_SECONDS_TO_CATCH_UP = 60.0


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that GraphQL answers otherwise than it must."""

    where: str
    what: str
    pair: Pair


@dataclass(frozen=True, slots=True)
class Reading:
    """One round, as read back: how many values were compared, and which differ."""

    values: int
    differences: list[Difference]


async def caught_up(graphql: GraphQL, unit: str, round_: str, position: int) -> None:
    """Wait until scoring has taken this position in. CommandError if that takes too long."""
    deadline = time.monotonic() + _SECONDS_TO_CATCH_UP
    while (reached := await _position(graphql, unit, round_)) < position:
        if time.monotonic() > deadline:
            raise CommandError(f"scoring is at position {reached} of {position}")
        await asyncio.sleep(0.1)


async def _position(graphql: GraphQL, unit: str, round_: str) -> int:
    dossier = (await graphql.ask(POSITION, unit=unit, round=round_))["dossier"]
    return dossier["position"] if dossier else 0


async def read_round(graphql: GraphQL, expected: JSON) -> Reading:
    """The standings of a round, and what the rules give in the dossiers that come first."""
    authority, round_ = expected["authority"], expected["round"]
    answer = await graphql.ask(STANDINGS, authority=authority, round=round_)
    pairs = [*_compared(answer["standings"], expected["standings"], NUMBERS)]
    for unit in dict.fromkeys(leaf["unit"] for leaf in expected["leaves"]):
        found = (await graphql.ask(LEAVES, unit=unit, round=round_))["dossier"]
        pairs += _leaves(unit, found["leaves"] if found else [], expected["leaves"])
    return _reading(f"{authority}@{round_}", pairs)


async def read_publication(graphql: GraphQL, root: str, expected: JSON, position: int) -> Reading:
    """The standings that were frozen in the event that published them."""
    event = (await graphql.ask(PUBLISHED, root=root, position=position))["event"]
    rows = [{**row, "unit": {"path": row["unit"]}} for row in event["data"]["standings"]]
    where = f"{expected['authority']}@{expected['round']} ({position})"
    return _reading(where, [*_compared(rows, expected["standings"], FROZEN)])


_Compared = tuple[str, Pair]


def _reading(where: str, pairs: Sequence[_Compared]) -> Reading:
    return Reading(len(pairs), [Difference(where, what, pair) for what, pair in pairs if not agrees(pair)])


def agrees(pair: Pair) -> bool:
    """Are they the same, also where there must be nothing?"""
    return pair.agrees and (pair.answered is None) == (pair.published is None)


def _compared(
    answered: Sequence[JSON], expected: Sequence[JSON], numbers: Sequence[str]
) -> Iterator[_Compared]:
    """Row by row, in order: who stands there, and with what."""
    yield "rows", Pair(str(len(answered)), str(len(expected)))
    for row, wanted in zip(answered, expected, strict=False):
        yield wanted["unit"], Pair(row["unit"]["path"], wanted["unit"])
        for name in ("kind", "rank", "grade", *numbers):
            yield f"{wanted['unit']} {name}", Pair(_text(row[name]), _text(wanted[name]))
        if "coverage" in numbers:
            yield f"{wanted['unit']} final", Pair(str(row["final"]), str(wanted["final"]))


def _leaves(unit: str, answered: Sequence[JSON], expected: Sequence[JSON]) -> Iterator[_Compared]:
    found = {leaf["code"]: leaf for leaf in answered}
    for wanted in expected:
        if wanted["unit"] == unit:
            leaf = found.get(wanted["code"], {})
            for name, asked in (
                ("points", "appraisedPoints"),
                ("computed", "computedPoints"),
                ("support",) * 2,
            ):
                yield f"{unit} {wanted['code']} {name}", Pair(_text(leaf.get(asked)), _text(wanted[name]))


def _text(value: object) -> str | None:
    return None if value is None else str(value)

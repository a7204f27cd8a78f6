"""Whoever is killed, at whatever moment: one answer each, no gap, nothing twice, the same index.

PARLEDGER_CHAOS_SEED says another seed than the fixed one; a failure tells the seed and who was killed when.
"""

import json
import os
from copy import deepcopy
from itertools import count

import pytest

from deploy.local.stack import Stack
from tests.chaos.books import Books, read_books
from tests.chaos.checker import differences, faults
from tests.chaos.damages import DAMAGES, Damage
from tests.chaos.load import load, size
from tests.chaos.storm import VICTIMS, Kill, Storm, planned_kills, rage

SEED = int(os.environ.get("PARLEDGER_CHAOS_SEED", "20231205"))

_SHORT_ROUNDS = 4  # some 1,600 emissions of two roots
_FULL_ROUNDS = 14  # some 5,300
_KILLS_OF_EACH = 3
_numbers = count(1)

Run = tuple[Storm, list[Books]]


async def _run(stack: Stack, seed: int, rounds: int, kills: list[Kill]) -> Run:
    """The load of two new roots, `kills` while it goes in, and the books in the end."""
    roots = [f"k{next(_numbers):03d}" for _ in range(2)]
    for root in roots:
        await stack.add_root(root)
    loads = [load(root, seed + n, rounds) for n, root in enumerate(roots)]
    try:
        storm = await rage(stack, loads, kills)
        return storm, await read_books(stack, roots)
    except Exception as error:
        error.add_note(f"PARLEDGER_CHAOS_SEED={seed}; planned: {kills}")
        raise


def _emissions(seed: int, rounds: int) -> int:
    return sum(size(load("any", seed + n, rounds)) for n in range(2))


def _hold(seed: int, stormy: Run, calm: Run) -> None:
    """Nothing is wrong with either, and they agree."""
    (storm, books), (calm_storm, calm_books) = stormy, calm
    found: list[str] = []
    for one, other in zip(books, calm_books, strict=True):
        found += faults(one, storm.said, storm.heard)
        found += differences(one, storm.said, other, calm_storm.said)
    told = f"PARLEDGER_CHAOS_SEED={seed}; killed: {', '.join(storm.killed) or 'nobody'}"
    assert not found, "\n".join([f"{len(found)} faults; {told}", *found[:20]])


async def test_the_same_seed_gives_the_same_load_and_the_same_kills() -> None:
    assert load("aa", SEED, 1) == load("aa", SEED, 1)
    assert load("aa", SEED, 1) != load("aa", SEED + 1, 1)
    assert planned_kills(VICTIMS, 1_000, SEED) == planned_kills(VICTIMS, 1_000, SEED)
    assert planned_kills(VICTIMS, 1_000, SEED) != planned_kills(VICTIMS, 1_000, SEED + 1)


@pytest.fixture(scope="module")
async def short_run(doomed: Stack) -> Run:
    """The short load where nobody dies."""
    return await _run(doomed, SEED, _SHORT_ROUNDS, [])


@pytest.fixture(scope="module")
async def calm_run(doomed: Stack) -> Run:
    """The full load where nobody dies."""
    return await _run(doomed, SEED, _FULL_ROUNDS, [])


async def test_nothing_is_wrong_where_nobody_dies(short_run: Run) -> None:
    _hold(SEED, short_run, short_run)
    outcomes = [json.loads(each.outcome) for each in short_run[0].said]
    problems = {outcome["problem"]["type"] for outcome in outcomes if outcome["status"] == "refused"}
    assert {outcome["status"] for outcome in outcomes} == {"recorded", "duplicate", "refused"}
    assert problems >= {"malformed", "not-permitted", "unknown-target", "against-rubric", "locked"}


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
async def test_the_checker_sees_whatever_is_wrong(short_run: Run, damage: Damage) -> None:
    storm, books = deepcopy(short_run[0]), deepcopy(short_run[1][0])
    books = damage(storm, books)
    agreed = differences(books, storm.said, short_run[1][0], short_run[0].said)
    assert faults(books, storm.said, storm.heard) or agreed


async def test_each_of_the_seven_is_killed_once_and_nothing_is_lost(doomed: Stack, short_run: Run) -> None:
    kills = planned_kills(VICTIMS, _emissions(SEED, _SHORT_ROUNDS), SEED)
    stormy = await _run(doomed, SEED, _SHORT_ROUNDS, kills)
    assert len(stormy[0].killed) == len(VICTIMS)
    _hold(SEED, stormy, short_run)


@pytest.mark.chaos
@pytest.mark.parametrize("victim", VICTIMS)
async def test_one_of_them_is_killed_again_and_again(doomed: Stack, calm_run: Run, victim: str) -> None:
    emissions = _emissions(SEED, _FULL_ROUNDS)
    assert emissions >= 5_000
    kills = planned_kills([victim] * _KILLS_OF_EACH, emissions, SEED + VICTIMS.index(victim))
    stormy = await _run(doomed, SEED, _FULL_ROUNDS, kills)
    assert len(stormy[0].killed) == _KILLS_OF_EACH
    _hold(SEED, stormy, calm_run)


@pytest.mark.chaos
async def test_all_of_them_are_killed_over_and_over(doomed: Stack, calm_run: Run) -> None:
    kills = planned_kills([*VICTIMS, *VICTIMS], _emissions(SEED, _FULL_ROUNDS), SEED)
    stormy = await _run(doomed, SEED, _FULL_ROUNDS, kills)
    _hold(SEED, stormy, calm_run)

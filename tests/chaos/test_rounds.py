"""Whatever is done to the platform, whenever: one answer each, no gap, nothing twice, the same index.

PARLEDGER_CHAOS_SEED says another seed than the fixed one; a failure tells the seed and what was done when.
"""

import asyncio
import json
import os
import signal
from copy import deepcopy

import asyncpg
import pytest

from tests.chaos.again import CalledBack, Echoes
from tests.chaos.checker import differences, faults
from tests.chaos.checker.closing import nothing_after_the_close
from tests.chaos.damages import DAMAGES, Damage
from tests.chaos.ground import PROCESSES, Ground
from tests.chaos.late_damages import PAST_THE_DEADLINE
from tests.chaos.load import load
from tests.chaos.match import Played, play, wrong
from tests.chaos.on_the_machine import WrongClock
from tests.chaos.on_the_wire import Cut, InTheCommit, Slow
from tests.chaos.plan import Due, Plan, kills, planned
from tests.chaos.troubles import Kill, Stop, send, with_children
from tests.integration.local.commands import parledger
from tests.patience import PATIENCE

SEED = int(os.environ.get("PARLEDGER_CHAOS_SEED", "20231205"))

_ANOTHER_REPLAY = "SELECT pg_advisory_lock(hashtextextended('parledger.rebuild again', 0))"
_REPLAYS = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'parledger-rebuild'"
_SHORT, _FULL = 2, 14  # rounds of appraisal: some 800 and 5,300 emissions of two roots
_KILLS_OF_EACH = 3

SHORT = Plan(
    SEED,
    (
        Due(Kill(("appraisal", "query")), 0.15, 0.01),
        Due(Kill(("nats", "postgres")), 0.5, 0.0),
        Due(Kill(("scoring",)), 0.7, 0.02),
        Due(Kill(("ingest", "relay")), 0.8, 0.0),
        Due(InTheCommit("ingest", "unanswered"), 0.1, 0.0),
        Due(InTheCommit("appraisal", "forgotten"), 0.4, 0.0),
        Due(Cut("every", "nats", 0.5, silently=False), 0.2, 0.0),
        Due(Cut("every", "postgres", 0.5, silently=True), 0.3, 0.0),
        Due(Slow("scoring", "postgres", 20, 1.0), 0.3, 0.0),
        Due(Stop("relay", 1.0), 0.6, 0.0),
        Due(WrongClock("ingest", -1, 1.5), 0.35, 0.0),
        Due(Echoes(1.0, SEED), 0.4, 0.0),
        Due(CalledBack("scoring", 1.0), 0.7, 0.0),
    ),
)


async def _played(ground: Ground, plan: Plan, rounds: int, *, deadline: float | None = None) -> Played:
    try:
        return await play(ground, plan, rounds=rounds, deadline=deadline)
    except BaseException as error:
        error.add_note(f"PARLEDGER_CHAOS_SEED={plan.seed}; {plan}")
        raise


def _hold(stormy: Played, calm: Played) -> None:
    """Nothing is wrong with either, and they agree."""
    found = wrong(stormy, calm)
    told = f"PARLEDGER_CHAOS_SEED={SEED}; {'; '.join(stormy.storm.done) or 'nothing was done'}"
    assert not found, "\n".join([f"{len(found)} faults; {told}", *found[:20]])


def test_the_same_seed_gives_the_same_load_and_the_same_troubles() -> None:
    assert load("aa", SEED, 1) == load("aa", SEED, 1)
    assert load("aa", SEED, 1) != load("aa", SEED + 1, 1)
    assert planned(SEED) == planned(SEED) != planned(SEED + 1)
    assert kills(PROCESSES, SEED) == kills(PROCESSES, SEED) != kills(PROCESSES, SEED + 1)


@pytest.fixture(scope="module")
async def short_run(ground: Ground) -> Played:
    """The short load where nothing is done."""
    return await _played(ground, Plan(SEED, ()), _SHORT, deadline=2.0)


@pytest.fixture(scope="module")
async def calm_run(ground: Ground) -> Played:
    """The full load where nothing is done."""
    return await _played(ground, Plan(SEED, ()), _FULL)


async def test_nothing_is_wrong_where_nothing_is_done(short_run: Played) -> None:
    _hold(short_run, short_run)
    outcomes = [json.loads(each.outcome) for each in short_run.storm.said]
    problems = {outcome["problem"]["type"] for outcome in outcomes if outcome["status"] == "refused"}
    assert {outcome["status"] for outcome in outcomes} == {"recorded", "duplicate", "refused"}
    assert problems >= {"malformed", "not-permitted", "unknown-target", "against-rubric", "locked"}
    assert "window-closed" in problems


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
async def test_the_checker_sees_whatever_is_wrong(short_run: Played, damage: Damage) -> None:
    storm, books = deepcopy(short_run.storm), deepcopy(short_run.books[0])
    books = damage(storm, books)
    agreed = differences(books, storm.said, short_run.books[0], short_run.storm.said)
    assert faults(books, storm) or agreed


@pytest.mark.parametrize("damage", PAST_THE_DEADLINE, ids=lambda damage: damage.__name__)
async def test_the_checker_sees_what_came_too_late(short_run: Played, damage: Damage) -> None:
    storm, books = deepcopy(short_run.storm), deepcopy(short_run.books[-1])
    said = [each for each in storm.said if each.tenant.startswith(books.root)]
    assert not list(nothing_after_the_close(books, said))
    books = damage(storm, books)
    assert list(nothing_after_the_close(books, said))


async def test_whatever_is_done_nothing_is_lost(ground: Ground, short_run: Played) -> None:
    stormy = await _played(ground, SHORT, _SHORT, deadline=2.0)
    assert len(stormy.storm.done) + len(stormy.storm.not_done) == len(SHORT.due)
    _hold(stormy, short_run)
    if stormy.storm.not_done:
        pytest.skip(f"NOT DONE: {'; '.join(stormy.storm.not_done)}")


@pytest.mark.chaos
@pytest.mark.parametrize("victim", PROCESSES)
async def test_one_of_them_is_killed_again_and_again(ground: Ground, calm_run: Played, victim: str) -> None:
    plan = kills((victim,) * _KILLS_OF_EACH, SEED + PROCESSES.index(victim))
    stormy = await _played(ground, Plan(SEED, plan.due), _FULL)
    assert len(stormy.storm.said) >= 5_000
    assert len(stormy.storm.done) == _KILLS_OF_EACH
    _hold(stormy, calm_run)


@pytest.mark.chaos
async def test_all_of_them_are_killed_over_and_over(ground: Ground, calm_run: Played) -> None:
    stormy = await _played(ground, kills((*PROCESSES, *PROCESSES), SEED), _FULL)
    _hold(stormy, calm_run)


async def test_a_replay_that_loses_postgresql_says_so(ground: Ground) -> None:
    await ground.stack.add_root("again")
    connection = await asyncpg.connect(ground.stack.dsn("postgres"))
    await connection.execute(_ANOTHER_REPLAY)
    replay = asyncio.create_task(
        parledger("replay", "--data", ground.stack.folder.root, "--root", "again", within=PATIENCE)
    )
    async with asyncio.timeout(PATIENCE):
        while True:
            if await connection.fetchval(_REPLAYS):
                break
            await asyncio.sleep(0.05)
    process = ground.process("postgres")
    assert process is not None
    send(signal.SIGKILL, with_children(process))
    answer = await replay
    assert answer.code == 1
    assert "Traceback" not in answer.err
    assert "start the replay again" in answer.err
    await ground.until_all_work()

"""One round: roots, their loads, what is done meanwhile, and what the checker says in the end."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from tests.chaos.books import Books, read_books
from tests.chaos.checker import differences, faults
from tests.chaos.deadline import file_past_the_deadline
from tests.chaos.disk import NoRight
from tests.chaos.ground import Ground, a_ground
from tests.chaos.load import Phase, load, size
from tests.chaos.plan import Due, Plan, planned
from tests.chaos.storm import Storm, clients_of
from tests.chaos.troubles import CannotBeDone
from tests.chaos.witness import witness

LOADED_ROOTS = 2
_BACK_WITHIN = 60.0
_DEADLINE = 5.0  # seconds
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Played:
    """What was said and what stands, of the roots of one round."""

    storm: Storm
    books: list[Books]


@dataclass(slots=True)
class Result:
    """A round that is over; `faults` is empty where nothing is wrong."""

    plan: Plan
    faults: list[str]
    statuses: Counter[str] = field(default_factory=Counter[str])
    not_done: list[str] = field(default_factory=list[str])
    seconds: float = 0.0

    @property
    def emissions(self) -> int:
        """How many emissions were answered."""
        return self.statuses.total()


async def round_of(seed: int, *, logs: Path | None = None) -> Result:
    """The round of a seed, on a platform of its own; and the same load where nothing is done, beside it."""
    plan, began = planned(seed), time.monotonic()
    result = Result(plan, [])
    async with _ground_of(plan, result, logs) as ground:
        try:
            async with asyncio.timeout(300):
                stormy = await play(ground, plan, rounds=2, deadline=_DEADLINE)
                calm = await play(ground, Plan(seed, ()), rounds=2)
        except Exception as error:
            result.faults = [f"the round did not end: {_told(error)}"]
        else:
            result.faults = wrong(stormy, calm)
            result.not_done += stormy.storm.not_done
            result.statuses = Counter(json.loads(each.outcome)["status"] for each in stormy.storm.said)
    result.seconds = time.monotonic() - began
    return result


@asynccontextmanager
async def _ground_of(plan: Plan, result: Result, logs: Path | None) -> AsyncIterator[Ground]:
    async with AsyncExitStack() as stack:
        try:
            ground = await stack.enter_async_context(a_ground(plan.disks, logs))
        except NoRight:
            ground = await stack.enter_async_context(a_ground((), logs))
        yield ground


async def play(ground: Ground, plan: Plan, *, rounds: int, deadline: float | None = None) -> Played:
    """Say the loads of the plan's seed on new roots while it is carried out; the books of these roots.

    On a further root filing closes after `deadline` seconds, where there is one.
    Raises where not everything is answered, or not everybody is at work again.
    """
    roots = [f"k{next(_numbers):03d}" for _ in range(LOADED_ROOTS + (deadline is not None))]
    for root in roots:
        await ground.stack.add_root(root)
    loads = [load(root, plan.seed + n, rounds) for n, root in enumerate(roots[:LOADED_ROOTS])]
    storm = Storm()
    await _rage(ground, storm, plan, loads, roots, deadline or 0.0)
    read = await read_books(ground.stack, roots)
    for books in read:
        storm.checkpoints[books.root].append(books.checkpoint)
    return Played(storm, read)


async def _rage(
    ground: Ground,
    storm: Storm,
    plan: Plan,
    loads: Sequence[list[Phase]],
    roots: Sequence[str],
    lasts: float,
) -> None:
    emissions = sum(size(phases) for phases in loads)
    async with AsyncExitStack() as open_ones:
        clients = await open_ones.enter_async_context(clients_of(ground.stack))
        for root in roots:
            await open_ones.enter_async_context(witness(ground.stack, root, storm))
        async with asyncio.TaskGroup() as tasks:
            for due in plan.due:
                tasks.create_task(make(ground, storm, due, emissions))
            for phases in loads:
                tasks.create_task(storm.say_all(clients, phases))
            for root in roots[len(loads) :]:
                tasks.create_task(file_past_the_deadline(storm, clients, root, plan.seed, lasts))
        async with asyncio.timeout(_BACK_WITHIN):
            await ground.until_all_work()
    unanswered = sum(not each.outcome for each in storm.said)
    if unanswered or len(storm.said) < emissions:
        raise AssertionError(f"{unanswered} of {len(storm.said)} emissions were not answered")


async def make(ground: Ground, storm: Storm, due: Due, emissions: int) -> None:
    """Make a trouble at its moment, and write down that it was made, or why not."""
    await storm.until_answered(int(due.part * emissions))
    await asyncio.sleep(due.delay)
    began = storm.answers
    try:
        await due.trouble.make(ground, storm)
    except CannotBeDone as error:
        storm.not_done.append(f"{due.trouble}: {error}")
    else:
        storm.done.append(f"{due.trouble} at {began} to {storm.answers}")


def wrong(stormy: Played, calm: Played) -> list[str]:
    """What is wrong with either, and where they differ."""
    found: list[str] = []
    for books in stormy.books:
        found += faults(books, stormy.storm)
    for books in calm.books if calm is not stormy else ():
        found += [f"where nobody died: {fault}" for fault in faults(books, calm.storm)]
    for one, other in zip(stormy.books[:LOADED_ROOTS], calm.books[:LOADED_ROOTS], strict=True):
        found += differences(one, stormy.storm.said, other, calm.storm.said)
    return found


def _told(error: BaseException) -> str:
    """An error in one line, and those that it holds."""
    inner = getattr(error, "exceptions", None)
    return "; ".join(map(_told, inner)) if inner else f"{type(error).__name__}: {error}"

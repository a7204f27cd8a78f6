"""Places: so many are at work, so many wait, nobody takes all of them, and who finds none is told at once."""

import asyncio
from collections.abc import Callable

import pytest

from shared.hosting.places import Crowded, Places
from tests.patience import until


class Crowd:
    """Requests that work until they are told to end."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.at_work: list[str] = []
        self.ends: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    def come(self, name: str) -> asyncio.Task[None]:
        """One of the caller that its name begins with."""
        self.ends[name] = asyncio.Event()
        self.tasks[name] = asyncio.create_task(self._work(name))
        return self.tasks[name]

    async def _work(self, name: str) -> None:
        async with self.places.place(name[0]):
            self.at_work.append(name)
            await self.ends[name].wait()
        self.at_work.remove(name)

    async def shows(self, *names: str) -> None:
        """These are at work, and once everybody had a turn nobody else is."""
        await until(lambda: set(self.at_work) == set(names))
        for _ in range(5):
            await asyncio.sleep(0)
        assert set(self.at_work) == set(names)

    async def close(self) -> None:
        for task in self.tasks.values():
            task.cancel()
        await asyncio.gather(*self.tasks.values(), return_exceptions=True)


@pytest.fixture
async def crowd_of() -> Callable[..., Crowd]:
    return lambda *sizes, **more: Crowd(Places(*sizes, **more))


async def test_as_many_work_as_there_are_places_and_the_next_waits(crowd_of: Callable[..., Crowd]) -> None:
    crowd = crowd_of(2, 2, share=1)
    for name in ("a1", "a2", "a3"):
        crowd.come(name)
    await crowd.shows("a1", "a2")
    crowd.ends["a1"].set()
    await crowd.shows("a2", "a3")
    await crowd.close()


async def test_who_finds_no_place_to_wait_in_is_told_at_once_when_to_come_back(
    crowd_of: Callable[..., Crowd],
) -> None:
    crowd = crowd_of(1, 1, share=1)
    crowd.come("a1")
    crowd.come("b1")
    await crowd.shows("a1")
    with pytest.raises(Crowded) as told:
        await crowd.come("c1")
    assert 1 <= told.value.retry_after <= 3
    crowd.ends["a1"].set()
    await crowd.shows("b1")
    crowd.come("c2")
    await crowd.shows("b1")
    await crowd.close()


async def test_one_caller_leaves_places_for_others(crowd_of: Callable[..., Crowd]) -> None:
    crowd = crowd_of(4, 4, share=0.75)
    coming = [crowd.come(f"a{n}") for n in range(8)]
    await crowd.shows("a0", "a1", "a2")
    assert [task.done() for task in coming] == [False] * 6 + [True] * 2
    with pytest.raises(Crowded):
        await coming[-1]
    with pytest.raises(Crowded):
        await coming[-2]
    crowd.come("b0")
    await crowd.shows("a0", "a1", "a2", "b0")
    await crowd.close()


async def test_those_who_wait_come_in_turns(crowd_of: Callable[..., Crowd]) -> None:
    crowd = crowd_of(1, 9, share=1)
    for name in ("a0", "a1", "a2", "a3", "b0", "c0"):
        crowd.come(name)
    order = list[str]()
    for _ in range(6):
        await until(lambda: crowd.at_work)
        [working] = crowd.at_work
        order.append(working)
        crowd.ends[working].set()
        await until(crowd.tasks[working].done)
    assert order == ["a0", "a1", "b0", "c0", "a2", "a3"]
    await crowd.close()


async def test_who_waits_too_long_is_told_to_come_back_and_keeps_no_place(
    crowd_of: Callable[..., Crowd],
) -> None:
    crowd = crowd_of(1, 1, share=1, patience=0.05)
    crowd.come("a0")
    with pytest.raises(Crowded):
        await crowd.come("b0")
    crowd.come("b1")
    await crowd.shows("a0")
    crowd.ends["a0"].set()
    await crowd.shows("b1")
    await crowd.close()


async def test_who_is_cancelled_gives_its_place_back_at_work_and_waiting(
    crowd_of: Callable[..., Crowd],
) -> None:
    crowd = crowd_of(1, 2, share=1)
    for name in ("a0", "b0", "c0"):
        crowd.come(name)
    await crowd.shows("a0")
    crowd.tasks["b0"].cancel()
    crowd.tasks["a0"].cancel()
    await until(lambda: "c0" in crowd.at_work)
    crowd.ends["c0"].set()
    await until(crowd.tasks["c0"].done)
    assert crowd.places._free == 1
    assert not crowd.places._here
    assert not crowd.places._at_work
    assert not crowd.places._queues


async def test_a_turn_that_comes_as_its_owner_is_cancelled_goes_on_to_the_next(
    crowd_of: Callable[..., Crowd],
) -> None:
    crowd = crowd_of(1, 2, share=1)
    await crowd.places.take("a")
    waiting = crowd.come("b0")
    crowd.come("c0")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    crowd.places.leave("a")  # b's turn comes,
    waiting.cancel()  # and before b sees it, b is gone
    await crowd.shows("c0")
    await crowd.close()

"""Who reads behind the writers misses nothing, and is held up by nobody."""

import asyncio

import asyncpg

from shared.ledger.tail import pages
from tests.integration.ledger.conftest import Connect
from tests.integration.ledger.scene import Scene, opened
from tests.patience import PATIENCE


async def tail(connection: asyncpg.Connection, root: str, after: int = 0, size: int = 2) -> list[int]:
    """The positions that a reader gets after a position, in small pages."""
    return [event.position async for page in pages(connection, root, after, size=size) for event in page]


async def test_a_commit_that_is_held_open_is_not_skipped_and_holds_up_no_other_root(
    connect: Connect, root: str, another_root: str
) -> None:
    async with (
        connect("parledger_ingest") as slow,
        connect("parledger_appraisal") as next_in_line,
        connect("parledger_ingest") as elsewhere,
        connect("parledger_relay") as reader,
    ):
        scene = await opened(root, slow)
        assert await tail(reader, root) == [1, 2, 3, 4]
        held = slow.transaction()
        await held.start()
        await scene.record(slow, scene.filed(scene.filing("1")), scene.filed(scene.filing("2")))
        waiting = asyncio.create_task(Scene(root).record(next_in_line, scene.score("1.5")))

        assert (await asyncio.wait_for(opened(another_root, elsewhere), PATIENCE)).state.position == 4
        assert await tail(reader, another_root) == [1, 2, 3, 4]
        assert await tail(reader, root, after=4) == []
        assert not waiting.done()

        await held.commit()
        (outcome,) = await asyncio.wait_for(waiting, PATIENCE)
        assert (outcome["status"], outcome["position"], outcome["version"]) == ("recorded", 7, 3)
        assert await tail(reader, root, after=4) == [5, 6, 7]


async def test_a_commit_that_is_held_open_and_fails_leaves_its_positions_to_the_next(
    connect: Connect, root: str
) -> None:
    async with connect("parledger_ingest") as slow, connect("parledger_appraisal") as next_in_line:
        scene = await opened(root, slow)
        held = slow.transaction()
        await held.start()
        await scene.record(slow, scene.filed(scene.filing("1")))
        waiting = asyncio.create_task(Scene(root).record(next_in_line, scene.score("1.5")))
        await asyncio.sleep(0.05)
        await held.rollback()
        (outcome,) = await asyncio.wait_for(waiting, PATIENCE)
        assert (outcome["position"], outcome["version"]) == (5, 1)
        assert await tail(next_in_line, root) == [1, 2, 3, 4, 5]


async def test_a_reader_among_writers_sees_every_event_once_and_in_order(connect: Connect, root: str) -> None:
    async with connect("parledger_ingest") as writer, connect("parledger_relay") as reader:
        scene = await opened(root, writer)

        async def write() -> None:
            for n in range(40):
                await scene.record(writer, *(scene.filed(scene.filing(f"{n % 3}.{i}")) for i in range(5)))

        writing = asyncio.create_task(write())
        seen: list[int] = []
        while not writing.done():
            seen += await tail(reader, root, after=len(seen), size=7)
            await asyncio.sleep(0)
        await writing
        seen += await tail(reader, root, after=len(seen), size=7)
    assert seen == list(range(1, 205))

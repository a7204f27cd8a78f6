"""A large batch is written part after part while the rest is judged: one transaction all the same."""

import asyncio

import asyncpg
import pytest

from shared.domain.root import Root
from shared.ledger.arrivals import Arrival
from shared.ledger.batch import Batch
from shared.ledger.errors import BrokenFence
from shared.ledger.recording import record
from shared.ledger.tail import catch_up
from tests.integration.ledger.scene import Scene, opened
from tests.patience import PATIENCE

SEVERAL_PARTS = 450


@pytest.fixture
async def scene(root: str, ingest: asyncpg.Connection) -> Scene:
    return await opened(root, ingest)


def filings(scene: Scene) -> list[Arrival]:
    """Claims with a note each, every one another than the last; one in ten above the maximum."""
    points = [f"{'9' if n % 10 == 9 else '2'}.{n % 9 + 1}" for n in range(SEVERAL_PARTS)]
    return [scene.filed(scene.filing(given, note=f"lần {n}")) for n, given in enumerate(points)]


async def until_it_waits(connection: asyncpg.Connection, pid: int) -> None:
    """Return once this session waits for a lock."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if await connection.fetchval(
                "SELECT EXISTS (SELECT FROM pg_locks WHERE pid = $1 AND NOT granted)", pid
            ):
                return
            await asyncio.sleep(0.01)


async def test_its_events_follow_each_other_and_its_answers_are_those_of_the_ledger(
    scene: Scene, ingest: asyncpg.Connection
) -> None:
    batch = filings(scene)
    first, *_, last = batch
    outcomes = await scene.record(ingest, *batch, first, last)
    *told, first_again, last_again = outcomes
    good = [outcome for outcome in told if outcome["status"] == "recorded"]
    assert len(good) == SEVERAL_PARTS * 9 // 10
    assert [outcome["position"] for outcome in good] == list(range(5, 5 + len(good)))
    rows = await ingest.fetch(
        "SELECT leaf_hash, event_id FROM ledger.event WHERE root = $1 AND position > 4 ORDER BY position",
        scene.root,
    )
    assert [outcome["leaf_hash"] for outcome in good] == [row["leaf_hash"].hex() for row in rows]
    assert [outcome["id"] for outcome in good] == [str(row["event_id"]) for row in rows]
    assert first_again == {**told[0], "status": "duplicate"}
    assert last_again == told[-1]
    assert last_again["status"] == "refused"


async def test_its_texts_stand_at_their_own_events(scene: Scene, ingest: asyncpg.Connection) -> None:
    outcomes = await scene.record(ingest, *filings(scene))
    rows = await ingest.fetch("SELECT position, salt FROM ledger.text WHERE root = $1", scene.root)
    salts = {o["position"]: o["salts"]["note"] for o in outcomes if o["status"] == "recorded"}
    assert {row["position"]: row["salt"].hex() for row in rows} == salts


async def test_the_state_is_that_of_the_ledger(scene: Scene, ingest: asyncpg.Connection) -> None:
    await scene.record(ingest, *filings(scene))
    folded = Root(scene.root)
    await catch_up(ingest, folded, with_salts=True)
    assert folded == scene.state


async def test_nothing_of_it_is_recorded_where_a_later_part_cannot_be_judged(
    scene: Scene, ingest: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = Batch.take

    def fail_late(batch: Batch, arrival: Arrival) -> None:
        if len(batch.outcomes) == SEVERAL_PARTS - 1:
            raise BrokenFence("late")
        take(batch, arrival)

    monkeypatch.setattr(Batch, "take", fail_late)
    with pytest.raises(BrokenFence, match="late"):
        await record(ingest, scene.state, filings(scene))
    assert await ingest.fetchval("SELECT max(position) FROM ledger.event WHERE root = $1", scene.root) == 4
    assert not ingest.is_in_transaction()


async def test_it_can_be_given_up_while_a_part_is_being_written(
    scene: Scene, ingest: asyncpg.Connection, superuser: asyncpg.Connection
) -> None:
    async with superuser.transaction():
        await superuser.execute("LOCK TABLE ledger.text IN SHARE MODE")
        recording = asyncio.create_task(record(ingest, scene.state, filings(scene)))
        await until_it_waits(superuser, ingest.get_server_pid())
        recording.cancel()
        await asyncio.wait([recording], timeout=PATIENCE)
        assert recording.cancelled()
    assert await ingest.fetchval("SELECT max(position) FROM ledger.event WHERE root = $1", scene.root) == 4
    scene.state = Root(scene.root)
    await catch_up(ingest, scene.state, with_salts=True)
    outcomes = await scene.record(ingest, *filings(scene))
    assert sum(outcome["status"] == "recorded" for outcome in outcomes) == SEVERAL_PARTS * 9 // 10

"""What the read model holds, whatever is redelivered, reordered, lost on the way, or rebuilt."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import asyncpg
import pytest

from deploy.local.stack import Servers
from services.relay.relay import feed_event
from services.scoring import rebuild
from services.scoring.scoring import Scoring
from shared.codec.feed import FeedEvent, read_feed_event, write_feed_event
from shared.ledger.pool import Pool, open_pool
from shared.ledger.statements import load
from tests.patience import PATIENCE
from tests.province import Province, province_on
from tests.year import YEAR_RUBRIC, Year

SQL = load("shared.ledger.sql", "ledger.sql")
TABLES = (
    *("unit", "heir", "reading", "imported", "rubric", "round", "publication", "standing"),
    *("dossier", "leaf", "adjustment", "dispute", "plan", "history", "story", "evidence"),
    "progress",
)


@pytest.fixture
async def year(servers: Servers, add_root: Callable[[Servers], Awaitable[str]]) -> AsyncIterator[Year]:
    async with province_on(servers, await add_root(servers), YEAR_RUBRIC) as province:
        await province.open()
        yield Year(province)


@pytest.fixture
async def scoring(servers: Servers) -> AsyncIterator[Scoring]:
    pool = await open_pool(servers.dsn("parledger_scoring"), "test", most=4)
    yield Scoring(pool, None)  # type: ignore[arg-type]  - what is projected here comes from the test, not from the broker
    await pool.close()


async def told(pool: Pool, root: str) -> list[FeedEvent]:
    """Every event of a root as the feed tells it."""
    rows = await pool.fetch(SQL["feed_page"], root, 0, 10_000)
    return [read_feed_event(write_feed_event(feed_event(root, row))) for row in rows]


async def dump(pool: Pool, root: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of a root's read model, in the order of its text."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for table in TABLES:
        rows = await pool.fetch(
            f"SELECT t.*, t::text AS _text FROM read.{table} t WHERE root = $1 ORDER BY t::text", root
        )
        found[table] = [tuple(row) for row in rows]
    return found


async def test_the_rows_say_what_the_fold_gives(province: Province, scoring: Scoring) -> None:
    await province.play()
    await scoring._take_in(province.root, await told(scoring.pool, province.root))
    dossier = await scoring.pool.fetchrow(
        "SELECT * FROM read.dossier WHERE root = $1 AND unit LIKE '%xa-1'", province.root
    )
    assert dossier is not None
    # area 1: 0.666 - 0.25; area 2: 1; bonus min(0.5 + 0.75, 1); of 4 points that are assessed
    assert (dossier["points"], dossier["assessed"], dossier["excluded"], dossier["bonus"]) == (
        2416,
        4000,
        1000,
        1000,
    )
    assert (dossier["index"], dossier["self_index"], dossier["grade"], dossier["status"]) == (
        60_400_000,
        62_500_000,
        "Khá",
        "released",
    )
    assert (dossier["final"], dossier["coverage"], dossier["penalties"], dossier["lost"]) == (
        True,
        10_000,
        250,
        2334,
    )
    leaf = await scoring.pool.fetchrow(
        "SELECT * FROM read.leaf WHERE root = $1 AND unit LIKE '%xa-1' AND code = '1.1'", province.root
    )
    assert leaf is not None
    assert (leaf["appraised"], leaf["computed"], leaf["unit_computed"], leaf["support"]) == (
        666,
        670,
        670,
        "ROUNDING",
    )
    assert leaf["responsible"] == ["Văn phòng", "Tư pháp"]


async def test_there_is_a_history_row_for_each_event_that_changed_an_index(
    province: Province, scoring: Scoring
) -> None:
    await province.play()
    await scoring._take_in(province.root, await told(scoring.pool, province.root))
    history = await scoring.pool.fetch(
        "SELECT name, index, self_index FROM read.history WHERE root = $1 AND moved ORDER BY position",
        province.root,
    )
    assert [row["name"] for row in history] == [
        *["SubmissionFiled"] * 3,
        *["ScoreAppraised"] * 3,
        "PenaltyApplied",
        "BonusAwarded",
    ]
    assert [row["self_index"] for row in history[:3]] == [100_000_000, 75_000_000, 62_500_000]
    assert history[-1]["index"] == 60_400_000


async def test_redelivered_reordered_and_lost_messages_change_nothing(
    province: Province, scoring: Scoring
) -> None:
    await scoring._take_in(province.root, await told(scoring.pool, province.root))
    await province.play()
    events = await told(scoring.pool, province.root)
    a, b = events[:8], events[8:]
    for batch in (a[:7], a[5:8], a[:2], b[2:3], b[:1], [*b[3:5], *b[1:6]], b[-1:], events):
        await scoring._take_in(province.root, batch)
    hazards = await dump(scoring.pool, province.root)
    await rebuild.run(province_dsn(scoring), province.root, lambda *_: None)
    assert hazards == await dump(scoring.pool, province.root)


async def test_however_the_batches_are_cut_the_rows_are_the_same(year: Year, scoring: Scoring) -> None:
    province = year.province
    await scoring._take_in(province.root, await told(scoring.pool, province.root))
    await year.play()
    for event in await told(scoring.pool, province.root):
        await scoring._take_in(province.root, [event])
    one_by_one = await dump(scoring.pool, province.root)
    for table in TABLES[:-1]:
        await scoring.pool.execute(f"DELETE FROM read.{table} WHERE root = $1", province.root)
    await scoring.pool.execute("UPDATE read.progress SET position = 0 WHERE root = $1", province.root)
    scoring.projections.clear()
    await scoring._take_in(province.root, await told(scoring.pool, province.root))
    assert await dump(scoring.pool, province.root) == one_by_one


async def test_a_rebuild_is_identical_and_the_projector_goes_on_after_it(
    year: Year, scoring: Scoring
) -> None:
    province = year.province
    await year.play()
    await scoring._take_in(province.root, await told(scoring.pool, province.root))
    live = await dump(scoring.pool, province.root)
    assert all(live[table] for table in TABLES)
    rebuilt = await rebuild.run(province_dsn(scoring), province.root, lambda *_: None)
    assert rebuilt.events[province.root] == province.state.position
    assert await dump(scoring.pool, province.root) == live
    await year.of_root("ReadRevoked", grant="g1", reason="hết hạn")
    await rebuild.run(province_dsn(scoring), province.root, lambda *_: None)  # ahead of the projector
    ahead = await dump(scoring.pool, province.root)
    await scoring._take_in(province.root, await told(scoring.pool, province.root))
    assert await dump(scoring.pool, province.root) == ahead


async def test_a_rebuild_that_was_stopped_leaves_what_stood_and_can_be_started_again(
    province: Province, scoring: Scoring
) -> None:
    await province.play()
    await scoring._take_in(province.root, await told(scoring.pool, province.root))
    live = await dump(scoring.pool, province.root)

    def stop(*_: object) -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await rebuild.run(province_dsn(scoring), province.root, stop)
    assert await dump(scoring.pool, province.root) == live
    await rebuild.run(province_dsn(scoring), province.root, lambda *_: None)
    assert await dump(scoring.pool, province.root) == live


async def test_rows_and_position_are_written_together_or_not_at_all(
    province: Province, scoring: Scoring
) -> None:
    await scoring._take_in(province.root, await told(scoring.pool, province.root))
    await province.play()
    events = await told(scoring.pool, province.root)
    half = len(events) - 4
    await scoring._take_in(province.root, events[:half])
    before = await dump(scoring.pool, province.root)
    assert before["progress"][0][1] == half
    clash = """
        INSERT INTO read.history SELECT $1, unit, round, $2, 'x', now(), 0, 0, 0, 0, 0, false, true
        FROM read.dossier WHERE root = $1 AND unit LIKE '%xa-1'
    """
    await scoring.pool.execute(clash, province.root, half + 2)
    with pytest.raises(asyncpg.UniqueViolationError):
        await scoring._take_in(province.root, events[half:])
    await scoring.pool.execute("DELETE FROM read.history WHERE root = $1 AND name = 'x'", province.root)
    assert await dump(scoring.pool, province.root) == before


async def test_a_root_that_is_not_prepared_cannot_be_rebuilt(scoring: Scoring) -> None:
    with pytest.raises(LookupError, match="parledger root add"):
        await rebuild.run(province_dsn(scoring), "nowhere", lambda *_: None)


def province_dsn(scoring: Scoring) -> str:
    """The DSN that the scoring pool was made with."""
    return scoring.pool._connect_args[0]  # pyright: ignore


async def test_a_root_whose_rows_cannot_be_written_yet_holds_up_no_other(
    servers: Servers, province: Province, year: Year, scoring: Scoring
) -> None:
    await province.play()
    others = year.province.root
    both = {root: await told(scoring.pool, root) for root in (province.root, others)}
    superuser = await asyncpg.connect(servers.dsn("postgres"))
    try:
        async with superuser.transaction():
            await superuser.execute("SELECT FROM read.progress WHERE root = $1 FOR UPDATE", province.root)
            projecting = asyncio.create_task(scoring._project(both))
            async with asyncio.timeout(PATIENCE):
                while True:
                    if scoring.reached.get(others, 0) == both[others][-1].position:
                        break
                    await asyncio.sleep(0.01)
            assert not projecting.done()
            assert scoring.reached.get(province.root, 0) == 0
    finally:
        await superuser.close()
    await projecting
    assert scoring.reached[province.root] == both[province.root][-1].position

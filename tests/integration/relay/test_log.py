"""The public log that the relay makes of each root, from a real ledger."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from deploy.local.stack import Servers
from services.relay.log import LogMaker, log_maker
from shared.codec.hashes import entry, leaf_hash
from shared.ledger.pool import Pool, open_pool
from shared.log.checkpoint import Checkpoint, opened
from shared.log.folder import LogFolder
from shared.log.merkle import (
    consistency_path,
    inclusion_path,
    proves_consistency,
    proves_inclusion,
    root_hash,
)
from shared.log.tiles import ENTRIES, Edge, Tile, split
from tests.patience import until
from tests.province import Province
from tests.tampering import rewrite


@pytest.fixture
async def pool(servers: Servers) -> AsyncIterator[Pool]:
    pool = await open_pool(servers.dsn("parledger_relay"), "test", most=4)
    yield pool
    await pool.close()


def maker(servers: Servers, pool: Pool, folder: Path) -> LogMaker:
    return LogMaker(pool, folder, servers.keys.log_keys())


@asynccontextmanager
async def at_work(maker: LogMaker) -> AsyncIterator[None]:
    task = asyncio.create_task(maker.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def head_of(servers: Servers, folder: Path, root: str) -> Checkpoint:
    raw = LogFolder(folder / root).checkpoint()
    assert raw is not None
    return opened(raw, servers.keys.log_key(root).verifier())


def covers(servers: Servers, folder: Path, province: Province) -> bool:
    if LogFolder(folder / province.root).checkpoint() is None:
        return False
    return head_of(servers, folder, province.root).size >= province.state.position


async def test_every_position_is_an_entry_and_every_leaf_hash_is_proved(
    servers: Servers, province: Province, pool: Pool, tmp_path: Path
) -> None:
    await province.play()
    await maker(servers, pool, tmp_path).extend_all()
    log, head = LogFolder(tmp_path / province.root), head_of(servers, tmp_path, province.root)
    assert head.origin == f"parledger/{province.root}"
    rows = await pool.fetch("SELECT * FROM ledger.event WHERE root = $1 ORDER BY position", province.root)
    assert head.size == len(rows) == province.state.position
    bundle = Tile(ENTRIES, 0, head.size)
    tree = log.tree(head.size)
    for row, logged in zip(rows, split(log.tile(bundle), bundle), strict=True):
        at = round(row["recorded_at"].timestamp() * 1_000_000)
        assert logged == entry(row["body"], at)
        assert leaf_hash(logged) == row["leaf_hash"]
        path = inclusion_path(row["position"] - 1, head.size, tree.node)
        assert proves_inclusion(row["leaf_hash"], row["position"] - 1, head.size, path, head.root)


async def test_what_is_recorded_is_covered_within_a_second(
    servers: Servers, province: Province, pool: Pool, tmp_path: Path
) -> None:
    async with at_work(maker(servers, pool, tmp_path)):
        took: list[float] = []
        for _ in range(3):
            await one_more(province)
            begun = time.monotonic()
            await until(lambda: covers(servers, tmp_path, province))
            took.append(time.monotonic() - begun)
        assert min(took) < 1, "where the machine has time for it"


async def test_a_new_relay_goes_on_from_what_was_published(
    servers: Servers, province: Province, pool: Pool, tmp_path: Path
) -> None:
    await maker(servers, pool, tmp_path).extend_all()
    first = head_of(servers, tmp_path, province.root)
    await province.play()
    another = maker(servers, pool, tmp_path)
    await another.extend_all()
    await another.extend_all()
    second = head_of(servers, tmp_path, province.root)
    assert second.size == province.state.position > first.size
    tree = LogFolder(tmp_path / province.root).tree(second.size)
    path = consistency_path(first.size, second.size, tree.node)
    assert proves_consistency(first.size, first.root, second.size, second.root, path)
    assert root_hash(second.size, tree.node) == second.root


async def test_a_root_without_a_key_has_no_log_and_gets_one_with_its_key(
    servers: Servers, province: Province, pool: Pool, tmp_path: Path
) -> None:
    keys = tmp_path / "keys"
    keys.mkdir()
    made = LogMaker(pool, tmp_path, keys)
    await made.extend_all()
    assert LogFolder(tmp_path / province.root).checkpoint() is None
    (keys / f"{province.root}.key").write_text(servers.keys.log_key(province.root).text())
    await made.extend_all()
    assert head_of(servers, tmp_path, province.root).size == province.state.position


async def test_a_ledger_that_was_changed_behind_the_log_is_not_logged_on(
    servers: Servers, province: Province, pool: Pool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    made = maker(servers, pool, tmp_path)
    await made.extend_all()
    before, last = head_of(servers, tmp_path, province.root), province.state.position
    await one_more(province)
    await rewrite(servers, province.root, last, "Năm 2023", "Năm 2024")
    for _ in range(2):
        await made.extend_all()
    assert head_of(servers, tmp_path, province.root) == before
    said = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert said == [
        f"the public log of {province.root} stands still: "
        f"position {last} was logged, and the ledger now holds something else there"
    ]
    await rewrite(servers, province.root, last, "Năm 2024", "Năm 2023")
    await made.extend_all()
    assert head_of(servers, tmp_path, province.root).size == last + 1


async def test_an_event_without_its_own_leaf_hash_is_not_logged_and_other_roots_are(
    servers: Servers,
    province: Province,
    pool: Pool,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    add_root: Callable[[Servers], Awaitable[str]],
) -> None:
    other = Province(await add_root(servers), province.connection)
    await other.open()
    await rewrite(servers, province.root, 3, "commune", "kommune", hashed=False)
    await maker(servers, pool, tmp_path).extend_all()
    assert LogFolder(tmp_path / province.root).checkpoint() is None
    assert head_of(servers, tmp_path, other.root).size == other.state.position
    assert f"the public log of {province.root} stands still: position 3 does not have" in caplog.text


async def test_a_ledger_that_was_set_back_is_not_logged_on(
    servers: Servers, province: Province, pool: Pool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere = LogFolder(tmp_path / province.root)
    key = servers.keys.log_key(province.root)
    edge = Edge()
    elsewhere.publish(edge.grow([bytes(32)] * 1_000), edge, key)
    await maker(servers, pool, tmp_path).extend_all()
    assert head_of(servers, tmp_path, province.root).size == 1_000
    assert "the log has 1000 positions, and the ledger has fewer" in caplog.text


def test_a_relay_makes_logs_where_it_is_told_to(pool: Pool) -> None:
    assert log_maker(pool, {}) is None
    assert log_maker(pool, {"PARLEDGER_TLOG": "/a", "PARLEDGER_TLOG_KEYS": " "}) is None
    made = log_maker(pool, {"PARLEDGER_TLOG": "/a", "PARLEDGER_TLOG_KEYS": "/b"})
    assert made is not None
    assert (made.folder, made.keys) == (Path("/a"), Path("/b"))


async def one_more(province: Province) -> None:
    """One more event: another commune."""
    path = f"{province.root}/huyen/xa-{next(province.numbers)}"
    await province.say(
        "UnitRegistered", province.root, path, unit=path, name=path, kind="commune", effective="2020-01-01"
    )

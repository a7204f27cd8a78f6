"""Receipts, for who may see an event and for who has sent it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deploy.local.stack import Servers
from services.query.endpoint import Service
from services.query.log import PublicLogs
from services.relay.log import LogMaker
from shared.ledger.pool import open_pool
from shared.log.proof import parse_proof
from tests.integration.query.asker import Asker
from tests.integration.query.world import World
from tests.tampering import unguarded

RECEIPT = "query ($root: ID!, $position: Int!) { receipt(root: $root, position: $position) }"


@pytest.fixture
def receipts(
    asker_of: Callable[[Service], Asker], make_service: Callable[..., Service], tmp_path: Path
) -> Asker:
    return asker_of(replace(make_service(), logs=PublicLogs(tmp_path)))


async def log(servers: Servers, folder: Path) -> None:
    """Bring the public logs up to date."""
    pool = await open_pool(servers.dsn("parledger_relay"), "test", most=1)
    await LogMaker(pool, folder, servers.keys.log_keys()).extend_all()
    await pool.close()


async def receipt(ask: Asker, viewer: str, root: str, position: int) -> Any:
    return (await ask(viewer, RECEIPT, root=root, position=position))["receipt"]


async def test_a_receipt_proves_the_leaf_hash_of_the_outcome(
    receipts: Asker, servers: Servers, world: World, tmp_path: Path
) -> None:
    root, key = world.root, servers.keys.log_key(world.root)
    assert await receipt(receipts, f"{root}/a", root, 1) is None
    await log(servers, tmp_path)
    row = await world.connection.fetchrow(
        "SELECT leaf_hash FROM ledger.event WHERE root = $1 AND position = 1", root
    )
    assert row is not None
    proof = parse_proof(await receipt(receipts, f"{root}/a", root, 1))
    assert proof.index == 0
    assert proof.check(row["leaf_hash"], key.verifier()).size == 8


async def test_whoever_may_not_see_the_event_gets_no_receipt_but_its_sender_does(
    receipts: Asker, servers: Servers, world: World, tmp_path: Path
) -> None:
    root = world.root
    servers.keys.log_key(root)
    await log(servers, tmp_path)
    filed_a, scored_b = 1, 5

    async def gets(viewer: str, position: int) -> bool:
        return await receipt(receipts, viewer, root, position) is not None

    assert await gets(root, filed_a)
    assert await gets(f"{root}/a", filed_a)
    assert not await gets(f"{root}/b", filed_a)
    assert not await gets("other", filed_a)
    assert not await gets(f"{root}/a/x", filed_a)
    assert not await gets(f"{root}/c", scored_b)
    async with unguarded(servers, root) as owner:
        partition = f"ledger.event_of_{root}"
        await owner.execute(f"UPDATE {partition} SET source = $1 WHERE position = 5", f"{root}/c")
        await owner.execute(f"UPDATE {partition} SET source = $1 WHERE position = 4", root)
    assert await gets(f"{root}/c", scored_b)
    assert not await gets(f"{root}/a", scored_b)


async def test_positions_that_are_not_there_have_no_receipt(
    receipts: Asker, servers: Servers, world: World, tmp_path: Path
) -> None:
    servers.keys.log_key(world.root)
    await log(servers, tmp_path)
    for position in (0, -1, 9, 2**31 - 1):
        assert await receipt(receipts, world.root, world.root, position) is None
    assert await receipt(receipts, world.root, "../x", 1) is None


async def test_without_public_logs_there_are_no_receipts(ask: Asker, world: World) -> None:
    assert await receipt(ask, world.root, world.root, 1) is None

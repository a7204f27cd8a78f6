"""That a tenant has put a file is noted once, for that tenant alone, and within its quota."""

import asyncio

import asyncpg
import pytest

from shared.ledger.evidence import bytes_put, note_put, sizes_put
from tests.integration.ledger.conftest import Connect

A, B, C = ("a" * 64, "b" * 64, "c" * 64)


async def test_a_file_is_noted_once_for_each_tenant(ingest: asyncpg.Connection, root: str) -> None:
    for _ in range(2):
        assert await note_put(ingest, f"{root}/a", A, 100, 1000) == "stored"
    assert await note_put(ingest, f"{root}/b", B, 7, 1000) == "stored"
    asked = [(f"{root}/a", A), (f"{root}/a", B), (f"{root}/b", A), (f"{root}/b", B)]
    assert await sizes_put(ingest, root, asked) == {f"{root}/a": {A: 100}, f"{root}/b": {B: 7}}
    assert await bytes_put(ingest, f"{root}/a") == 100
    assert await bytes_put(ingest, root) == 0


async def test_a_quota_is_filled_to_the_last_byte_and_no_further(
    ingest: asyncpg.Connection, root: str
) -> None:
    assert await note_put(ingest, root, A, 600, 1000) == "stored"
    assert await note_put(ingest, root, B, 401, 1000) == "over-quota"
    assert await note_put(ingest, root, B, 400, 1000) == "stored"
    assert await note_put(ingest, root, C, 1, 1000) == "over-quota"
    assert await note_put(ingest, root, C, 0, 1000) == "stored"
    assert await note_put(ingest, root, A, 600, 1000) == "stored"
    assert await note_put(ingest, f"{root}/below", A, 600, 1000) == "stored"


async def test_two_at_once_do_not_pass_the_quota_together(connect: Connect, root: str) -> None:
    async with connect("parledger_ingest") as one, connect("parledger_ingest") as other:
        transaction = one.transaction()
        await transaction.start()
        assert await note_put(one, root, A, 600, 1000) == "stored"
        waiting = asyncio.create_task(note_put(other, root, B, 600, 1000))
        done, _ = await asyncio.wait({waiting}, timeout=0.3)
        assert not done
        await transaction.commit()
        assert await waiting == "over-quota"


async def test_what_is_rolled_back_was_not_put(connect: Connect, root: str) -> None:
    async with connect("parledger_ingest") as one:
        transaction = one.transaction()
        await transaction.start()
        assert await note_put(one, root, A, 600, 1000) == "stored"
        await transaction.rollback()
        assert await bytes_put(one, root) == 0


async def test_a_root_that_is_not_prepared_has_no_files(ingest: asyncpg.Connection) -> None:
    assert await note_put(ingest, "nowhere/a", A, 1, 1000) == "unknown-root"


async def test_nothing_but_a_hash_in_lower_case_is_noted(ingest: asyncpg.Connection, root: str) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await note_put(ingest, root, A.upper(), 1, 1000)

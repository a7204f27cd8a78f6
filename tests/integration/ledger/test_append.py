"""The write protocol: what the append answers, event by event, and what is left when it fails."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import uuid4

import asyncpg
import pytest

from shared.codec.envelope import instant, microseconds, time_text
from shared.codec.hashes import entry, leaf_hash
from tests.integration.ledger.conftest import Connect
from tests.integration.ledger.protocol import Head, append, event, lock, positions, refusal
from tests.integration.ledger.scene import opened

GOLDEN = Path(__file__).parents[2] / "golden"


async def test_each_event_of_a_batch_is_answered_once_whatever_its_neighbours_are(
    ingest: asyncpg.Connection, root: str
) -> None:
    first, second = event("a", 1), event("a", 2)
    assert await append(ingest, root, first, second) == [(1, "recorded", 1), (2, "recorded", 2)]
    mixed = [event("a", 3), first, event("a", 2), event("a", 4), event("b", 1)]
    texts = [(n, "note", bytes(16), f"text {n}") for n in range(1, 6)]
    assert await append(ingest, root, *mixed, texts=texts) == [
        (1, "recorded", 3),
        (2, "duplicate", 1),
        (3, "conflict", None),
        (4, "recorded", 4),
        (5, "recorded", 5),
    ]
    assert await positions(ingest, root) == [1, 2, 3, 4, 5]
    assert await ingest.fetchval("SELECT position FROM ledger.head WHERE root = $1", root) == 5
    rows = await ingest.fetch("SELECT position FROM ledger.text WHERE root = $1 ORDER BY 1", root)
    assert [row["position"] for row in rows] == [3, 4, 5]


async def test_a_repetition_within_a_batch_is_a_duplicate(ingest: asyncpg.Connection, root: str) -> None:
    once, other = event("a", 1), event("a", 2)
    assert await append(ingest, root, once, once, other, once) == [
        (1, "recorded", 1),
        (2, "duplicate", 1),
        (3, "recorded", 2),
        (4, "duplicate", 1),
    ]


async def test_a_batch_of_known_events_alone_moves_nothing(ingest: asyncpg.Connection, root: str) -> None:
    once = event("a", 1)
    await append(ingest, root, once)
    before = await ingest.fetchrow("SELECT * FROM ledger.head WHERE root = $1", root)
    assert await append(ingest, root, once) == [(1, "duplicate", 1)]
    assert await ingest.fetchrow("SELECT * FROM ledger.head WHERE root = $1", root) == before


async def test_the_lock_tells_what_is_known(ingest: asyncpg.Connection, root: str) -> None:
    known, unknown = event("a", 1), event("a", 2)
    refused = event("a", 3)
    await append(
        ingest,
        root,
        known,
        texts=[(1, "note", b"0123456789abcdef", "text")],
        refusals=[refusal(refused["id"], b"content")],
    )
    head, *rows = await lock(ingest, root, [unknown, known, refused])
    assert (head["ordinal"], head["position"]) == (0, 1)
    assert [(row["ordinal"], row["position"], row["salts"], row["hash"]) for row in rows] == [
        (2, 1, f"note:{b'0123456789abcdef'.hex()}", None),
        (3, None, None, b"content"),
    ]


async def test_a_root_that_nobody_prepared_takes_nothing(ingest: asyncpg.Connection) -> None:
    assert await lock(ingest, "nowhere", [event("a", 1)]) == []
    with pytest.raises(asyncpg.NoDataFoundError):
        await append(ingest, "nowhere", event("a", 1), head=Head(0, datetime.now(UTC)))


async def test_what_was_judged_on_another_head_is_not_recorded(ingest: asyncpg.Connection, root: str) -> None:
    await append(ingest, root, event("a", 1))
    now = datetime.now(UTC)
    for head in (
        Head(0, now),
        Head(2, now),
        Head(1, now - timedelta(days=1)),
        Head(1, now + timedelta(days=1)),
    ):
        with pytest.raises(asyncpg.SerializationError):
            await append(ingest, root, event("a", 2), head=head)
    assert await positions(ingest, root) == [1]


async def test_the_ledgers_time_stands_still_while_the_clock_is_behind_it(
    ingest: asyncpg.Connection, superuser: asyncpg.Connection, root: str
) -> None:
    ahead = datetime.now(UTC) + timedelta(hours=1)
    async with superuser.transaction():
        await superuser.execute("SET LOCAL parledger.by_function = 'yes'")
        await superuser.execute(
            "INSERT INTO ledger.event VALUES ($1, 1, 'a', 1, $2, 'Noted', 1, 's', 'a', $3, $3, NULL, '', '')",
            root, uuid4(), ahead,
        )  # fmt: skip
        await superuser.execute(
            "UPDATE ledger.head SET position = 1, recorded_at = $2 WHERE root = $1", root, ahead
        )
    assert await append(ingest, root, event("a", 2)) == [(1, "recorded", 2)]
    times = await ingest.fetch("SELECT recorded_at FROM ledger.event WHERE root = $1", root)
    assert [row["recorded_at"] for row in times] == [ahead, ahead]


async def test_the_stored_leaf_hash_is_the_one_that_python_computes(
    ingest: asyncpg.Connection, root: str
) -> None:
    random = Random(1)  # noqa: S311 - bodies of a test
    for n in range(1, 30):
        await append(ingest, root, event("a", n, body=random.randbytes(random.randrange(2000))))
    rows = await ingest.fetch("SELECT body, recorded_at, leaf_hash FROM ledger.event WHERE root = $1", root)
    assert len(rows) == 29
    for row in rows:
        assert row["leaf_hash"] == leaf_hash(entry(row["body"], microseconds(row["recorded_at"])))


async def test_the_append_computes_the_leaf_hash_of_the_vector(ingest: asyncpg.Connection, root: str) -> None:
    vector = json.loads((GOLDEN / "leaf-hash-vector.json").read_text(encoding="utf-8"))
    then = Head(0, instant(vector["recorded_at"]))
    await append(ingest, root, event("a", 1, body=vector["body"].encode()), head=then)
    row = await ingest.fetchrow("SELECT recorded_at, leaf_hash FROM ledger.event WHERE root = $1", root)
    assert row is not None
    assert time_text(row["recorded_at"]) == vector["recorded_at"]
    assert row["leaf_hash"].hex() == vector["leaf_hash"]


async def test_positions_have_no_gap_whoever_writes_at_once(
    connect: Connect, root: str, ingest: asyncpg.Connection
) -> None:
    async def write(writer: int) -> None:
        async with connect("parledger_ingest" if writer % 2 else "parledger_appraisal") as connection:
            for n in range(20):
                batch = [event(f"{writer}", n), event(f"{writer}", n), event("shared", n)]
                await append(connection, root, *batch)

    await asyncio.gather(*(write(writer) for writer in range(6)))
    found = await positions(ingest, root)
    assert found == list(range(1, len(found) + 1))
    assert len(found) == 6 * 20 + 20
    assert await ingest.fetchval("SELECT position FROM ledger.head WHERE root = $1", root) == len(found)
    times = await ingest.fetch("SELECT recorded_at FROM ledger.event WHERE root = $1 ORDER BY position", root)
    assert [row["recorded_at"] for row in times] == sorted(row["recorded_at"] for row in times)


LEFT = """
    SELECT (SELECT position FROM ledger.head WHERE root = $1),
           (SELECT count(*) FROM ledger.event WHERE root = $1),
           (SELECT count(*) FROM ledger.text WHERE root = $1),
           (SELECT count(*) FROM ledger.refusal WHERE root = $1),
           (SELECT count(*) FROM ledger.refusal_excerpt WHERE root = $1)
"""


async def test_a_batch_whose_connection_dies_before_the_commit_leaves_nothing(
    connect: Connect, superuser: asyncpg.Connection, root: str
) -> None:
    async with connect("parledger_ingest") as connection:
        scene = await opened(root, connection)
        before = await superuser.fetchrow(LEFT, root)
        await connection.transaction().start()
        outcomes = await scene.record(
            connection,
            scene.filed(scene.filing(note="một")),
            scene.filed(scene.filing("9")),
            scene.filed(b"{", "X"),
        )
        assert [outcome["status"] for outcome in outcomes] == ["recorded", "refused", "refused"]
        assert await connection.fetchval("SELECT count(*) FROM ledger.event WHERE root = $1", root) == 5
        await superuser.fetchval("SELECT pg_terminate_backend($1, 5000)", connection.get_server_pid())
    assert await superuser.fetchrow(LEFT, root) == before


async def test_an_append_that_fails_leaves_nothing(
    ingest: asyncpg.Connection, superuser: asyncpg.Connection, root: str
) -> None:
    before = await superuser.fetchrow(LEFT, root)
    twice = [(1, "note", bytes(16), "a"), (1, "note", bytes(16), "b")]
    with pytest.raises(asyncpg.UniqueViolationError):
        await append(ingest, root, event("a", 1), texts=twice, refusals=[refusal("x", b"y")])
    with pytest.raises(asyncpg.CheckViolationError):
        await append(ingest, root, event("a", 1), texts=[(1, "note", b"too short", "a")])
    assert await superuser.fetchrow(LEFT, root) == before


SCANS = """
    SELECT sum(seq_scan) FROM pg_stat_xact_user_tables
    WHERE schemaname = 'ledger' AND relname <> 'refusal_excerpt'
"""


async def test_a_plan_that_was_made_on_a_young_root_reads_no_whole_table_on_an_old_one(
    ingest: asyncpg.Connection, superuser: asyncpg.Connection, root: str
) -> None:
    """Sequential scans of this one transaction, as the server counts them: other sessions have theirs."""
    await append(ingest, root, event("a", 0))
    await superuser.execute("ANALYZE ledger.event, ledger.text, ledger.refusal, ledger.head")
    async with ingest.transaction():
        before = await ingest.fetchval(SCANS)
        for n in range(1, 30):
            once = event("a", n)
            texts, refused = [(1, "note", bytes(16), "một")], [refusal(f"{n}", b"")]
            await append(ingest, root, once, texts=texts, refusals=refused)
            await append(ingest, root, once, event("a", 0))
        assert await ingest.fetchval(SCANS) == before


READ = """
    SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables
    WHERE schemaname = 'ledger' AND relname NOT LIKE 'head%'
"""


async def test_a_look_up_that_was_planned_before_a_root_had_events_reads_one_row_of_many(
    ingest: asyncpg.Connection, root: str
) -> None:
    first, last = event("a", 0), event("a", 1_000, source="somebody else")
    await lock(ingest, root, [first])
    many = [event(f"b{n}", 0, source=f"source {n % 7}") for n in range(1_000)]
    await append(ingest, root, first, *many, last, refusals=[refusal(f"r{n}", b"") for n in range(300)])
    new = event("c", 0, id="00000000-0000-0000-0000-000000000000")
    for asked, known in ([first], [1]), ([last], [1]), ([new], []), ([new, last, first], [2, 3]):
        async with ingest.transaction():
            before = await ingest.fetchval(READ)
            found = await lock(ingest, root, asked)
            assert await ingest.fetchval(READ) - before <= 2 * len(asked)
        assert [row["ordinal"] for row in found] == [0, *known]


async def test_an_id_is_looked_up_with_its_sender(ingest: asyncpg.Connection, root: str) -> None:
    once = event("a", 0, source="m")
    await append(ingest, root, once)
    for source, known in ("a", 0), ("m", 1), ("z", 0):
        found = await lock(ingest, root, [{**once, "source": source}])
        assert len(found) == 1 + known

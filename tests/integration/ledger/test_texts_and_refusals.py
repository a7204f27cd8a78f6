"""Free text lies apart under its commitment; a refusal is written down with its first 2 KiB."""

import json
from hashlib import sha256
from typing import Any

import asyncpg
import pytest

from shared.codec.hashes import commitment
from tests.integration.ledger.protocol import append, event, lock, refusal
from tests.integration.ledger.scene import Scene, opened

SECRET = "điện thoại 0912 345 678"


@pytest.fixture
async def scene(root: str, ingest: asyncpg.Connection) -> Scene:
    return await opened(root, ingest)


async def all_but_texts(superuser: asyncpg.Connection, root: str) -> str:
    """Every row of a root in schema ledger, its texts aside, as one string; bytes are shown as text too."""
    tables = await superuser.fetch(
        """SELECT oid::regclass::text AS name FROM pg_class
           WHERE relnamespace = 'ledger'::regnamespace AND relkind IN ('r', 'p') AND relname <> 'text'"""
    )
    rows: list[Any] = []
    for table in tables:
        rows += await superuser.fetch(f"SELECT * FROM {table['name']} WHERE root = $1", root)
    return "\n".join(_shown(value) for row in rows for value in row.values())


def _shown(value: Any) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


async def test_free_text_lies_in_its_own_table_alone(
    scene: Scene, ingest: asyncpg.Connection, superuser: asyncpg.Connection
) -> None:
    (outcome,) = await scene.record(ingest, scene.filed(scene.filing(note=SECRET)))
    rows = await superuser.fetch("SELECT * FROM ledger.text WHERE root = $1", scene.root)
    assert [(row["position"], row["field"], row["text"]) for row in rows] == [(5, "note", SECRET)]
    assert len(rows[0]["salt"]) == 16
    assert rows[0]["salt"].hex() == outcome["salts"]["note"]
    everything = await all_but_texts(superuser, scene.root)
    assert scene.dossier in everything
    assert "0912" not in everything


async def test_the_body_commits_to_the_text(
    scene: Scene, ingest: asyncpg.Connection, superuser: asyncpg.Connection
) -> None:
    score = scene.score("1.5", opinion="Chưa đủ", reason="Theo hệ thống")
    await scene.record(ingest, scene.filed(scene.filing(note=SECRET)), score, scene.filed(scene.filing("2")))
    rows = await superuser.fetch(
        """SELECT t.field, t.salt, t.text, convert_from(e.body, 'UTF8') AS body
           FROM ledger.text t JOIN ledger.event e USING (root, position)
           WHERE root = $1 ORDER BY position, field""",
        scene.root,
    )
    assert [row["field"] for row in rows] == ["note", "opinion", "reason"]
    for row in rows:
        committed = {"sha256": commitment(row["salt"], row["text"])}
        assert json.loads(row["body"])["data"][row["field"]] == committed


async def test_one_text_twice_has_two_salts(scene: Scene, ingest: asyncpg.Connection) -> None:
    outcomes = await scene.record(
        ingest, scene.filed(scene.filing("1", note=SECRET)), scene.filed(scene.filing("2", note=SECRET))
    )
    assert outcomes[0]["salts"]["note"] != outcomes[1]["salts"]["note"]


async def test_who_says_the_same_text_again_changes_nothing(scene: Scene, ingest: asyncpg.Connection) -> None:
    await scene.record(ingest, scene.filed(scene.filing(note=SECRET)))
    later = Scene(scene.root)
    (same, other) = await later.record(
        ingest, scene.filed(scene.filing(note=SECRET)), scene.filed(scene.filing(note="khác"))
    )
    assert same["problem"]["type"] == "no-change"
    assert other["status"] == "recorded"


async def test_a_refusal_is_written_down(
    scene: Scene, ingest: asyncpg.Connection, superuser: asyncpg.Connection
) -> None:
    refused = scene.filed(scene.filing("9", note="x" * 3000))
    no_json = scene.filed(b"{" * 3000, "Unknown")
    outcomes = await scene.record(ingest, refused, no_json, refused)
    rows = await superuser.fetch(
        """SELECT r.*, x.excerpt FROM ledger.refusal r JOIN ledger.refusal_excerpt x USING (root, number)
           WHERE root = $1 ORDER BY number""",
        scene.root,
    )
    assert [row["key"] for row in rows] == [refused.id, f"malformed.{sha256(no_json.raw).hexdigest()}"]
    assert [row["hash"] for row in rows] == [refused.content, sha256(no_json.raw).digest()]
    assert [row["tenant"] for row in rows] == [scene.unit, scene.unit]
    assert [row["type"] for row in rows] == ["SubmissionFiled", "Unknown"]
    assert [row["excerpt"] for row in rows] == [refused.raw[:2048], no_json.raw[:2048]]
    assert [json.loads(row["problem"]) for row in rows] == [outcome["problem"] for outcome in outcomes[:2]]
    assert outcomes[2] == outcomes[0]
    assert await superuser.fetchval("SELECT position FROM ledger.head WHERE root = $1", scene.root) == 4


async def test_a_refusal_that_is_repeated_is_written_once(
    scene: Scene, ingest: asyncpg.Connection, superuser: asyncpg.Connection
) -> None:
    refused = scene.filed(scene.filing("9"))
    first = await scene.record(ingest, refused)
    for _ in range(3):
        assert await scene.record(ingest, refused) == first
    count = "SELECT count(*) FROM ledger.refusal_excerpt WHERE root = $1"
    assert await superuser.fetchval(count, scene.root) == 1


async def test_a_first_answer_stands_where_today_it_would_be_another(
    scene: Scene, ingest: asyncpg.Connection
) -> None:
    lowering = scene.score("1", opinion=None)
    first = await scene.record(ingest, scene.filed(scene.filing("2")), lowering)
    assert first[1]["problem"]["type"] == "opinion-needed"
    later = await scene.record(
        ingest, scene.filed(scene.filing("1")), lowering, scene.score("1", opinion=None)
    )
    assert [outcome["status"] for outcome in later] == ["recorded", "refused", "recorded"]
    assert later[1] == first[1]


READ = (
    "SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE schemaname = 'ledger' AND relname = 'refusal'"
)


async def test_what_a_tenant_was_refused_before_is_not_read_again_for_each_emission(
    ingest: asyncpg.Connection, superuser: asyncpg.Connection, root: str
) -> None:
    """Index entries read, as the server counts them: 1,000 refusals and 100 emissions are not 100,000."""
    await append(ingest, root, refusals=[refusal(f"key {n}", b"content") for n in range(1000)])
    emissions = [event("a", n) for n in range(100)]
    await lock(ingest, root, emissions)

    async def read() -> int:
        await ingest.execute("SELECT pg_stat_force_next_flush()")
        await ingest.execute("SELECT 1")
        await superuser.execute("SELECT pg_stat_clear_snapshot()")
        return await superuser.fetchval(READ)

    before = await read()
    await lock(ingest, root, emissions)
    assert await read() - before < 1000

"""Our recorder beyond the library's own cases: columns, errors, and the same ledger as the hot path's."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from eventsourcing.persistence import (
    DataError,
    IntegrityError,
    OperationalError,
    PersistenceError,
    ProgrammingError,
    StoredEvent,
)

from deploy.local.stack import Servers
from shared.ledger.errors import UnknownRoot
from shared.ledger.recorder import RootRecorder

COLUMNS = (
    "SELECT event_id, source, actor, occurred_at, traceparent, shape, name FROM ledger.event WHERE root = $1"
)
THEN = datetime(2023, 12, 5, 1, 30, tzinfo=UTC)
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def recorder(servers: Servers, root: str) -> Iterator[RootRecorder]:
    recorder = RootRecorder(root, servers.dsn("parledger_ingest"))
    yield recorder
    recorder.close()


def stored(stream: str, version: int) -> StoredEvent:
    return StoredEvent(stream, version, "Noted", b"{}")


async def columns(connection: asyncpg.Connection, root: str) -> list[dict[str, Any]]:
    return [dict(row) for row in await connection.fetch(COLUMNS + " ORDER BY position", root)]


async def test_what_nobody_says_of_an_event_is_sensible(
    recorder: RootRecorder, ingest: asyncpg.Connection, root: str
) -> None:
    before = datetime.now(UTC)
    assert recorder.insert_events([stored("a", 1), stored("a", 2)]) == [1, 2]
    first, second = await columns(ingest, root)
    assert (first["source"], first["actor"], first["traceparent"]) == (root, "parledger.recorder", None)
    assert first["event_id"] != second["event_id"]
    assert before <= first["occurred_at"] <= datetime.now(UTC)
    assert (first["shape"], first["name"]) == (1, "Noted")


async def test_what_is_said_is_kept_for_all_or_one_by_one(
    recorder: RootRecorder, ingest: asyncpg.Connection, root: str
) -> None:
    ids = [uuid4(), str(uuid4())]
    said = {"source": f"{root}/a", "actor": ["x", "y"], "occurred_at": THEN, "traceparent": TRACE}
    recorder.insert_events([stored("a", 1), stored("a", 2)], event_id=ids, **said)
    first, second = await columns(ingest, root)
    assert [first["event_id"], second["event_id"]] == [ids[0], UUID(str(ids[1]))]
    assert [first["actor"], second["actor"]] == ["x", "y"]
    assert first["source"] == second["source"] == f"{root}/a"
    assert first["occurred_at"] == THEN
    assert first["traceparent"] == TRACE


async def test_a_word_that_the_ledger_has_no_column_for_is_refused(recorder: RootRecorder) -> None:
    with pytest.raises(ProgrammingError, match="tenant"):
        recorder.insert_events([stored("a", 1)], tenant="qt")
    with pytest.raises(ProgrammingError, match="actor has another length"):
        recorder.insert_events([stored("a", 1)], actor=["x", "y"])
    assert recorder.max_notification_id() is None


async def test_a_taken_version_or_id_is_an_integrity_error_and_nothing_is_written(
    recorder: RootRecorder, ingest: asyncpg.Connection, root: str
) -> None:
    used = uuid4()
    recorder.insert_events([stored("a", 1)], event_id=used)
    with pytest.raises(IntegrityError, match="conflict"):
        recorder.insert_events([stored("a", 2), stored("a", 1)])
    with pytest.raises(IntegrityError, match="answered before"):
        recorder.insert_events([stored("b", 1)], event_id=used)
    with pytest.raises(IntegrityError, match="duplicate"):
        recorder.insert_events([stored("b", 1), stored("b", 2)], event_id=uuid4())
    assert len(await columns(ingest, root)) == 1
    assert recorder.max_notification_id() == 1
    assert recorder.insert_events([stored("a", 2)]) == [2]


async def test_nothing_is_recorded_of_nothing(recorder: RootRecorder) -> None:
    assert recorder.insert_events([]) == []
    assert recorder.max_notification_id() is None


async def test_a_stream_is_read_from_either_end(recorder: RootRecorder) -> None:
    recorder.insert_events([stored("a", n) for n in range(1, 6)] + [stored("b", 1)])
    select = recorder.select_events

    def versions(**bounds: Any) -> list[int]:
        return [event.originator_version for event in select("a", **bounds)]

    assert versions() == [1, 2, 3, 4, 5]
    assert versions(gt=2, lte=4) == [3, 4]
    assert versions(desc=True, limit=2) == [5, 4]
    assert versions(gt=5) == versions(lte=0) == []
    assert select("c") == []


async def test_who_may_not_append_is_told_in_the_librarys_words(servers: Servers, root: str) -> None:
    recorder = RootRecorder(root, servers.dsn("parledger_relay"))
    try:
        assert recorder.select_notifications(None, 10) == []
        with pytest.raises(PersistenceError, match="permission denied"):
            recorder.insert_events([stored("a", 1)])
    finally:
        recorder.close()


async def test_a_root_that_was_not_prepared_says_what_to_do(servers: Servers) -> None:
    recorder = RootRecorder("nowhere", servers.dsn("parledger_ingest"))
    try:
        assert recorder.max_notification_id() is None
        with pytest.raises(UnknownRoot):
            recorder.insert_events([stored("a", 1)])
    finally:
        recorder.close()


async def test_what_postgresql_cannot_hold_is_a_data_error(recorder: RootRecorder) -> None:
    with pytest.raises(DataError):
        recorder.insert_events([stored("a\x00", 1)])
    with pytest.raises(DataError):
        recorder.insert_events([stored("a", 1)], event_id="no uuid")


def test_a_server_that_is_not_there_is_an_operational_error() -> None:
    with pytest.raises(OperationalError):
        RootRecorder("qt", "postgresql://nobody@/parledger?host=/nonexistent")


async def test_a_closed_recorder_may_be_closed_again(servers: Servers, root: str) -> None:
    recorder = RootRecorder(root, servers.dsn("parledger_ingest"))
    recorder.close()
    recorder.close()

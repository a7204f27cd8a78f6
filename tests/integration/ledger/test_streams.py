"""One stream at a time: the library's application on the same ledger as the hot path."""

from collections.abc import Iterator

import asyncpg
import pytest
from eventsourcing.persistence import IntegrityError

from deploy.local.stack import Servers
from shared.codec.hashes import commitment
from shared.codec.shapes import Commitment, SubmissionFiled
from shared.domain.events import Recorded
from shared.domain.root import Root
from shared.ledger.application import Streams
from shared.ledger.mapper import StreamEvent
from shared.ledger.tail import catch_up, pages
from tests.integration.ledger.scene import TIME, Scene, opened

SALT = bytes(range(16))


@pytest.fixture
def streams(servers: Servers, root: str) -> Iterator[Streams]:
    streams = Streams(root, servers.dsn("parledger_ingest"))
    yield streams
    streams.close()


def claim(scene: Scene, version: int, number: int, note: str | None = None) -> StreamEvent:
    """A claim as the next version of the dossier."""
    committed = Commitment(commitment(SALT, note)) if note else None
    event = Recorded(
        root=scene.root,
        position=0,
        stream=scene.dossier,
        version=version,
        event_id=f"0199c0de-7f3a-7c21-9d44-{number:012x}",
        name="SubmissionFiled",
        shape=1,
        source=scene.unit,
        actor="9f3c0a1b2c3d4e5f",
        occurred=TIME,
        recorded_us=0,
        data=SubmissionFiled(leaf="3.4", self_points="1.5", note=committed),
        salts={"note": SALT} if note else {},
    )
    return StreamEvent(event, {"note": note} if note else {})


async def test_a_stream_is_loaded_as_the_tail_reads_it(
    streams: Streams, ingest: asyncpg.Connection, root: str
) -> None:
    scene = await opened(root, ingest)
    await scene.record(
        ingest, *(scene.filed(scene.filing(f"{n}", note=f"lần {n}")) for n in range(3)), scene.score("1")
    )
    tail = [event async for page in pages(ingest, root, 0) for event in page if event.stream == scene.dossier]
    assert streams.load(scene.dossier) == tail
    assert [event.version for event in tail] == [1, 2, 3, 4]
    assert streams.load(scene.dossier, lte=2) == tail[:2]
    assert streams.load(f"{root}/b@2023") == []


async def test_what_is_saved_is_what_the_hot_path_reads_and_goes_on_from(
    streams: Streams, ingest: asyncpg.Connection, superuser: asyncpg.Connection, root: str
) -> None:
    scene = await opened(root, ingest)
    recordings = streams.save(claim(scene, 1, 1, "một"), claim(scene, 2, 2))
    assert [recording.notification.id for recording in recordings] == [5, 6]
    (outcome,) = await scene.record(ingest, scene.filed(scene.filing("2")))
    assert (outcome["position"], outcome["version"]) == (7, 3)
    state = Root(root)
    await catch_up(ingest, state, with_salts=True)
    assert state == scene.state
    row = await superuser.fetchrow("SELECT * FROM ledger.event WHERE root = $1 AND position = 5", root)
    assert row is not None
    assert (row["source"], row["actor"]) == (scene.unit, "9f3c0a1b2c3d4e5f")
    assert str(row["event_id"]) == "0199c0de-7f3a-7c21-9d44-000000000001"
    text = await superuser.fetchrow("SELECT field, salt, text FROM ledger.text WHERE root = $1", root)
    assert text is not None
    assert tuple(text) == ("note", SALT, "một")


async def test_a_version_that_is_taken_is_not_saved(
    streams: Streams, ingest: asyncpg.Connection, root: str
) -> None:
    scene = await opened(root, ingest)
    streams.save(claim(scene, 1, 1))
    with pytest.raises(IntegrityError):
        streams.save(claim(scene, 2, 2), claim(scene, 1, 3))
    assert [event.version for event in streams.load(scene.dossier)] == [1]


async def test_the_processs_environment_does_not_reach_the_library(
    servers: Servers, root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (
        "PERSISTENCE_MODULE",
        "MAPPER_TOPIC",
        "COMPRESSOR_TOPIC",
        "CIPHER_TOPIC",
        "IS_SNAPSHOTTING_ENABLED",
    ):
        monkeypatch.setenv(name, "nonsense")
    streams = Streams(root, servers.dsn("parledger_ingest"))
    assert streams.load("a") == []
    streams.close()


async def test_the_notification_log_tells_the_root_in_order(
    streams: Streams, ingest: asyncpg.Connection, root: str
) -> None:
    await opened(root, ingest)
    log = streams.notification_log.select(start=1, limit=10)
    assert [notification.id for notification in log] == [1, 2, 3, 4]
    assert [notification.topic for notification in log] == [
        "UnitRegistered",
        "UnitRegistered",
        "RubricPublished",
        "RoundOpened",
    ]

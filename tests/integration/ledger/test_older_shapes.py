"""What was recorded in an older shape stays as it is, and is known again in whatever words it comes."""

from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from deploy.local.stack import Servers
from shared.domain.root import Root
from shared.ledger.answers import Outcome
from shared.ledger.records import read_body
from shared.ledger.tail import catch_up
from tests.integration.ledger.scene import TIME, Scene, opened, raw, sent
from tests.older import ASSIGNED, ASSIGNED_NOW, SIGNED, SIGNED_NOW, record_older

WORDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "LeafAssigned": ({**ASSIGNED, "leaves": ["3.4"]}, {**ASSIGNED_NOW, "leaves": ["3.4"]}),
    "DossierSubmitted": (SIGNED, SIGNED_NOW),
}


@pytest.fixture
async def scene(root: str, ingest: asyncpg.Connection) -> Scene:
    return await opened(root, ingest)


async def say(
    scene: Scene, connection: asyncpg.Connection, type_: str, data: dict[str, Any], **more: Any
) -> Outcome:
    """The head of the unit says it."""
    message = raw(type_, scene.unit, scene.dossier, data, **more)
    (outcome,) = await scene.record(connection, sent(scene.unit, ["head"], message))
    return outcome


async def body_at(connection: asyncpg.Connection, scene: Scene, position: int) -> bytes:
    return await connection.fetchval(
        "SELECT body FROM ledger.event WHERE root = $1 AND position = $2", scene.root, position
    )


@pytest.mark.parametrize("type_", WORDS)
async def test_an_emission_of_an_older_shape_is_recorded_in_the_newest(
    scene: Scene, ingest: asyncpg.Connection, superuser: asyncpg.Connection, type_: str
) -> None:
    then, now = WORDS[type_]
    outcome = await say(scene, ingest, type_, then, dataschema=f"{type_}/1")
    assert outcome["status"] == "recorded"
    body = read_body(await body_at(superuser, scene, outcome["position"]))
    assert (body.type, body.shape) == (type_, 2)
    shape = "SELECT shape FROM ledger.event WHERE root = $1 AND position = $2"
    assert await superuser.fetchval(shape, scene.root, outcome["position"]) == 2
    assert all(f'"{field}"'.encode() in bytes(body.data) for field in now)
    assert not any(f'"{field}"'.encode() in bytes(body.data) for field in then.keys() - now.keys())


@pytest.mark.parametrize("type_", WORDS)
async def test_an_event_of_an_older_shape_is_known_again_in_whatever_words_it_comes(
    servers: Servers, scene: Scene, ingest: asyncpg.Connection, superuser: asyncpg.Connection, type_: str
) -> None:
    then, now = WORDS[type_]
    used = str(uuid4())
    envelope = {
        "id": used, "type": type_, "source": scene.unit, "subject": scene.dossier, "time": TIME, "data": then
    }  # fmt: skip
    await record_older(servers.dsn("parledger_ingest"), envelope, version=1)
    stored = await body_at(superuser, scene, 5)
    assert b'"shape":1' in stored
    answers = [
        await say(scene, ingest, type_, data, id=used, **said)
        for data, said in [
            (then, {"dataschema": f"{type_}/1"}),
            (then, {}),  # it was the newest, when it was sent
            (now, {"dataschema": f"{type_}/2"}),
            (now, {"dataschema": f"{type_}/1"}),
            (now, {}),
        ]
    ]
    assert [answer["status"] for answer in answers] == ["duplicate"] * 5, answers
    assert {(answer["position"], answer["leaf_hash"]) for answer in answers} == {(5, answers[0]["leaf_hash"])}
    other = {**then, next(iter(then.keys() - now.keys())): "Thanh tra"}
    for more in ({"dataschema": f"{type_}/1"}, {}):
        refused = await say(scene, ingest, type_, other, id=used, **more)
        assert refused["problem"]["type"] == "id-reused"
    assert await body_at(superuser, scene, 5) == stored


async def test_a_writer_goes_on_from_events_of_an_older_shape(
    servers: Servers, scene: Scene, ingest: asyncpg.Connection
) -> None:
    then, now = WORDS["LeafAssigned"]
    envelope = {
        "id": str(uuid4()), "type": "LeafAssigned", "source": scene.unit, "subject": scene.dossier,
        "time": TIME, "data": then,
    }  # fmt: skip
    await record_older(servers.dsn("parledger_ingest"), envelope, version=1)
    assert (await say(scene, ingest, "LeafAssigned", now))["problem"]["type"] == "no-change"
    changed = await say(scene, ingest, "LeafAssigned", {**now, "support": ["Thanh tra"]})
    assert (changed["status"], changed["position"], changed["version"]) == ("recorded", 6, 2)
    state = Root(scene.root)
    await catch_up(ingest, state, with_salts=True)
    assert state == scene.state

"""A free text may be erased, by an event that says so; what was recorded stays, and nothing else goes."""

from typing import Any

import asyncpg
import pytest

from shared.domain.root import Root
from shared.ledger.recording import Arrival
from shared.ledger.tail import catch_up, pages
from tests.integration.ledger.protocol import append, event
from tests.integration.ledger.scene import Scene, opened, raw, sent

SECRET = "điện thoại 0912 345 678"


@pytest.fixture
async def scene(root: str, appraisal: asyncpg.Connection) -> Scene:
    """With a note at position 5, and an opinion and a reason at position 6."""
    scene = await opened(root, appraisal)
    score = scene.score("1.5", opinion="Chưa đủ", reason="Theo hệ thống")
    await scene.record(appraisal, scene.filed(scene.filing(note=SECRET)), score)
    return scene


def erased(scene: Scene, position: int, *fields: str, role: str = "chair", **data: Any) -> Arrival:
    said = {
        "position": position,
        "fields": list(fields),
        "basis": "Luật 91/2025/QH15",
        "reason": "Theo yêu cầu",
    }
    message = raw("TextErased", scene.root, scene.dossier, {**said, **data})
    return sent(scene.root, [role], message)


async def texts(superuser: asyncpg.Connection, root: str) -> list[tuple[int, str]]:
    rows = await superuser.fetch(
        "SELECT position, field FROM ledger.text WHERE root = $1 ORDER BY 1, 2", root
    )
    return [(row["position"], row["field"]) for row in rows]


async def bodies(superuser: asyncpg.Connection, root: str) -> list[tuple[bytes, bytes]]:
    rows = await superuser.fetch(
        "SELECT body, leaf_hash FROM ledger.event WHERE root = $1 ORDER BY position", root
    )
    return [(row["body"], row["leaf_hash"]) for row in rows]


@pytest.mark.parametrize("role", ["chair", "registrar"])
async def test_a_text_goes_with_its_salt_and_the_event_stays_as_it_is(
    scene: Scene, appraisal: asyncpg.Connection, superuser: asyncpg.Connection, role: str
) -> None:
    before = await bodies(superuser, scene.root)
    (outcome,) = await scene.record(appraisal, erased(scene, 5, "note", role=role))
    assert (outcome["status"], outcome["position"], outcome["stream"]) == ("recorded", 7, scene.dossier)
    assert await texts(superuser, scene.root) == [(6, "opinion"), (6, "reason")]
    assert (await bodies(superuser, scene.root))[:6] == before


async def test_of_several_texts_of_an_event_those_named_go(
    scene: Scene, appraisal: asyncpg.Connection, superuser: asyncpg.Connection
) -> None:
    await scene.record(appraisal, erased(scene, 6, "opinion"))
    assert await texts(superuser, scene.root) == [(5, "note"), (6, "reason")]
    (refused,) = await scene.record(appraisal, erased(scene, 6, "opinion"))
    assert refused["problem"]["type"] == "no-change"
    await scene.record(appraisal, erased(scene, 6, "opinion", "reason"))
    assert await texts(superuser, scene.root) == [(5, "note")]


@pytest.mark.parametrize(
    ("position", "field", "pointer"),
    [
        (4, "note", "/data/position"),
        (8, "note", "/data/position"),
        (2**53 - 1, "note", "/data/position"),
        (5, "reason", "/data/fields/0"),
        (5, "leaf", "/data/fields/0"),
    ],
)
async def test_what_is_not_there_in_that_stream_is_not_found(
    scene: Scene, appraisal: asyncpg.Connection, position: int, field: str, pointer: str
) -> None:
    (refused,) = await scene.record(appraisal, erased(scene, position, field))
    assert (refused["problem"]["type"], refused["problem"]["pointer"]) == ("unknown-target", pointer)


async def test_what_is_said_and_erased_in_one_batch_is_gone(
    scene: Scene, appraisal: asyncpg.Connection, superuser: asyncpg.Connection
) -> None:
    batch = [scene.filed(scene.filing("2", note="hai")), erased(scene, 7, "note"), erased(scene, 7, "note")]
    outcomes = await scene.record(appraisal, *batch)
    assert [outcome["status"] for outcome in outcomes] == ["recorded", "recorded", "refused"]
    assert outcomes[2]["problem"]["type"] == "no-change"
    assert (7, "note") not in await texts(superuser, scene.root)


async def test_who_judged_it_and_who_reads_it_later_hold_the_same_state(
    scene: Scene, appraisal: asyncpg.Connection
) -> None:
    await scene.record(appraisal, erased(scene, 5, "note"), erased(scene, 6, "reason"))
    again = Root(scene.root)
    await catch_up(appraisal, again, with_salts=True)
    assert again == scene.state
    (said_again,) = await scene.record(appraisal, scene.filed(scene.filing(note=SECRET)))
    assert said_again["status"] == "recorded", "nobody can tell any more that it is the same text"


async def test_the_first_answer_is_given_again_without_the_salt(
    scene: Scene, appraisal: asyncpg.Connection
) -> None:
    message = scene.filed(scene.filing("2", note=SECRET))
    (first,) = await scene.record(appraisal, message)
    await scene.record(appraisal, erased(scene, 7, "note"))
    (again,) = await scene.record(appraisal, message)
    assert again == {**first, "status": "duplicate", "salts": {}}


async def test_a_tail_reads_what_is_left(scene: Scene, appraisal: asyncpg.Connection) -> None:
    await scene.record(appraisal, erased(scene, 6, "reason"))
    found = [one async for page in pages(appraisal, scene.root, 5, with_salts=True) for one in page]
    assert [sorted(one.salts) for one in found] == [["opinion"], []]


# What the database itself refuses.


async def test_no_function_erases_what_no_event_names(
    scene: Scene, appraisal: asyncpg.Connection, superuser: asyncpg.Connection
) -> None:
    await scene.record(appraisal, erased(scene, 6, "reason"))
    delete = "DELETE FROM ledger.text WHERE root = $1 AND position = 5"
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="functions alone"):
        await superuser.execute(delete, scene.root)
    async with superuser.transaction():
        await superuser.execute("SET LOCAL parledger.by_function = 'yes'")
        attempt = superuser.transaction()
        await attempt.start()
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="no recorded TextErased names note"):
            await superuser.execute(delete, scene.root)
        await attempt.rollback()
    assert await appraisal.fetchval("SELECT ledger.erase_texts($1, 0)", scene.root) == 0
    assert await texts(superuser, scene.root) == [(5, "note"), (6, "opinion")]


async def test_an_erasure_in_another_stream_or_root_erases_nothing(
    scene: Scene,
    another_root: str,
    appraisal: asyncpg.Connection,
    ingest: asyncpg.Connection,
    superuser: asyncpg.Connection,
) -> None:
    naming = b'{"data":{"fields":["note"],"position":5}}'
    await append(ingest, another_root, event("x", 1, name="TextErased", body=naming))
    assert await appraisal.fetchval("SELECT ledger.erase_texts($1, 0)", another_root) == 0
    await append(ingest, scene.root, event("x", 1, name="TextErased", body=naming))
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="no recorded TextErased"):
        await appraisal.fetchval("SELECT ledger.erase_texts($1, 0)", scene.root)
    assert (5, "note") in await texts(superuser, scene.root)


async def test_a_text_is_not_rewritten(scene: Scene, superuser: asyncpg.Connection) -> None:
    async with superuser.transaction():
        await superuser.execute("SET LOCAL parledger.by_function = 'yes'")
        for change in ("UPDATE ledger.text SET text = 'khác'", "TRUNCATE ledger.text"):
            attempt = superuser.transaction()
            await attempt.start()
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
                await superuser.execute(change)
            await attempt.rollback()


@pytest.mark.parametrize("service", ["ingest", "relay", "scoring", "query"])
async def test_only_the_councils_door_erases(connect: Any, root: str, service: str) -> None:
    async with connect(f"parledger_{service}") as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetchval("SELECT ledger.erase_texts($1, 0)", root)

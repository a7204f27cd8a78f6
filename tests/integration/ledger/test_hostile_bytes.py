"""Whatever a tenant sends is answered: no bytes hold a root up."""

import json
from typing import Any

import asyncpg
import pytest

from tests.integration.ledger.scene import Scene, opened


def deep(depth: int) -> bytes:
    return b'{"note":' * depth + b"1" + b"}" * depth


def with_data(scene: Scene, data: bytes, **more: Any) -> bytes:
    message = json.loads(scene.filing(**more))
    del message["data"]
    return json.dumps(message).encode()[:-1] + b', "data": ' + data + b"}"


STRANGE = {
    "a lone surrogate": b'{"leaf": "3.4", "self_points": "1", "note": "\\ud800"}',
    "a zero character": b'{"leaf": "3.4", "self_points": "1", "note": "a\\u0000b"}',
    "an endless number": b'{"leaf": "3.4", "self_points": 1e400}',
    "a huge integer": b'{"leaf": "3.4", "self_points": ' + b"9" * 5000 + b"}",
    "a key twice": b'{"leaf": "3.4", "leaf": "3.5", "self_points": "1"}',
    "a zero character in a key": b'{"leaf": "3.4", "self_points": "1", "a\\u0000": 1}',
    "no object": b"null",
    "bytes that are no UTF-8": b'{"leaf": "\xff"}',
}


@pytest.mark.parametrize("data", STRANGE.values(), ids=STRANGE.keys())
async def test_strange_data_is_answered(root: str, ingest: asyncpg.Connection, data: bytes) -> None:
    scene = await opened(root, ingest)
    message = scene.filed(with_data(scene, data))
    first = await scene.record(ingest, message, scene.filed(scene.filing()))
    assert first[0]["status"] in ("refused", "recorded")
    assert first[1]["status"] == "recorded"
    second = await scene.record(ingest, message)
    assert second[0].get("problem") == first[0].get("problem")


async def test_data_of_any_depth_is_answered(root: str, ingest: asyncpg.Connection) -> None:
    scene = await opened(root, ingest)
    arrivals = [scene.filed(with_data(scene, deep(depth))) for depth in range(1, 1500, 7)]
    assert {outcome["status"] for outcome in await scene.record(ingest, *arrivals)} == {"refused"}
    assert {outcome["status"] for outcome in await scene.record(ingest, *arrivals)} == {"refused"}


@pytest.mark.parametrize(
    "time", ["9999-12-31T23:59:59.999999Z", "0001-01-02T00:00:00Z", "0001-01-01T00:00:00+07:00"]
)
async def test_the_ends_of_time_are_answered(root: str, ingest: asyncpg.Connection, time: str) -> None:
    scene = await opened(root, ingest)
    message = scene.filed(scene.filing(time=time))
    (first,) = await scene.record(ingest, message)
    (second,) = await scene.record(ingest, message)
    assert (first["status"], second["status"]) in (("recorded", "duplicate"), ("refused", "refused"))


@pytest.mark.parametrize("traceparent", ["a\u0000b", "", "00-xyz", "\ufffd" * 100])
async def test_a_traceparent_that_is_none_is_left_out(
    root: str, ingest: asyncpg.Connection, traceparent: str
) -> None:
    scene = await opened(root, ingest)
    (outcome,) = await scene.record(ingest, scene.filed(scene.filing(traceparent=traceparent)))
    assert outcome["status"] == "recorded"
    assert (
        await ingest.fetchval("SELECT traceparent FROM ledger.event WHERE root = $1 AND position = 5", root)
        is None
    )


async def test_a_traceparent_is_kept(root: str, ingest: asyncpg.Connection) -> None:
    scene = await opened(root, ingest)
    traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    await scene.record(ingest, scene.filed(scene.filing(traceparent=traceparent)))
    assert (
        await ingest.fetchval("SELECT traceparent FROM ledger.event WHERE root = $1 AND position = 5", root)
        == traceparent
    )

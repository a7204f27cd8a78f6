"""A unit attaches only what it has put itself, by the ledger's own word at the moment of the judgement."""

import asyncpg
import pytest

from shared.ledger.evidence import note_put
from tests.integration.ledger.scene import Scene, opened, raw, sent

FILE = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


@pytest.fixture
async def scene(ingest: asyncpg.Connection, root: str) -> Scene:
    return await opened(root, ingest)


def attached(scene: Scene, id_: str = "e1", **others: object) -> bytes:
    file = {"sha256": FILE, "name": "báo cáo.pdf", "size": 4, "media_type": "application/pdf"}
    data = {"evidence": id_, "leaf": "3.4", **file, **others}
    return raw("EvidenceAttached", scene.unit, scene.dossier, data)


async def answer(scene: Scene, connection: asyncpg.Connection, message: bytes) -> str:
    (outcome,) = await scene.record(connection, scene.filed(message, "EvidenceAttached"))
    return outcome["problem"]["type"] if outcome["status"] == "refused" else outcome["status"]


async def test_only_what_this_unit_has_put(ingest: asyncpg.Connection, scene: Scene) -> None:
    assert await answer(scene, ingest, attached(scene)) == "evidence-not-stored"
    for other in (scene.root, f"{scene.root}/b", f"{scene.unit}/below"):
        await note_put(ingest, other, FILE, 4, 100)
    assert await answer(scene, ingest, attached(scene)) == "evidence-not-stored"
    await note_put(ingest, scene.unit, FILE, 4, 100)
    assert await answer(scene, ingest, attached(scene)) == "recorded"


async def test_with_the_size_that_it_has(ingest: asyncpg.Connection, scene: Scene) -> None:
    await note_put(ingest, scene.unit, FILE, 5, 100)
    assert await answer(scene, ingest, attached(scene)) == "evidence-not-stored"
    assert await answer(scene, ingest, attached(scene, size=5)) == "recorded"


async def test_many_in_one_batch_are_looked_up_together(ingest: asyncpg.Connection, scene: Scene) -> None:
    await note_put(ingest, scene.unit, FILE, 4, 100)
    messages = [
        attached(scene, "e1"),
        attached(scene, "e1"),
        attached(scene, "e2"),
        attached(scene, "e3", sha256="0" * 64),
    ]
    outcomes = await scene.record(ingest, *(scene.filed(m, "EvidenceAttached") for m in messages))
    told = [outcome.get("problem", {}).get("type", outcome["status"]) for outcome in outcomes]
    assert told == ["recorded", "no-change", "recorded", "evidence-not-stored"]


@pytest.mark.parametrize(
    "named", [None, 7, "", "x" * 64, FILE.upper(), "\x00" * 64, "'; DROP TABLE ledger.event", [FILE]]
)
async def test_whatever_a_tenant_names_does_not_stop_the_batch(
    ingest: asyncpg.Connection, scene: Scene, named: object
) -> None:
    await note_put(ingest, scene.unit, FILE, 4, 100)
    outcomes = await scene.record(
        ingest,
        scene.filed(attached(scene, "e1", sha256=named), "EvidenceAttached"),
        scene.filed(attached(scene, "e2"), "EvidenceAttached"),
    )
    assert [outcome["status"] for outcome in outcomes] == ["refused", "recorded"]
    assert outcomes[0]["problem"]["type"] == "invalid-data"


async def test_a_judge_without_that_right_looks_nothing_up(
    appraisal: asyncpg.Connection, scene: Scene
) -> None:
    """Appraisal may not see who has put what, and never has to: the type is not its own."""
    message = attached(scene)
    (outcome,) = await scene.record(appraisal, sent(scene.unit, ["filer"], message, "ScoreAppraised"))
    assert outcome["problem"]["type"] == "unknown-type"

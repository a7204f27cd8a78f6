"""(source, id) is judged once: the same content gets the first answer again, other content is refused."""

import json
import sys
from uuid import uuid4

import asyncpg
import pytest

from shared.codec import shapes
from shared.domain.root import Root
from shared.ledger.answers import Outcome
from tests.integration.ledger.scene import Scene, opened, raw, sent


@pytest.fixture
async def scene(root: str, ingest: asyncpg.Connection) -> Scene:
    return await opened(root, ingest)


def statuses(outcomes: list[Outcome]) -> list[str]:
    return [outcome.get("problem", {}).get("type") or outcome["status"] for outcome in outcomes]


def again(outcome: Outcome) -> Outcome:
    return outcome if outcome["status"] == "refused" else {**outcome, "status": "duplicate"}


async def test_a_redelivered_batch_gets_its_first_answers_again(
    scene: Scene, ingest: asyncpg.Connection
) -> None:
    batch = [
        scene.filed(
            scene.filing("2.5", note="theo báo cáo quý IV", figures={"numerator": 5, "denominator": "6"})
        ),
        scene.filed(scene.filing("9")),
        scene.filed(b"not json", "Unknown"),
        scene.filed(scene.filing("2.4", note="lần hai")),
    ]
    first = await scene.record(ingest, *batch)
    assert statuses(first) == ["recorded", "against-rubric", "malformed", "recorded"]
    assert set(first[0]["salts"]) == {"note"}
    assert await scene.record(ingest, *batch) == [again(outcome) for outcome in first]
    scene.state = Root(scene.root)
    assert await scene.record(ingest, *batch) == [again(outcome) for outcome in first]
    assert scene.state.position == 6


async def test_the_answers_are_the_same_within_one_batch(scene: Scene, ingest: asyncpg.Connection) -> None:
    good, bad, no_json = scene.filing(note="một"), scene.filing("9"), b"{"
    batch = [scene.filed(good), scene.filed(bad), scene.filed(no_json, "Unknown")]
    outcomes = await scene.record(ingest, *batch, *batch, *reversed(batch))
    assert statuses(outcomes[:3]) == ["recorded", "against-rubric", "malformed"]
    assert outcomes[3:6] == [again(outcome) for outcome in outcomes[:3]]
    assert outcomes[6:] == [again(outcome) for outcome in reversed(outcomes[:3])]
    assert outcomes[3]["leaf_hash"] == outcomes[0]["leaf_hash"] != ""


def worded_otherwise(scene: Scene, event_id: str) -> list[bytes]:
    """The same claim five times, written in different ways."""
    figures = {"numerator": "5", "denominator": "6"}
    plain = scene.filing("2.5", figures=figures, id=event_id)
    return [
        plain,
        scene.filing("2.5", figures={"numerator": 5, "denominator": 6}, id=event_id),
        scene.filing("2.5", figures=figures, id=event_id, dataschema="SubmissionFiled/1"),
        scene.filing("2.5", figures=figures, id=event_id, traceparent="nothing that anybody reads"),
        json.dumps(dict(reversed(json.loads(plain).items())), indent=2).encode(),
    ]


@pytest.mark.parametrize("at_once", [True, False])
async def test_the_same_content_is_the_same_however_it_is_written_and_batched(
    scene: Scene, ingest: asyncpg.Connection, at_once: bool
) -> None:
    arrivals = [scene.filed(message) for message in worded_otherwise(scene, str(uuid4()))]
    batches = [arrivals] if at_once else [[arrival] for arrival in arrivals]
    outcomes = [outcome for batch in batches for outcome in await scene.record(ingest, *batch)]
    assert statuses(outcomes) == ["recorded", *["duplicate"] * 4]
    assert outcomes[1:] == [again(outcomes[0])] * 4


@pytest.mark.parametrize("at_once", [True, False])
async def test_other_content_under_a_used_id_is_refused(
    scene: Scene, ingest: asyncpg.Connection, at_once: bool
) -> None:
    used = str(uuid4())
    messages = [
        scene.filing("2.5", note="một", id=used),
        scene.filing("2.4", note="một", id=used),
        scene.filing("2.5", note="hai", id=used),
        scene.filing("2.5", id=used),
        scene.filing("2.5", note="một", id=used, time="2023-12-05T08:30:01+07:00"),
        scene.filing("2.5", note="một", id=used, specversion="2.0"),
        scene.filing("2.5", note="một", id=used),
    ]
    arrivals = [scene.filed(message) for message in messages]
    batches = [arrivals] if at_once else [[arrival] for arrival in arrivals]
    outcomes = [outcome for batch in batches for outcome in await scene.record(ingest, *batch)]
    assert statuses(outcomes) == ["recorded", *["id-reused"] * 4, "malformed", "duplicate"]
    assert await scene.record(ingest, *arrivals) == [again(outcome) for outcome in outcomes]


async def test_an_id_that_was_refused_is_used(scene: Scene, ingest: asyncpg.Connection) -> None:
    used = str(uuid4())
    refused, malformed = scene.filing("9", id=used), scene.filing("2.5", id=used, specversion="2.0")
    better = scene.filing("2.5", id=used)
    first = await scene.record(ingest, scene.filed(refused), scene.filed(better), scene.filed(malformed))
    assert statuses(first) == ["against-rubric", "id-reused", "malformed"]
    again_ = await scene.record(ingest, scene.filed(malformed), scene.filed(better), scene.filed(refused))
    assert again_ == first[::-1]


async def test_the_first_refusal_of_an_id_is_remembered_whatever_else_came_under_it(
    scene: Scene, ingest: asyncpg.Connection
) -> None:
    used = str(uuid4())
    refused = scene.filed(scene.filing("9", id=used))
    first = await scene.record(ingest, refused)
    others = [scene.filed(scene.filing("9", note=f"lần {n}", id=used)) for n in range(150)]
    assert set(statuses(await scene.record(ingest, *others))) == {"id-reused"}
    assert await scene.record(ingest, refused) == first
    assert set(statuses(await scene.record(ingest, *others))) == {"id-reused"}


async def test_one_id_of_two_sources_is_two_ids(scene: Scene, ingest: asyncpg.Connection) -> None:
    shared = str(uuid4())
    data = {"leaf": "3.4", "points": "1", "opinion": "Chưa đủ"}
    outcomes = await scene.record(
        ingest,
        scene.filed(scene.filing(id=shared)),
        sent(scene.root, ["council"], raw("ScoreAppraised", scene.root, scene.dossier, data, id=shared)),
    )
    assert statuses(outcomes) == ["recorded", "recorded"]


async def test_a_text_that_was_erased_is_taken_at_its_word(
    scene: Scene, ingest: asyncpg.Connection, appraisal: asyncpg.Connection
) -> None:
    used = str(uuid4())
    (first,) = await scene.record(ingest, scene.filed(scene.filing(note="số điện thoại", id=used)))
    data = {"position": first["position"], "fields": ["note"], "basis": "Luật", "reason": "Theo yêu cầu"}
    erased = raw("TextErased", scene.root, scene.dossier, data)
    assert statuses(await scene.record(appraisal, sent(scene.root, ["chair"], erased))) == ["recorded"]
    outcomes = await scene.record(
        ingest,
        scene.filed(scene.filing(note="số điện thoại", id=used)),
        scene.filed(scene.filing(id=used)),
        scene.filed(scene.filing("2", note="số điện thoại", id=used)),
    )
    assert outcomes[0] == {**first, "status": "duplicate", "salts": {}}
    assert statuses(outcomes[1:]) == ["id-reused", "id-reused"]


async def test_an_event_of_an_older_shape_is_the_same_when_it_is_sent_again(
    scene: Scene, ingest: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = scene.filed(scene.filing(dataschema="SubmissionFiled/1"))
    (first,) = await scene.record(ingest, message)

    class SubmissionFiled(shapes.SubmissionFiled, frozen=True):
        """The claim with a field that the first shape has not."""

        class_version = 2
        unit_kind: str = ""

        @staticmethod
        def upcast_v1_v2(data: dict[str, object]) -> None:
            data["unit_kind"] = "unknown"

    standing = shapes.SHAPES
    newest = {**standing, "SubmissionFiled": SubmissionFiled}
    for name, module in list(sys.modules.items()):
        if name.startswith("shared.") and getattr(module, "SHAPES", None) is standing:
            monkeypatch.setattr(module, "SHAPES", newest)
    scene.state = Root(scene.root)
    assert await scene.record(ingest, message) == [again(first)]

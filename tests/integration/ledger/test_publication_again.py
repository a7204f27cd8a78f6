"""What the ledger adds to a publication is no part of what was sent: sent again, it is known again."""

from typing import Any

import asyncpg
import msgspec
import pytest

from shared.domain.root import Root
from shared.ledger.arrivals import Arrival
from tests.integration.ledger.scene import Scene, opened, raw, sent

PAST = "2020-01-02T00:00:00Z"
DOCUMENT = {"kind": "decision", "number": "215/QĐ-UBND", "date": "2023-12-05", "issuer": "UBND tỉnh"}


@pytest.fixture
async def settled(root: str, ingest: asyncpg.Connection) -> Scene:
    """A round in which all is appraised, released and closed."""
    scene = await opened(root, ingest)
    exclusion = {"leaf": "3.5", "kind": "not-due", "reason": "chưa đến hạn"}
    outcomes = await scene.record(
        ingest,
        scene.score("2.5", reason="theo biên bản"),
        sent(root, ["council"], raw("LeafExcluded", root, scene.dossier, exclusion)),
        of_round(scene, "AppraisalReleased", {}),
        *(
            of_round(scene, "RoundExtended", {"window": name, "closes": PAST})
            for name in ("filing", "appraisal", "disputes")
        ),
    )
    assert [outcome["status"] for outcome in outcomes] == ["recorded"] * 6, outcomes
    return scene


def of_round(scene: Scene, type_: str, data: dict[str, Any], **more: Any) -> Arrival:
    return sent(scene.root, ["chair"], raw(type_, scene.root, f"{scene.root}@2023", data, **more))


async def test_a_publication_sent_again_is_a_duplicate_in_its_batch_and_later(
    settled: Scene, ingest: asyncpg.Connection
) -> None:
    arrival = of_round(settled, "ResultsPublished", {"document": DOCUMENT})
    reordered = dict(reversed(DOCUMENT.items()))
    again = of_round(settled, "ResultsPublished", {"document": reordered}, id=arrival.id)
    other = {**DOCUMENT, "number": "216/QĐ-UBND"}
    reused = of_round(settled, "ResultsPublished", {"document": other}, id=arrival.id)
    first, duplicate, refused = await settled.record(ingest, arrival, again, reused)
    assert first["status"] == "recorded"
    assert duplicate == {**first, "status": "duplicate"}
    assert refused["problem"]["type"] == "id-reused"
    settled.state = Root(settled.root)
    assert await settled.record(ingest, again, reused) == [duplicate, refused]


async def test_what_is_recorded_carries_the_standings(settled: Scene, ingest: asyncpg.Connection) -> None:
    arrival = of_round(settled, "ResultsPublished", {"document": DOCUMENT})
    (outcome,) = await settled.record(ingest, arrival)
    body = await ingest.fetchval(
        "SELECT body FROM ledger.event WHERE root = $1 AND position = $2", settled.root, outcome["position"]
    )
    data = msgspec.json.decode(body)["data"]
    assert data["position"] == outcome["position"] - 1
    assert data["rubrics"].keys() == {"t"}
    assert data["standings"] == [
        {
            "unit": settled.unit,
            "kind": "district",
            "index": "83.33",
            "rank": 1,
            "grade": "Tốt",
            "points": "2.5",
            "assessed": "3",
            "version": 2,
        }
    ]

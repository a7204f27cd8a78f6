"""The read model tells of events in older shapes as of those of today, live and rebuilt."""

from typing import Any

from deploy.local.stack import Servers
from services.scoring import rebuild
from services.scoring.scoring import Scoring
from tests.integration.scoring.test_projection import dump, scoring, told
from tests.older import ASSIGNED, ASSIGNED_NOW, SIGNED, SIGNED_NOW, record_older
from tests.province import Province

__all__ = ["scoring"]


async def rows(scoring: Scoring, root: str, unit: str) -> list[tuple[Any, ...]]:
    """What the read model says of a dossier, whoever's it is."""
    leaves = await scoring.pool.fetch(
        "SELECT code, responsible FROM read.leaf WHERE root = $1 AND unit = $2 ORDER BY code", root, unit
    )
    status = await scoring.pool.fetchval(
        "SELECT status FROM read.dossier WHERE root = $1 AND unit = $2", root, unit
    )
    return [*map(tuple, leaves), (status,)]


async def test_events_of_an_older_shape_give_the_rows_of_the_newest_also_when_they_are_rebuilt(
    servers: Servers, province: Province, scoring: Scoring
) -> None:
    root = province.root
    then, now = f"{root}/huyen/xa-1", f"{root}/huyen/xa-2"
    older = [
        province.envelope("LeafAssigned", then, f"{then}@2023", ASSIGNED),
        province.envelope("DossierSubmitted", then, f"{then}@2023", SIGNED),
    ]
    await record_older(servers.dsn("parledger_ingest"), *older, version=1)
    await province.say("SubmissionReturned", f"{root}/huyen", f"{then}@2023", **RETURNED)
    await province.say("LeafAssigned", now, f"{now}@2023", **ASSIGNED_NOW)
    await province.say("DossierSubmitted", now, f"{now}@2023", **SIGNED_NOW)
    await province.say("SubmissionReturned", f"{root}/huyen", f"{now}@2023", **RETURNED)
    fed = await told(scoring.pool, root)
    assert [event.dataschema for event in fed if event.type == "LeafAssigned"] == [
        "LeafAssigned/1",
        "LeafAssigned/2",
    ]
    await scoring._take_in(root, fed)
    live = await dump(scoring.pool, root)
    of_then = await rows(scoring, root, then)
    assert ("1.1", ["Văn phòng", "Tư pháp"]) in of_then
    assert of_then[-1] == ("returned",)
    assert of_then == await rows(scoring, root, now)
    await rebuild.run(servers.dsn("parledger_scoring"), root, lambda *_: None)
    assert await dump(scoring.pool, root) == live


RETURNED = {"leaves": ["1.1"], "reason": "bổ sung", "until": "2090-01-01T00:00:00Z"}

"""Who asks sees events of older shapes as those of today, now and at any moment."""

from typing import Any

from tests.integration.query.played import Played
from tests.integration.query.questions import WHOLE_EVENT
from tests.integration.query.world import decoded
from tests.older import ASSIGNED, ASSIGNED_NOW, SIGNED, SIGNED_NOW, record_older

QUESTION = """query ($unit: ID!, $asOf: AsOf) {
  dossier(unit: $unit, round: "2023", asOf: $asOf) {
    status leaves { code responsible story { edges { node { type data } } } }
    events { edges { node { type data change { leaves { code } } } } }
  }
}"""


async def test_events_of_an_older_shape_are_shown_as_those_of_the_newest(played: Played) -> None:
    province = played.year.province
    then, now = played.commune("xa-1"), played.commune("xa-2")
    older = [
        province.envelope("LeafAssigned", then, f"{then}@2023", ASSIGNED),
        province.envelope("DossierSubmitted", then, f"{then}@2023", SIGNED),
    ]
    await record_older(played.servers.dsn("parledger_ingest"), *older, version=1)
    head = await province.connection.fetchval(
        "SELECT position FROM ledger.head WHERE root = $1", province.root
    )
    await province.say("LeafAssigned", now, f"{now}@2023", **ASSIGNED_NOW)
    await province.say("DossierSubmitted", now, f"{now}@2023", **SIGNED_NOW)

    async def seen(unit: str, position: int | None = None) -> Any:
        moment = {} if position is None else {"asOf": {"position": position}}
        return (await played(played.district, QUESTION, unit=unit, **moment))["dossier"]

    shown = await seen(then)
    assert shown == await seen(now) == await seen(then, head) == await seen(now, head + 2)
    assert shown["status"] == "submitted"
    assert {leaf["code"]: leaf["responsible"] for leaf in shown["leaves"]}["1.1"] == ["Văn phòng", "Tư pháp"]
    assert [edge["node"]["data"] for edge in shown["events"]["edges"]] == [ASSIGNED_NOW, SIGNED_NOW]

    event = (await played(played.district, WHOLE_EVENT, root=province.root, position=head - 1))["event"]
    assert event["data"] == ASSIGNED_NOW
    assert decoded(event["body"].encode())["data"] == ASSIGNED

"""In the place of a text that was erased it is said that it was, when and why, wherever it would be shown."""

from typing import Any

import asyncpg
import pytest

from tests.integration.query.played import Played
from tests.province import Province

_ERASED = "erased { field at reason basis position }"
SHOWN = f"""
query ($unit: ID!, $asOf: AsOf) {{
  dossier(unit: $unit, round: "2023", asOf: $asOf) {{
    leaves {{
      code opinion {_ERASED}
      proposal {{ opinion {_ERASED} }}
      evidence {{ id name title {_ERASED} }}
      disputes {{ id grounds reason {_ERASED} }}
    }}
    disputes {{ id grounds reason {_ERASED} }}
    penaltiesApplied {{ id reason {_ERASED} }}
    bonusesAwarded {{ id reason {_ERASED} }}
  }}
  unit(path: $unit) {{ remediation {{ edges {{ node {{ plan action note reason {_ERASED} }} }} }} }}
}}
"""
TEXTS = f"""query ($root: ID!, $position: Int!) {{
  event(root: $root, position: $position) {{ type body leafHash texts {{ field text salt {_ERASED} }} }}
}}"""
BASIS, REASON = "Luật 91/2025/QH15", "có tên người dân"


_LAST = """
SELECT max(position) FROM ledger.text JOIN ledger.event USING (root, position)
WHERE root = $1 AND stream = $2 AND name = $3 AND field = $4
"""


async def position_of(played: Played, type_: str, field: str) -> int:
    """The last event of the type that was given the text."""
    stream = f"{played.commune()}@2023"
    found = await played.year.province.connection.fetchval(_LAST, played.root, stream, type_, field)
    assert isinstance(found, int)
    return found


async def erase(played: Played, position: int, field: str) -> dict[str, Any]:
    """What is told of the erasure."""
    said = {"position": position, "fields": [field], "basis": BASIS, "reason": REASON}
    connection = await asyncpg.connect(played.servers.dsn("parledger_appraisal"))
    council = Province(played.root, connection, numbers=iter(range(10**6, 10**9)))
    outcome = await council.say("TextErased", played.district, f"{played.commune()}@2023", **said)
    await connection.close()
    at = outcome["recorded_at"]
    return {"field": field, "at": at, "reason": REASON, "basis": BASIS, "position": outcome["position"]}


def found(told: Any, what: str) -> list[Any]:
    """The things of an answer that may have texts."""
    dossier = told["dossier"]
    leaves = dossier["leaves"]
    return {
        "opinion": leaves,
        "proposal": [leaf["proposal"] for leaf in leaves if leaf["proposal"]],
        "evidence": [each for leaf in leaves for each in leaf["evidence"]],
        "about": [each for leaf in leaves for each in leaf["disputes"]],
        "disputes": dossier["disputes"],
        "penalties": dossier["penaltiesApplied"],
        "bonuses": dossier["bonusesAwarded"],
        "plans": [edge["node"] for edge in told["unit"]["remediation"]["edges"]],
    }[what]


def without_others(thing: Any) -> Any:
    """The thing without what it holds that has texts of its own."""
    return {key: value for key, value in thing.items() if key not in {"proposal", "evidence", "disputes"}}


@pytest.mark.parametrize(
    ("type_", "field", "places"),
    [
        ("ScoreAppraised", "opinion", ("opinion",)),
        ("ScoreProposed", "opinion", ("proposal",)),
        ("EvidenceAttached", "name", ("evidence",)),
        ("DisputeRaised", "grounds", ("disputes",)),
        ("DisputeUpheld", "reason", ("about", "disputes")),
        ("PenaltyApplied", "reason", ("penalties",)),
        ("BonusAwarded", "reason", ("bonuses",)),
        ("RemediationPlanned", "action", ("plans",)),
        ("RemediationReported", "note", ("plans",)),
        ("RemediationConfirmed", "reason", ("plans",)),
    ],
)
async def test_in_the_place_of_an_erased_text_it_is_said_that_it_was_erased_when_and_why(
    played: Played, type_: str, field: str, places: tuple[str, ...]
) -> None:
    year, unit = played.year, played.commune()
    for step in (year.prepare, year.appraise, year.release, year.dispute, year.publish, year.put_right):
        await step()
    position = await position_of(played, type_, field)
    before = await played(played.district, SHOWN, unit=unit)
    event = (await played(unit, TEXTS, root=played.root, position=position))["event"]
    assert all(text["text"] and text["erased"] is None for text in event["texts"])
    moment = {"position": played.projected}
    erased = await erase(played, position, field)

    for viewer in (played.district, unit):
        for as_of in ({}, {"asOf": moment}):
            told = await played(viewer, SHOWN, unit=unit, **as_of)
            for place in places:
                pairs = zip(found(before, place), found(told, place), strict=True)
                [(old, new)] = [
                    (old, new) for old, new in pairs if without_others(old) != without_others(new)
                ]
                assert old[field]
                assert without_others(new) == without_others({**old, field: None, "erased": [erased]})
    after = (await played(unit, TEXTS, root=played.root, position=position))["event"]
    gone = {"field": field, "text": None, "salt": None, "erased": erased}
    assert after == {**event, "texts": [gone if t["field"] == field else t for t in event["texts"]]}

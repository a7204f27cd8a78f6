"""Nothing of a unit's appraisal is told before its release, through any door."""

from collections.abc import Awaitable, Callable

import pytest

from shared.domain.visibility import HIDDEN_UNTIL_RELEASE
from tests.integration.query.everything import everything_seen
from tests.integration.query.played import Played

Say = Callable[[Played], Awaitable[object]]

PENALTY = {"penalty": "p1", "points": "0.25", "target": "1.1", "reason": "nộp muộn"}
BONUS = {"bonus": "b1", "points": "0.75", "reason": "sáng kiến"}


async def _proposed(played: Played) -> None:
    unit = played.commune()
    proposal = {"leaf": "2.1", "points": "0.125", "opinion": "ý kiến kín"}
    await played.year.province.say("ScoreProposed", played.commune("xa-2"), f"{unit}@2023", **proposal)


async def _lifted(played: Played) -> None:
    await played.year.of_dossier("PenaltyApplied", **PENALTY)
    await played.year.of_dossier("PenaltyLifted", penalty="p1", reason="nhầm")


async def _revoked(played: Played) -> None:
    await played.year.of_dossier("BonusAwarded", **BONUS)
    await played.year.of_dossier("BonusRevoked", bonus="b1", reason="trùng")


HIDDEN: dict[str, Say] = {
    "ScoreProposed": _proposed,
    "ScoreAppraised": lambda played: played.year.of_dossier(
        "ScoreAppraised", leaf="1.1", points="0.666", opinion="ý kiến kín"
    ),
    "PenaltyApplied": lambda played: played.year.of_dossier("PenaltyApplied", **PENALTY),
    "PenaltyLifted": _lifted,
    "BonusAwarded": lambda played: played.year.of_dossier("BonusAwarded", **BONUS),
    "BonusRevoked": _revoked,
    "SurveyRecorded": lambda played: played.year.of_dossier(
        "SurveyRecorded", leaf="2.2", score="3.5", of="5", respondents=120
    ),
    "DossierDefaulted": lambda played: played.year.of_dossier("DossierDefaulted", reason="lý do kín"),
}
ONLY_AFTER_THE_RELEASE = {"DisputeUpheld", "DisputeRejected"}


async def _filed(played: Played) -> None:
    """A dossier with something in it: a claim with figures, and evidence; somebody may propose on it."""
    unit = played.commune()
    figures = {"numerator": 1, "denominator": 3}
    await played.year.by_unit("SubmissionFiled", leaf="1.1", self_points="1.5", figures=figures)
    file = await played.year.province.put(unit, unit.encode())
    await played.year.by_unit("EvidenceAttached", evidence="e1", leaf="1.1", **file)
    await played.year.by_unit("DossierSubmitted")
    await played.year.of_round("AppraiserAssigned", leaves=["2.1"], appraiser=played.commune("xa-2"))


@pytest.mark.parametrize("name", sorted(HIDDEN))
async def test_what_a_unit_is_told_is_the_same_whatever_the_council_said_of_it(
    played: Played, name: str
) -> None:
    unit = played.commune()
    await _filed(played)
    before = await everything_seen(played, unit, unit)
    council = await everything_seen(played, played.district, unit)
    await HIDDEN[name](played)
    assert await everything_seen(played, unit, unit) == before
    assert await everything_seen(played, played.district, unit) != council
    beside = await everything_seen(played, played.commune("xa-2"), unit)
    assert beside["answer"]["dossier"] is None
    assert {event["type"] for event in beside["events"].values()} == {"UnitRegistered"}, "that of itself"
    await played.year.of_round("AppraisalReleased", units=[unit])
    released = str(await everything_seen(played, unit, unit))
    assert name in released


def test_every_event_that_is_hidden_was_tried() -> None:
    assert set(HIDDEN) | ONLY_AFTER_THE_RELEASE == HIDDEN_UNTIL_RELEASE


async def test_one_unit_s_release_tells_nothing_of_another(played: Played) -> None:
    for commune in ("xa-1", "xa-2"):
        await played.year.of_dossier("ScoreAppraised", commune=commune, leaf="1.1", points="0.666")
    unit = played.commune("xa-2")
    before = await everything_seen(played, unit, unit)
    await played.year.of_round("AppraisalReleased", units=[played.commune("xa-1")])
    assert await everything_seen(played, unit, unit) == before
    assert "0.666" not in str(before)
    assert "0.666" in str(await everything_seen(played, played.commune(), played.commune()))

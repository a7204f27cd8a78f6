"""Everything about one leaf, and what lies in a dossier beside its leaves."""

from typing import Any

from tests.integration.query.played import Played

STORY = """query ($unit: ID!, $first: Int! = 50, $after: String) {
  dossier(unit: $unit, round: "2023") { leaves { code story(first: $first, after: $after) {
    edges { node { type position texts { field text } } } pageInfo { hasNextPage endCursor }
  } } }
}"""
ITEMS = """query ($unit: ID!) {
  dossier(unit: $unit, round: "2023") {
    penalties bonus defaulted
    penaltiesApplied { id points target basis lifted reason }
    bonusesAwarded { id points basis revoked reason }
    disputes { id about status grounds claimedPoints points reason }
    leaves {
      code appraisedPoints councilFigures survey remediationDue
      proposal { points by opinion }
      disputes { id } evidence { id leaf }
    }
  }
}"""


async def stories(played: Played, viewer: str, unit: str, **asked: Any) -> dict[str, Any]:
    """The stories of a dossier's leaves, by code."""
    dossier = (await played(viewer, STORY, unit=unit, **asked))["dossier"]
    return {leaf["code"]: leaf["story"] for leaf in dossier["leaves"]}


async def test_the_whole_story_of_a_leaf(played: Played) -> None:
    await played.year.play()
    unit = played.commune()
    found = await stories(played, unit, unit)
    types = {code: [edge["node"]["type"] for edge in story["edges"]] for code, story in found.items()}
    assert types["1.1"] == [
        "SubmissionFiled",
        "EvidenceAttached",
        "SubmissionReturned",
        "EvidenceMoved",
        "ScoreAppraised",
        "PenaltyApplied",
        "DisputeRaised",
        "DisputeRaised",
        "DisputeUpheld",
        "DisputeRejected",
        "RemediationRequired",
        "RemediationPlanned",
        "RemediationReported",
        "RemediationConfirmed",
    ]
    assert types["2.1"] == [
        "SubmissionFiled",
        "EvidenceAttached",
        "ScoreProposed",
        "SubmissionReturned",
        "EvidenceMoved",
        "ScoreAppraised",
        "RemediationRequired",
    ]
    assert types["1.2"] == ["LeafExcluded"]
    assert types["2.2"] == ["SurveyRecorded", "ScoreAppraised"]
    assert types["B.1"] == []
    raised = found["1.1"]["edges"][6]["node"]
    assert raised["texts"] == [{"field": "grounds", "text": "đã bổ sung số liệu"}]
    positions = [edge["node"]["position"] for edge in found["1.1"]["edges"]]
    assert positions == sorted(positions)


async def test_before_the_release_the_council_s_part_of_it_is_not_told_to_the_unit(played: Played) -> None:
    await played.year.appraise()
    unit = played.commune()
    types = {
        viewer: [edge["node"]["type"] for edge in (await stories(played, viewer, unit))["2.1"]["edges"]]
        for viewer in (unit, played.district)
    }
    hidden = {"ScoreProposed", "ScoreAppraised"}
    assert types[unit] == [name for name in types[played.district] if name not in hidden]
    assert hidden <= set(types[played.district])


async def test_a_story_comes_in_pages(played: Played) -> None:
    await played.year.play()
    unit = played.commune()
    whole = (await stories(played, unit, unit))["1.1"]["edges"]
    paged, after, more = list[Any](), None, True
    while more:
        page = (await stories(played, unit, unit, first=5, after=after))["1.1"]
        paged += page["edges"]
        more, after = page["pageInfo"]["hasNextPage"], page["pageInfo"]["endCursor"]
    assert paged == whole


async def test_what_lies_in_a_dossier_is_told_with_its_legal_basis_and_what_became_of_it(
    played: Played,
) -> None:
    await played.year.play()
    unit = played.commune()
    for viewer in (unit, played.district, played.commune("xa-moi")):
        dossier = (await played(viewer, ITEMS, unit=unit))["dossier"]
        leaves = {leaf.pop("code"): leaf for leaf in dossier.pop("leaves")}
        penalty = {"points": "0.25", "basis": "QĐ 7/QĐ-UBND", "reason": "nộp muộn"}
        bonus = {"points": "0.5", "basis": "CV 3/UBND", "reason": "sáng kiến"}
        assert dossier == {
            "penalties": "0.25",
            "bonus": "0.5",
            "defaulted": False,
            "penaltiesApplied": [
                {**penalty, "id": "p1", "target": "1.1", "lifted": False},
                {**penalty, "id": "p2", "target": "total", "lifted": True},
            ],
            "bonusesAwarded": [
                {**bonus, "id": "b1", "revoked": False},
                {**bonus, "id": "b2", "revoked": True},
            ],
            "disputes": [
                {
                    **{"id": "d1", "about": "1.1", "status": "upheld", "grounds": "đã bổ sung số liệu"},
                    **{"claimedPoints": "1.5", "points": "1", "reason": "đồng ý một phần"},
                },
                {
                    **{"id": "d2", "about": "penalty:p1", "status": "rejected", "grounds": "nộp đúng hạn"},
                    **{"claimedPoints": None, "points": None, "reason": "có dấu bưu điện"},
                },
            ],
        }
        assert leaves["1.1"] == {
            "appraisedPoints": "1",
            "councilFigures": {"numerator": "1", "denominator": "2"},
            "survey": None,
            "remediationDue": "2024-02-01",
            "proposal": None,
            "disputes": [{"id": "d1"}],
            "evidence": [{"id": "e1", "leaf": "1.1"}, {"id": "e2", "leaf": "1.1"}],
        }
        proposed = {"points": "0.5", "by": f"{played.root}/so", "opinion": "mới có một sáng kiến"}
        assert leaves["2.1"]["proposal"] == proposed
        assert leaves["2.1"]["evidence"] == []
        assert leaves["2.2"]["survey"] == {"score": "3.5", "of": "5", "respondents": 120}


async def test_a_unit_that_filed_nothing_has_0_on_every_leaf(played: Played) -> None:
    await played.year.appraise()
    unit = played.commune("xa-2")
    dossier = (await played(played.district, ITEMS, unit=unit))["dossier"]
    assert dossier["defaulted"] is True
    assert {leaf["appraisedPoints"] for leaf in dossier["leaves"]} == {"0"}

"""What is still to be done: before the head submits, by the council, after the publication."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.integration.query.asker import Asker
from tests.integration.query.played import Played
from tests.integration.query.world import World
from tests.year import LATER

TODO = """query ($unit: ID!, $round: ID! = "2023") {
  dossier(unit: $unit, round: $round) { todo { kind leaves message { vi en } } }
}"""
WORK = """query ($authority: ID!, $first: Int! = 50, $after: String) {
  round(authority: $authority, round: "2023") { worklist(first: $first, after: $after) {
    edges { node { unit { path } status items { about state due } } } pageInfo { hasNextPage endCursor }
  } }
}"""
PROGRESS = """query ($authority: ID!, $first: Int! = 50, $after: String) {
  round(authority: $authority, round: "2023") { progress(first: $first, after: $after) {
    edges { node { unit { path } status submitted defaulted toFile filed toAppraise appraised
                   evidenceLacking openDisputes } }
    pageInfo { hasNextPage endCursor }
  } }
}"""
PLANS = """query ($unit: ID!, $first: Int! = 50, $after: String, $all: Boolean! = false) {
  unit(path: $unit) { remediation(first: $first, after: $after, withPredecessors: $all) {
    edges { node { unit round plan leaves lead support target due status overdue action note reason } }
    pageInfo { hasNextPage endCursor }
  } }
}"""
CLOSES = "2090-01-01T00:00:00.000000Z"


def nodes(connection: Any) -> list[Any]:
    """What a page holds."""
    return [edge["node"] for edge in connection["edges"]]


async def test_what_a_dossier_lacks_before_it_is_submitted(played: Played) -> None:
    unit = played.commune()

    async def todo(viewer: str = unit) -> list[tuple[str, list[str]]]:
        items = (await played(viewer, TODO, unit=unit))["dossier"]["todo"]
        assert all(item["message"]["vi"] and item["message"]["en"] for item in items)
        return [(item["kind"], item["leaves"]) for item in items]

    missing = [("NOT_FILED", ["1.1"]), ("NOT_FILED", ["1.2"]), ("NOT_FILED", ["2.1"])]
    assert await todo() == missing, "2.2 is a survey's, B.1 need not be filed"
    await played.year.by_unit("SubmissionFiled", leaf="1.1", self_points="1.5")
    await played.year.by_unit("SubmissionFiled", leaf="2.1", self_points="2", figures={"count": 1})
    against = ("POINTS_AGAINST_FIGURES", ["2.1"])
    assert await todo() == [("FIGURES_LACKING", ["1.1"]), missing[1], against]
    third = {"numerator": 1, "denominator": 3}
    await played.year.by_unit("SubmissionFiled", leaf="1.1", self_points="0.666", figures=third)
    assert await todo() == [missing[1], against], "cut off instead of rounded is not against the figures"
    file = await played.year.province.put(unit, b"one and the same")
    for id_, leaf in (("e1", "1.1"), ("e2", "2.1")):
        await played.year.by_unit("EvidenceAttached", evidence=id_, leaf=leaf, **file)
    assert await todo() == [missing[1], against, ("SAME_FILE", ["1.1", "2.1"])]
    assert await todo(played.district) == await todo()
    await played.year.by_unit("EvidenceWithdrawn", evidence="e2")
    await played.year.of_dossier("LeafExcluded", leaf="1.2", kind="not-due", reason="chưa đến kỳ")
    assert await todo() == [against]


async def test_evidence_that_is_required_is_asked_for(played: Played) -> None:
    await played.year.play()
    new = played.commune("xa-moi")
    items = (await played(new, TODO, unit=new, round="2024"))["dossier"]["todo"]
    assert [(item["kind"], item["leaves"]) for item in items] == [
        ("EVIDENCE_LACKING", ["1.1"]),
        ("NOT_FILED", ["1.2"]),
        ("NOT_FILED", ["2.7"]),
    ]
    assert items[0]["message"] == {
        "vi": "1.1 Kế hoạch: cần tài liệu kiểm chứng nhưng chưa có tệp nào.",
        "en": "1.1 Kế hoạch: evidence is required and none stands.",
    }


async def test_what_the_council_still_has_to_do(played: Played) -> None:
    year, district, unit = played.year, played.district, played.commune()

    async def work(viewer: str = district) -> dict[str, list[tuple[str, str, str]]]:
        found = nodes((await played(viewer, WORK, authority=district))["round"]["worklist"])
        return {
            one["unit"]["path"].rpartition("/")[2]: [(i["about"], i["state"], i["due"]) for i in one["items"]]
            for one in found
        }

    everything = [(code, "TO_APPRAISE", CLOSES) for code in ("1.1", "1.2", "2.1", "2.2")]
    assert await work() == {"xa-1": everything, "xa-2": everything}
    assert await work(played.root) == await work()
    assert await work(unit) == {}, "who is appraised is told nothing of it"
    await year.of_round("RoundExtended", window="appraisal", closes="2089-12-31T17:00:00Z", units=[unit])
    await year.of_round("AppraiserAssigned", leaves=["1.1"], appraiser=played.commune("xa-2"))
    proposal = {"leaf": "1.1", "points": "1", "opinion": "được"}
    await year.province.say("ScoreProposed", played.commune("xa-2"), f"{unit}@2023", **proposal)
    await year.of_dossier("SubmissionReturned", leaves=["1.2"], reason="thiếu", until=LATER)
    await year.of_dossier("ScoreAppraised", leaf="2.1", points="1")
    await year.of_dossier("LeafExcluded", leaf="2.2", kind="not-due", reason="chưa đến kỳ")
    earlier = "2089-12-31T17:00:00.000000Z"
    assert (await work())["xa-1"] == [("1.1", "PROPOSED", earlier), ("1.2", "RETURNED", CLOSES)]
    for code in ("1.1", "1.2"):
        await year.of_dossier("ScoreAppraised", leaf=code, points="1")
    await year.of_dossier("PenaltyApplied", penalty="p1", points="0.5", target="total", reason="nộp muộn")
    await year.release()
    await year.by_unit("DisputeRaised", dispute="d1", about="1.1", grounds="đủ hồ sơ")
    await year.by_unit("DisputeRaised", dispute="d2", about="penalty:p1", grounds="đúng hạn")
    disputed = [("1.1", "DISPUTED", CLOSES), ("1.2", "RETURNED", CLOSES), ("penalty:p1", "DISPUTED", CLOSES)]
    assert (await work())["xa-1"] == disputed
    await year.of_dossier("DossierDefaulted", commune="xa-2", reason="không nộp")
    assert list(await work()) == ["xa-1"], "what is done is not on the list"


async def test_lists_of_a_round_come_in_pages(played: Played) -> None:
    district = played.district
    for query, name in ((WORK, "worklist"), (PROGRESS, "progress")):
        first = (await played(district, query, authority=district, first=1))["round"][name]
        assert [node["unit"]["path"] for node in nodes(first)] == [played.commune()]
        assert first["pageInfo"]["hasNextPage"]
        after = first["pageInfo"]["endCursor"]
        rest = (await played(district, query, authority=district, first=1, after=after))["round"][name]
        assert [node["unit"]["path"] for node in nodes(rest)] == [played.commune("xa-2")]
        assert not rest["pageInfo"]["hasNextPage"]


async def test_who_has_filed_how_much(played: Played) -> None:
    await played.year.appraise()
    await played.year.release()
    await played.year.by_unit("DisputeRaised", dispute="d1", about="1.1", grounds="đủ hồ sơ")
    found = nodes((await played(played.district, PROGRESS, authority=played.district))["round"]["progress"])
    counts = {"toFile": 2, "filed": 2, "toAppraise": 3, "appraised": 3, "evidenceLacking": 0}
    assert found[0] == {
        **{"unit": {"path": played.commune()}, "status": "released", "submitted": True, "defaulted": False},
        **counts,
        "openDisputes": 1,
    }
    nothing = {"toFile": 3, "filed": 0, "toAppraise": 4, "appraised": 4, "evidenceLacking": 0}
    assert found[1] == {
        **{"unit": {"path": played.commune("xa-2")}, "status": "released", "submitted": False},
        **{"defaulted": True, **nothing, "openDisputes": 0},
    }
    for viewer in (played.commune(), f"{played.root}/so"):
        round_ = (await played(viewer, PROGRESS, authority=played.district))["round"]
        assert round_ is None or round_["progress"]["edges"] == []


async def test_what_a_unit_is_to_put_right(played: Played) -> None:
    year, unit = played.year, played.commune()
    await year.appraise()
    await year.release()
    await year.publish()
    await year.put_right()
    for viewer in (unit, played.district):
        found = nodes((await played(viewer, PLANS, unit=unit))["unit"]["remediation"])
        assert [(p["plan"], p["leaves"], p["due"], p["status"], p["overdue"]) for p in found] == [
            (None, ["2.1"], "2024-02-01", "required", True),
            ("k1", ["1.1"], "2024-03-01", "accepted", False),
            ("k2", [], "2024-04-01", "planned", True),
        ]
        assert found[1] == {
            **{"unit": unit, "round": "2023", "plan": "k1", "leaves": ["1.1"], "lead": "Văn phòng"},
            **{"support": ["Tư pháp"], "target": "trên 60 %", "due": "2024-03-01", "status": "accepted"},
            **{"overdue": False, "action": "đôn đốc", "note": "đã xong", "reason": "đạt"},
        }
        assert found[0]["reason"] == "mất nhiều điểm"
    await year.by_unit("RemediationReported", plan="k2", done=False, note="đang làm")
    statuses = [
        node["status"] for node in nodes((await played(unit, PLANS, unit=unit))["unit"]["remediation"])
    ]
    assert statuses == ["required", "accepted", "planned"], "not done yet"
    await year.by_unit("RemediationReported", plan="k2", done=True)
    await year.of_dossier("RemediationConfirmed", plan="k2", accepted=False, reason="chưa đạt")
    last = nodes((await played(unit, PLANS, unit=unit))["unit"]["remediation"])[-1]
    assert (last["status"], last["overdue"], last["reason"]) == ("rejected", True, "chưa đạt")
    await year.reorganise()
    new = played.commune("xa-moi")
    assert nodes((await played(new, PLANS, unit=new))["unit"]["remediation"]) == []
    whole = nodes((await played(new, PLANS, unit=new, all=True))["unit"]["remediation"])
    assert [node["unit"] for node in whole] == [unit] * 3
    page = (await played(new, PLANS, unit=new, all=True, first=2))["unit"]["remediation"]
    after = page["pageInfo"]["endCursor"]
    rest = (await played(new, PLANS, unit=new, all=True, first=2, after=after))["unit"]["remediation"]
    assert nodes(page) + nodes(rest) == whole
    assert not rest["pageInfo"]["hasNextPage"]


async def test_what_is_due_today_is_not_overdue_and_a_day_ends_in_vietnam(ask: Asker, world: World) -> None:
    unit = f"{world.root}/c"
    today = (datetime.now(UTC) + timedelta(hours=7)).date()
    columns = {
        "leaves": [],
        "lead": "Nội vụ",
        "support": [],
        "target": None,
        "status": "planned",
        "planned_at": 1,
    }
    for id_, due in (("k1", today - timedelta(days=1)), ("k2", today), ("k3", today + timedelta(days=1))):
        await world.put("plan", unit=unit, round="2023", id=id_, due=due, **columns)
    found = nodes((await ask(unit, PLANS, unit=unit))["unit"]["remediation"])
    assert [(plan["plan"], plan["overdue"]) for plan in found] == [("k1", True), ("k2", False), ("k3", False)]

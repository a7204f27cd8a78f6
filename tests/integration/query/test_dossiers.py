"""Who sees what of a dossier."""

import pytest

from tests.integration.query.asker import Asker
from tests.integration.query.questions import DOSSIER
from tests.integration.query.world import World


async def test_the_authority_sees_everything_of_a_dossier_that_is_not_released(
    ask: Asker, world: World
) -> None:
    dossier = (await ask(world.root, DOSSIER, unit=f"{world.root}/b"))["dossier"]
    leaves = {leaf["code"]: leaf for leaf in dossier.pop("leaves")}
    events = [edge["node"] for edge in dossier.pop("events")["edges"]]
    history = [edge["node"] for edge in dossier.pop("history")["edges"]]
    assert dossier == {
        "unit": {"path": f"{world.root}/b", "name": f"Đơn vị {world.root}/b"},
        "round": "2023",
        "rubric": "district-2023",
        "status": "submitted",
        "selfIndex": "95",
        "index": "93.36",
        "rank": 1,
        "grade": "Tốt",
        "points": "91.026",
        "assessed": "97.5",
        "excluded": "2.5",
        "lost": "6.474",
        "coverage": "100",
        "final": True,
        "bonus": "0.5",
        "penalties": "0.25",
        "position": events[-1]["position"] + 2,
        "areas": [
            {
                "code": "3",
                "name": "Thủ tục hành chính",
                "max": "3.5",
                "points": "2.026",
                "assessed": "3.5",
                "excluded": "0",
                "lost": "1.474",
            },
            {
                "code": "4",
                "name": "Tổ chức bộ máy",
                "max": "1.5",
                "points": "0",
                "assessed": "0",
                "excluded": "1.5",
                "lost": "0",
            },
        ],
    }
    assert list(leaves) == ["3.4", "3.12.3", "4.1", "B.1"]
    assert leaves["3.4"] == {
        "code": "3.4",
        "name": "Kết quả giải quyết",
        "max": "3",
        "selfPoints": "3",
        "appraisedPoints": "0.526",
        "computedPoints": "0.53",
        "lost": "2.474",
        "excluded": False,
        "support": "UNSUPPORTED",
        "opinion": f"Ý kiến về {world.root}/b",
        "responsible": ["Văn phòng"],
        "figures": {"numerator": "13491", "denominator": "25254"},
        "councilFigures": {"percent": "52.6"},
        "evidence": [{"id": "e1"}],
        "disputes": [],
    }
    assert leaves["3.12.3"]["max"] == "0.5"
    assert leaves["4.1"]["excluded"] is True
    assert leaves["B.1"]["appraisedPoints"] == "0.5"
    assert [event["type"] for event in events] == ["SubmissionFiled", "ScoreAppraised", "LeafAssigned"]
    assert events[1]["texts"] == [{"field": "opinion", "text": f"Ý kiến về {world.root}/b"}]
    assert [change["index"] for change in history] == [None, "93.36"]
    assert history[1]["recordedAt"] == "2023-12-06T01:30:00.123456Z"


@pytest.mark.parametrize("role", ["filer", "head", "council", "chair", "auditor", "viewer"])
async def test_the_unit_itself_sees_nothing_of_its_appraisal_before_the_release(
    ask: Asker, world: World, role: str
) -> None:
    unit = f"{world.root}/b"
    answer = (await ask.post(unit, DOSSIER, (role,), unit=unit)).json()
    assert "errors" not in answer
    dossier = answer["data"]["dossier"]
    hidden = ("index", "rank", "grade", "points", "assessed", "lost", "coverage", "bonus", "penalties")
    assert {key: dossier[key] for key in hidden} == dict.fromkeys(hidden)
    assert (dossier["selfIndex"], dossier["excluded"], dossier["final"]) == ("95", "2.5", False)
    assert dossier["areas"][0] == {
        "code": "3",
        "name": "Thủ tục hành chính",
        "max": "3.5",
        "points": None,
        "assessed": None,
        "excluded": "0",
        "lost": None,
    }
    leaf = dossier["leaves"][0]
    for key in ("appraisedPoints", "lost", "support", "opinion", "councilFigures"):
        assert leaf[key] is None
    assert (leaf["selfPoints"], leaf["computedPoints"], leaf["figures"]["numerator"]) == (
        "3",
        "2.97",
        "13491",
    )
    assert [edge["node"]["type"] for edge in dossier["events"]["edges"]] == [
        "SubmissionFiled",
        "LeafAssigned",
    ]
    assert dossier["history"]["edges"] == []
    assert "Ý kiến" not in str(answer)
    assert "0.526" not in str(answer)


async def test_the_unit_sees_its_appraisal_from_the_release_on_but_no_rank_and_no_grade(
    ask: Asker, world: World
) -> None:
    unit = f"{world.root}/a"
    dossier = (await ask(unit, DOSSIER, unit=unit))["dossier"]
    assert (dossier["index"], dossier["points"], dossier["assessed"], dossier["lost"]) == (
        "93.36",
        "91.026",
        "97.5",
        "6.474",
    )
    assert (dossier["bonus"], dossier["penalties"], dossier["coverage"], dossier["final"]) == (
        "0.5",
        "0.25",
        "100",
        True,
    )
    assert (dossier["rank"], dossier["grade"]) == (None, None)
    assert dossier["leaves"][0]["appraisedPoints"] == "0.526"
    assert dossier["leaves"][0]["computedPoints"] == "0.53"
    assert dossier["leaves"][0]["opinion"] == f"Ý kiến về {unit}"
    types = [edge["node"]["type"] for edge in dossier["events"]["edges"]]
    assert types == [
        "SubmissionFiled",
        "ScoreAppraised",
        "LeafAssigned",
    ]  # its own round's RoundOpened is another matter
    assert [edge["node"]["index"] for edge in dossier["history"]["edges"]] == [None, "93.36"]


async def test_lost_only_tells_the_unit_nothing_before_the_release(ask: Asker, world: World) -> None:
    unit = f"{world.root}/b"
    query = (
        'query ($unit: ID!) { dossier(unit: $unit, round: "2023") { leaves(lostOnly: true) { code lost } } }'
    )
    assert (await ask(unit, query, unit=unit))["dossier"]["leaves"] == []
    assert (await ask(world.root, query, unit=unit))["dossier"]["leaves"] == [
        {"code": "3.4", "lost": "2.474"}
    ]


async def test_leaves_of_one_area(ask: Asker, world: World) -> None:
    query = """query ($unit: ID!, $area: String) {
      dossier(unit: $unit, round: "2023") { leaves(area: $area) { code } } }"""
    unit = f"{world.root}/b"
    assert (await ask(world.root, query, unit=unit, area="4"))["dossier"]["leaves"] == [{"code": "4.1"}]
    assert (await ask(world.root, query, unit=unit, area="9"))["dossier"]["leaves"] == []
    assert len((await ask(world.root, query, unit=unit, area=None))["dossier"]["leaves"]) == 4


async def test_nobody_sees_a_dossier_beside_or_above_its_own_place(ask: Asker, world: World) -> None:
    root = world.root
    for viewer, unit in [
        (f"{root}/a", f"{root}/b"),
        (f"{root}/a/x", f"{root}/a"),
        (f"{root}/a/x", f"{root}/a/y"),
        ("other", f"{root}/a"),
    ]:
        assert (await ask(viewer, DOSSIER, unit=unit))["dossier"] is None
    for viewer in (root, f"{root}/a"):
        assert (await ask(viewer, DOSSIER, unit=f"{root}/a/x"))["dossier"]["index"] == "80"
    assert (await ask(f"{root}/a/x", DOSSIER, unit=f"{root}/a/x"))["dossier"]["index"] is None


async def test_a_dossier_is_there_before_its_first_event(ask: Asker, world: World) -> None:
    unit = f"{world.root}/c"
    dossier = (await ask(unit, DOSSIER, unit=unit))["dossier"]
    assert [leaf["code"] for leaf in dossier["leaves"]] == ["3.4", "3.12.3", "4.1", "B.1"]
    assert (dossier["status"], dossier["selfIndex"], dossier["events"]["edges"]) == ("open", None, [])
    assert (await ask(world.root, DOSSIER, unit=unit))["dossier"]["rank"] is None

"""Contracts, "Who sees what": every line of it, asked of the service."""

from hashlib import sha256

import pytest

from shared.broker.subjects import actor_of
from shared.codec.canonical import canonical
from shared.identity.issuer import ISSUER
from tests.integration.query.conftest import Asker
from tests.integration.query.world import RUBRIC as RUBRIC_AS_PUBLISHED
from tests.integration.query.world import World, decoded

DOSSIER = """
query ($unit: ID!, $round: ID! = "2023") {
  dossier(unit: $unit, round: $round) {
    unit { path name } round rubric status selfIndex index rank grade points assessed excluded lost coverage final bonus penalties
    areas { code name max points assessed excluded lost }
    leaves { code name max selfPoints appraisedPoints computedPoints lost excluded support opinion responsible figures councilFigures
             evidence { id } disputes { id } }
    events { edges { node { type position version texts { field text } } } }
    history { edges { node { position recordedAt type selfIndex index points assessed } } }
    position
  }
}
"""
STANDINGS = """
query ($authority: ID!, $round: ID! = "2023", $kind: String) {
  standings(authority: $authority, round: $round, kind: $kind) {
    unit { path } kind index rank grade points assessed coverage final
  }
}
"""
EVENT = "query ($root: ID!, $position: Int!) { event(root: $root, position: $position) { type position } }"
UNIT = "query ($path: ID!) { unit(path: $path) { path name kind parent from until } }"
UNITS = "query ($under: ID!) { units(under: $under) { edges { node { path } } } }"
ROUND = "query ($authority: ID!, $round: ID!) { round(authority: $authority, round: $round) { round units } }"
RUBRIC = "query ($authority: ID!, $id: ID!) { rubric(authority: $authority, id: $id) { id name hash total areas } }"
HISTORY = (
    "query ($unit: ID!) { indexHistory(unit: $unit) { round index rank grade imported position recordedAt } }"
)
REFUSALS = """query ($tenant: ID!) { refusals(tenant: $tenant) { edges { node {
    id type recordedAt hash actor excerpt problem { type title { vi en } detail { vi en } pointer } } } } }"""


async def test_the_authority_sees_everything_of_a_dossier_that_is_not_released(
    ask: Asker, world: World
) -> None:
    dossier = (await ask(world.root, DOSSIER, unit=f"{world.root}/b"))["dossier"]
    leaves = {leaf["code"]: leaf for leaf in dossier.pop("leaves")}
    events = [edge["node"] for edge in dossier.pop("events")["edges"]]
    history = [edge["node"] for edge in dossier.pop("history")["edges"]]
    assert dossier == {
        "unit": {"path": f"{world.root}/b", "name": f"Đơn vị {world.root}/b"},
        "round": "2023", "rubric": "district-2023", "status": "submitted", "selfIndex": "95", "index": "93.36", "rank": 1,
        "grade": "Tốt", "points": "91.026", "assessed": "97.5", "excluded": "2.5", "lost": "6.474", "coverage": "100",
        "final": True, "bonus": "0.5", "penalties": "0.25", "position": events[-1]["position"] + 2,
        "areas": [
            {"code": "3", "name": "Thủ tục hành chính", "max": "3.5", "points": "2.026", "assessed": "3.5", "excluded": "0", "lost": "1.474"},
            {"code": "4", "name": "Tổ chức bộ máy", "max": "1.5", "points": "0", "assessed": "0", "excluded": "1.5", "lost": "0"},
        ],
    }  # fmt: skip
    assert list(leaves) == ["3.4", "3.12.3", "4.1", "B.1"]
    assert leaves["3.4"] == {
        "code": "3.4", "name": "Kết quả giải quyết", "max": "3", "selfPoints": "3", "appraisedPoints": "0.526",
        "computedPoints": "0.53", "lost": "2.474", "excluded": False, "support": "UNSUPPORTED",
        "opinion": f"Ý kiến về {world.root}/b", "responsible": ["Văn phòng"],
        "figures": {"numerator": "13491", "denominator": "25254"}, "councilFigures": {"percent": "52.6"},
        "evidence": [], "disputes": [],
    }  # fmt: skip
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
        "code": "3", "name": "Thủ tục hành chính", "max": "3.5", "points": None, "assessed": None, "excluded": "0", "lost": None,
    }  # fmt: skip
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
    query = 'query ($unit: ID!, $area: String) { dossier(unit: $unit, round: "2023") { leaves(area: $area) { code } } }'
    unit = f"{world.root}/b"
    assert (await ask(world.root, query, unit=unit, area="4"))["dossier"]["leaves"] == [{"code": "4.1"}]
    assert (await ask(world.root, query, unit=unit, area="9"))["dossier"]["leaves"] == []
    assert len((await ask(world.root, query, unit=unit, area=None))["dossier"]["leaves"]) == 4


async def test_a_dossier_is_there_before_its_first_event(ask: Asker, world: World) -> None:
    unit = f"{world.root}/c"
    dossier = (await ask(unit, DOSSIER, unit=unit))["dossier"]
    assert [leaf["code"] for leaf in dossier["leaves"]] == ["3.4", "3.12.3", "4.1", "B.1"]
    assert (dossier["status"], dossier["selfIndex"], dossier["events"]["edges"]) == ("open", None, [])
    assert (await ask(world.root, DOSSIER, unit=unit))["dossier"]["rank"] is None


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


async def test_the_authority_sees_live_standings(ask: Asker, world: World) -> None:
    rows = (await ask(world.root, STANDINGS, authority=world.root))["standings"]
    assert [(row["unit"]["path"][-1], row["rank"], row["grade"], row["index"]) for row in rows] == [
        ("a", 1, "Tốt", "93.36"), ("b", 1, "Tốt", "93.36"), ("c", None, None, None),
    ]  # fmt: skip
    assert rows[1] == {
        "unit": {"path": f"{world.root}/b"}, "kind": "district", "index": "93.36", "rank": 1, "grade": "Tốt",
        "points": "91.026", "assessed": "97.5", "coverage": "100", "final": True,
    }  # fmt: skip
    assert (await ask(world.root, STANDINGS, authority=world.root, kind="commune"))["standings"] == []
    assert len((await ask(world.root, STANDINGS, authority=world.root, kind="district"))["standings"]) == 3


async def test_who_is_above_the_authority_sees_its_standings_too(ask: Asker, world: World) -> None:
    for viewer in (world.root, f"{world.root}/a"):
        rows = (await ask(viewer, STANDINGS, authority=f"{world.root}/a"))["standings"]
        assert [(row["unit"]["path"][-1], row["rank"], row["kind"]) for row in rows] == [
            ("x", 1, "commune"),
            ("y", None, "commune"),
        ]


async def test_before_publication_a_unit_sees_its_own_row_alone_without_a_rank(
    ask: Asker, world: World
) -> None:
    root = world.root
    [row] = (await ask(f"{root}/a", STANDINGS, authority=root))["standings"]
    assert (row["unit"]["path"], row["index"], row["points"], row["rank"], row["grade"]) == (
        f"{root}/a",
        "93.36",
        "91.026",
        None,
        None,
    )
    [row] = (await ask(f"{root}/b", STANDINGS, authority=root))["standings"]
    assert row == {
        "unit": {"path": f"{root}/b"}, "kind": "district", "index": None, "rank": None, "grade": None,
        "points": None, "assessed": None, "coverage": None, "final": False,
    }  # fmt: skip
    for viewer in (f"{root}/a/x", "other"):
        assert (await ask(viewer, STANDINGS, authority=root))["standings"] == []


async def test_an_event_from_which_the_appraisal_follows_is_hidden_until_release(
    ask: Asker, world: World
) -> None:
    root = world.root
    filed_a, scored_a, _, filed_b, scored_b, _, opened, registered = range(1, 9)

    async def sees(viewer: str, position: int) -> bool:
        return (await ask(viewer, EVENT, root=root, position=position))["event"] is not None

    assert await sees(f"{root}/a", scored_a)
    assert await sees(f"{root}/b", filed_b)
    assert not await sees(f"{root}/b", scored_b)
    assert await sees(root, scored_b)
    assert not await sees(f"{root}/b", filed_a)
    assert not await sees(f"{root}/a/x", filed_a)
    assert await sees(f"{root}/a", opened)
    assert not await sees(f"{root}/b", registered)
    assert not await sees(root, 9)
    assert not await sees(root, -1)
    assert not await sees("other", filed_a)


async def test_an_event_is_shown_as_it_was_recorded(ask: Asker, world: World) -> None:
    query = """query ($root: ID!) { event(root: $root, position: 1) { root position stream version id type subject actor
      occurredAt recordedAt data body leafHash texts { field text salt } } }"""
    event = (await ask(world.root, query, root=world.root))["event"]
    stored = await world.connection.fetchrow(
        "SELECT * FROM ledger.event WHERE root = $1 AND position = 1", world.root
    )
    stream = f"{world.root}/a@2023"
    assert (event["stream"], event["subject"], event["version"], event["type"]) == (
        stream,
        stream,
        1,
        "SubmissionFiled",
    )
    assert (event["id"], event["leafHash"]) == (str(stored["event_id"]), stored["leaf_hash"].hex())
    assert event["body"].encode() == stored["body"]
    assert event["data"] == decoded(stored["body"])["data"]
    assert event["occurredAt"] == "2023-12-05T01:30:00.000000Z"
    [text] = event["texts"]
    assert text["text"] == f"Ghi chú của {world.root}/a"
    digest = sha256(bytes.fromhex(text["salt"]) + text["text"].encode()).hexdigest()
    assert event["data"]["note"] == {"sha256": digest}


async def test_a_unit_sees_names_above_itself_and_all_below(ask: Asker, world: World) -> None:
    root = world.root
    assert (await ask(f"{root}/a/x", UNIT, path=root))["unit"] == {
        "path": root, "name": f"Đơn vị {root}", "kind": "province", "parent": None, "from": "2020-01-01", "until": None,
    }  # fmt: skip
    assert (await ask(f"{root}/a/x", UNIT, path=f"{root}/a"))["unit"]["name"] == f"Đơn vị {root}/a"
    for viewer, path in [
        (f"{root}/a", f"{root}/b"),
        (f"{root}/b", f"{root}/a/x"),
        ("other", root),
        (root, f"{root}/nobody"),
    ]:
        assert (await ask(viewer, UNIT, path=path))["unit"] is None

    async def below(viewer: str, under: str) -> list[str]:
        edges = (await ask(viewer, UNITS, under=under))["units"]["edges"]
        return [edge["node"]["path"].removeprefix(root) for edge in edges]

    assert await below(root, root) == ["/a", "/a/x", "/a/y", "/b", "/c"]
    assert await below(f"{root}/a", root) == ["/a", "/a/x", "/a/y"]
    assert await below(f"{root}/b", root) == ["/b"]
    assert await below(f"{root}/b", f"{root}/a") == []
    assert await below("other", root) == []


async def test_a_unit_sees_the_rounds_that_it_is_appraised_in(ask: Asker, world: World) -> None:
    root = world.root

    async def sees(viewer: str, authority: str, round_: str) -> bool:
        return (await ask(viewer, ROUND, authority=authority, round=round_))["round"] is not None

    assert await sees(root, root, "2023")
    assert await sees(root, f"{root}/a", "2023")
    assert await sees(f"{root}/a", root, "2023")
    assert not await sees(f"{root}/a", root, "2024")
    assert await sees(f"{root}/a/x", f"{root}/a", "2023")
    assert not await sees(f"{root}/a/x", root, "2023")
    assert not await sees(f"{root}/b", f"{root}/a", "2023")
    assert not await sees("other", root, "2023")


async def test_a_round_is_shown_with_its_windows(ask: Asker, world: World) -> None:
    query = """query ($authority: ID!) { round(authority: $authority, round: "2023") { authority round name kind rubrics units
      filing { opens closes } appraisal { opens } disputes { closes } released published } }"""
    root = world.root
    assert (await ask(f"{root}/b", query, authority=root))["round"] == {
        "authority": root, "round": "2023", "name": "Kỳ 2023", "kind": "annual", "rubrics": {"district": "district-2023"},
        "units": [f"{root}/a", f"{root}/b", f"{root}/c"],
        "filing": {"opens": "2023-12-01T00:00:00.000000Z", "closes": "2024-01-01T00:00:00.000000Z"},
        "appraisal": {"opens": "2023-12-01T00:00:00.000000Z"}, "disputes": {"closes": "2024-01-01T00:00:00.000000Z"},
        "released": False, "published": False,
    }  # fmt: skip


async def test_a_unit_sees_the_rubrics_that_it_is_appraised_under(ask: Asker, world: World) -> None:
    root = world.root
    rubric = (await ask(f"{root}/b", RUBRIC, authority=root, id="district-2023"))["rubric"]
    assert (rubric["name"], rubric["total"]) == (RUBRIC_AS_PUBLISHED["name"], "5")
    assert rubric["areas"] == RUBRIC_AS_PUBLISHED["areas"]
    assert rubric["hash"] == sha256(canonical(RUBRIC_AS_PUBLISHED)).hexdigest()

    async def sees(viewer: str, authority: str, id_: str) -> bool:
        return (await ask(viewer, RUBRIC, authority=authority, id=id_))["rubric"] is not None

    assert await sees(root, root, "unused")
    assert not await sees(f"{root}/a", root, "unused")
    assert await sees(f"{root}/a/x", f"{root}/a", "commune-2023")
    assert not await sees(f"{root}/a/x", root, "district-2023")
    assert not await sees(f"{root}/b", f"{root}/a", "commune-2023")
    assert await sees(root, f"{root}/a", "district-2023")  # an authority may use those of the units above it
    assert not await sees(root, root, "commune-2023")
    assert not await sees("other", root, "district-2023")


async def test_indices_over_the_rounds(ask: Asker, world: World) -> None:
    unit = f"{world.root}/b"
    points = (await ask(world.root, HISTORY, unit=unit))["indexHistory"]
    recorded = "2023-12-06T01:30:00.123456Z"
    assert points == [
        {
            "round": "2024",
            "index": "70.37",
            "rank": 1,
            "grade": "Yếu",
            "imported": False,
            "position": 2,
            "recordedAt": recorded,
        },
        {
            "round": "2023",
            "index": "93.36",
            "rank": 1,
            "grade": "Tốt",
            "imported": False,
            "position": 5,
            "recordedAt": recorded,
        },
    ]
    [own] = (await ask(unit, HISTORY, unit=unit))["indexHistory"]  # 2024 is released, 2023 is not
    assert (own["round"], own["index"], own["rank"], own["grade"]) == ("2024", "70.37", None, None)
    assert (await ask(f"{world.root}/a", HISTORY, unit=unit))["indexHistory"] == []
    assert (await ask("other", HISTORY, unit=unit))["indexHistory"] == []


async def test_refusals_are_read_by_the_tenant_and_who_is_above(ask: Asker, world: World) -> None:
    unit = f"{world.root}/a"
    await world.refuse(unit, "0199c0de-7f3a-7c21-9d44-0a1b2c3d4e5f")
    await world.refuse(unit, "malformed.00ff", b"\xff no JSON", None)
    for viewer in (unit, world.root):
        edges = (await ask(viewer, REFUSALS, tenant=unit))["refusals"]["edges"]
        first, second = [edge["node"] for edge in edges]
        assert first["id"] == "0199c0de-7f3a-7c21-9d44-0a1b2c3d4e5f"
        assert first["type"] == "SubmissionFiled"
        assert first["excerpt"] == '{"id": 1}'
        assert first["hash"] == sha256(first["id"].encode()).hexdigest()
        assert first["problem"]["type"] == "window-closed"
        assert first["problem"]["title"] == {"vi": "Đã hết thời hạn", "en": "The window has closed"}
        assert first["problem"]["pointer"] == "/data/leaf"
        assert (second["id"], second["type"], second["excerpt"]) == (None, None, "\ufffd no JSON")
    for viewer in (f"{world.root}/b", f"{unit}/x", "other"):
        assert (await ask(viewer, REFUSALS, tenant=unit))["refusals"]["edges"] == []


async def test_a_text_that_was_taken_away_leaves_its_field(ask: Asker, world: World) -> None:
    position = await world.record(
        f"{world.root}/a@2023", "LeafExcluded", {"leaf": "4.1", "reason": {"sha256": "00" * 32}}
    )
    query = "query ($root: ID!, $position: Int!) { event(root: $root, position: $position) { texts { field text salt } } }"
    event = (await ask(world.root, query, root=world.root, position=position))["event"]
    assert event["texts"] == [{"field": "reason", "text": None, "salt": None}]


async def test_events_that_the_read_model_has_not_taken_in_yet_are_not_in_a_dossier(
    ask: Asker, world: World
) -> None:
    await world.connection.execute("UPDATE read.progress SET position = 2 WHERE root = $1", world.root)
    dossier = (await ask(world.root, DOSSIER, unit=f"{world.root}/a"))["dossier"]
    assert dossier["position"] == 2
    assert [edge["node"]["type"] for edge in dossier["events"]["edges"]] == [
        "SubmissionFiled",
        "ScoreAppraised",
    ]


async def test_me(ask: Asker, world: World) -> None:
    answer = (await ask.post(world.root, "{ me { tenant roles actor } }", ("filer", "council"))).json()
    me = answer["data"]["me"]
    assert me == {"tenant": world.root, "roles": ["council", "filer"], "actor": actor_of(ISSUER, "somebody")}

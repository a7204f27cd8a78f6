"""Who sees which standings: before publication, from then on, and after a reopening."""

import pytest

from tests.integration.query.asker import Asker
from tests.integration.query.played import Played
from tests.integration.query.world import World
from tests.year import LATER, PAST

STANDINGS = """
query ($authority: ID!, $live: Boolean! = false, $group: String) {
  standings(authority: $authority, round: "2023", live: $live, group: $group) {
    unit { path name } kind group index rank grade points assessed coverage final
  }
}
"""
OWN = """query ($unit: ID!) {
  dossier(unit: $unit, round: "2023") { index rank grade status }
  indexHistory(unit: $unit) { round index rank grade }
}"""
ROUND = """query ($authority: ID!) {
  round(authority: $authority, round: "2023") {
    released published cancelled filing { closes } appraisal { closes }
    publication { document position } appraisers
  }
}"""


async def test_what_was_published_is_seen_by_who_stands_in_it(played: Played) -> None:
    year, district = played.year, played.district
    await year.appraise()
    await year.release()
    await year.dispute()
    first, second = played.commune(), played.commune("xa-2")
    before = (await played(second, STANDINGS, authority=district))["standings"]
    assert [(row["unit"]["path"], row["rank"], row["index"]) for row in before] == [(second, None, "0")]
    assert (await played(second, "query ($p: ID!) { unit(path: $p) { name } }", p=first))["unit"] is None
    await year.publish()
    for viewer, seen in ((first, first), (second, second)):
        rows = (await played(viewer, STANDINGS, authority=district))["standings"]
        assert [(row["unit"]["path"], row["rank"], row["grade"]) for row in rows] == [
            (first, 1, "Yếu"),
            (second, 2, "Yếu"),
        ]
        assert [row["unit"]["name"] for row in rows] == [first, second]
        for row in rows:
            own = row["unit"]["path"] == seen
            assert [row[name] is not None for name in ("points", "assessed", "coverage")] == [own] * 3
            assert row["final"]
        asked = {"authority": district, "live": True}
        assert (await played(viewer, STANDINGS, **asked))["standings"] == rows, "nobody else has live ones"
    assert await played(f"{played.root}/so", STANDINGS, authority=district) == {"standings": []}
    own = await played(second, OWN, unit=second)
    assert own["dossier"] == {"index": "0", "rank": 2, "grade": "Yếu", "status": "published"}
    assert own["indexHistory"] == [{"round": "2023", "index": "0", "rank": 2, "grade": "Yếu"}]


async def test_after_a_reopening_the_published_ones_stay_and_the_authority_has_live_ones_beside_them(
    played: Played,
) -> None:
    year, district = played.year, played.district
    await year.appraise()
    await year.release()
    await year.publish()
    published = (await played(district, STANDINGS, authority=district))["standings"]
    await year.of_round("RoundReopened", reason="chấm sót")
    await year.of_round("RoundExtended", window="appraisal", closes=LATER)
    for leaf in ("1.1", "1.2", "2.1", "2.2"):
        score = {"leaf": leaf, "points": "1", "reason": "đã rà soát"}
        await year.of_dossier("ScoreAppraised", commune="xa-2", **score)
    second = played.commune("xa-2")
    assert (await played(district, STANDINGS, authority=district))["standings"] == published
    live = (await played(district, STANDINGS, authority=district, live=True))["standings"]
    assert [(row["unit"]["path"], row["rank"], row["index"]) for row in live] == [
        (second, 1, "66.67"),
        (played.commune(), 2, published[0]["index"]),
    ]
    own = await played(second, OWN, unit=second)
    assert own["dossier"] == {"index": "66.67", "rank": 2, "grade": "Yếu", "status": "released"}
    rows = (await played(second, STANDINGS, authority=district, live=True))["standings"]
    assert [(row["unit"]["path"], row["index"]) for row in rows][1] == (second, "0")
    await year.publish("appraisal")
    rows = (await played(second, STANDINGS, authority=district))["standings"]
    assert [(row["unit"]["path"], row["rank"]) for row in rows] == [(second, 1), (played.commune(), 2)]


async def test_a_round_tells_how_it_stands(played: Played) -> None:
    year, district = played.year, played.district
    await year.appraise()
    await year.of_round("RoundExtended", window="filing", closes=PAST, units=[played.commune("xa-2")])
    windows = 'query ($unit: ID!) { dossier(unit: $unit, round: "2023") { windows { filing { closes } } } }'
    closes = [
        (await played(district, windows, unit=played.commune(name)))["dossier"]["windows"]["filing"]["closes"]
        for name in ("xa-1", "xa-2")
    ]
    assert closes == ["2090-01-01T00:00:00.000000Z", "2020-01-02T00:00:00.000000Z"]
    await year.release()
    await year.publish()
    round_ = (await played(played.commune(), ROUND, authority=district))["round"]
    assert (round_["released"], round_["published"], round_["cancelled"]) == (True, True, False)
    assert round_["filing"]["closes"] == "2020-01-02T00:00:00.000000Z"
    assert round_["publication"]["document"]["number"] == "12/QĐ-UBND"
    assert round_["appraisers"] is None
    position = round_["publication"]["position"]
    await year.of_round("RoundReopened", reason="chấm sót")
    round_ = (await played(district, ROUND, authority=district))["round"]
    assert (round_["published"], round_["publication"]["position"]) == (False, position)
    assert round_["appraisers"] == {"2.1": f"{played.root}/so"}
    await year.of_round("RoundCancelled", reason="mở nhầm")
    assert (await played(district, ROUND, authority=district))["round"]["cancelled"]
    assert (await played(district, OWN, unit=played.commune()))["indexHistory"] == []


@pytest.mark.parametrize("viewer", ["", "/a"])
async def test_standings_of_groups(ask: Asker, world: World, viewer: str) -> None:
    root = world.root
    for unit, group in ((f"{root}/p", "núi"), (f"{root}/q", "biển")):
        await world.unit(unit, "district")
        await world.dossier(unit, "2025", grouped=group, released=True)
    await world.dossier(f"{root}/a", "2025", grouped="núi", released=True, index=80_000_000)
    units = [f"{root}/{name}" for name in ("a", "p", "q")]
    await world.round(root, "2025", units, published_at=77)
    placed = {units[0]: (80_000_000, 2), units[1]: (93_360_000, 1), units[2]: (93_360_000, 1)}
    await world.publish(root, "2025", placed, 77, groups={units[0]: "núi", units[1]: "núi", units[2]: "biển"})
    query = STANDINGS.replace('"2023"', '"2025"')
    rows = (await ask(root + viewer, query, authority=root, group="núi"))["standings"]
    assert [(row["unit"]["path"], row["rank"], row["group"]) for row in rows] == [
        (units[1], 1, "núi"),
        (units[0], 2, "núi"),
    ]
    assert len((await ask(root + viewer, query, authority=root))["standings"]) == 3


async def test_who_left_before_the_latest_publication_sees_none_of_it(ask: Asker, world: World) -> None:
    root = world.root
    a, b = f"{root}/a", f"{root}/b"
    for unit, gone in ((a, True), (b, False)):
        await world.dossier(unit, "2025", released=True, gone=gone)
    await world.round(root, "2025", [b], published_at=78)
    await world.publish(root, "2025", {a: (80_000_000, 1), b: (70_000_000, 2)}, 77)
    await world.publish(root, "2025", {b: (70_000_000, 1)}, 78)
    query = STANDINGS.replace('"2023"', '"2025"')
    assert (await ask(a, query, authority=root))["standings"] == []
    [row] = (await ask(b, query, authority=root))["standings"]
    assert (row["unit"]["path"], row["rank"]) == (b, 1)

"""Units that ended: what stays to be read, by whom, and what of it their heirs are shown."""

from tests.integration.query.asker import Asker
from tests.integration.query.played import Played
from tests.integration.query.world import World

TREE = """query ($path: ID!) {
  unit(path: $path) { name from until ended heir predecessors { path ended } successors { path name } }
}"""
HISTORY = """query ($unit: ID!, $all: Boolean! = false) {
  indexHistory(unit: $unit, withPredecessors: $all) { unit round index rank of grade imported basis }
}"""
DOSSIER = """query ($unit: ID!, $round: ID! = "2023") {
  dossier(unit: $unit, round: $round) { index rank status left leaves { code appraisedPoints } }
}"""
PREVIOUS = """query ($unit: ID!) {
  dossier(unit: $unit, round: "2024") { leaves { code previous {
    unit { path } round code max appraisedPoints lost plans { plan status action }
  } } }
}"""


async def test_a_new_unit_reads_as_its_predecessors_and_an_old_token_still_reads_its_own(
    played: Played,
) -> None:
    await played.year.play()
    new, old, other = played.commune("xa-moi"), played.commune("xa-1"), played.commune("xa-2")
    unit = (await played(new, TREE, path=new))["unit"]
    assert unit["predecessors"] == [{"path": old, "ended": True}, {"path": other, "ended": True}]
    assert (unit["from"], unit["until"], unit["ended"], unit["heir"]) == ("2024-07-01", None, False, None)
    unit = (await played(old, TREE, path=old))["unit"]
    assert (unit["until"], unit["ended"], unit["heir"]) == ("2024-07-01", True, new)
    assert unit["successors"] == [{"path": new, "name": "Xã Mới"}], "its heir's name is known to it"
    own = (await played(old, DOSSIER, unit=old))["dossier"]
    assert (own["index"], own["rank"], own["status"], own["left"]) == ("49", 1, "published", False)
    assert (await played(new, DOSSIER, unit=old))["dossier"] == own
    for stranger in (other, f"{played.root}/so"):
        assert (await played(stranger, DOSSIER, unit=old))["dossier"] is None
    assert (await played(old, DOSSIER, unit=new, round="2024"))["dossier"] is None, (
        "the other way it does not go"
    )
    assert (await played(new, DOSSIER, unit=new, round="2024"))["dossier"]["status"] == "open"


async def test_indices_from_before_the_ledger_and_of_predecessors_are_each_marked(played: Played) -> None:
    await played.year.play()
    new, old, other = played.commune("xa-moi"), played.commune("xa-1"), played.commune("xa-2")
    imported = {"unit": old, "round": "2022", "index": "81.5", "rank": 2, "of": 7, "grade": "Tốt"}
    before = {**imported, "imported": True, "basis": "QĐ 99/QĐ-UBND"}
    computed = {"unit": old, "round": "2023", "index": "49", "rank": 1, "of": None, "grade": "Yếu"}
    made = {**computed, "imported": False, "basis": None}
    assert (await played(old, HISTORY, unit=old))["indexHistory"] == [before, made]
    assert (await played(new, HISTORY, unit=new))["indexHistory"] == []
    whole = (await played(new, HISTORY, unit=new, all=True))["indexHistory"]
    assert whole == [before, {**made, "unit": other, "index": "0", "rank": 2}, made]
    assert (await played(other, HISTORY, unit=new, all=True))["indexHistory"] == whole[1:2], "its own alone"
    assert (await played(f"{played.root}/so", HISTORY, unit=new, all=True))["indexHistory"] == []


async def test_a_round_imported_before_it_was_opened_here_has_one_point(played: Played) -> None:
    """The imported one, until an index is there to be seen."""
    year, unit, district = played.year, played.commune(), played.district

    async def points(viewer: str) -> list[tuple[str, str, bool]]:
        found = (await played(viewer, HISTORY, unit=unit))["indexHistory"]
        return [(point["round"], point["index"], point["imported"]) for point in found]

    imported, computed = [("2024", "70", True)], [("2024", "50", False)]
    result = {"unit": unit, "round": "2024", "index": "70", "basis": "QĐ 1/QĐ-UBND"}
    await year.province.say("ResultImported", played.root, unit, **result)
    await year.begin_next("xa-1")
    assert await points(unit) == await points(district) == imported
    scored = {"leaf": "1.2", "points": "0.5"}
    await year.province.say("ScoreAppraised", district, f"{unit}@2024", **scored)
    assert (await points(unit), await points(district)) == (imported, computed)
    await year.of_round("AppraisalReleased", round_="2024")
    assert await points(unit) == await points(district) == computed


async def test_a_leaf_shows_what_it_came_to_in_the_round_before_and_the_plan_made_for_it(
    played: Played,
) -> None:
    await played.year.play()
    new, old, other = (played.commune(name) for name in ("xa-moi", "xa-1", "xa-2"))
    leaves = (await played(new, PREVIOUS, unit=new))["dossier"]["leaves"]
    previous = {leaf["code"]: leaf["previous"] for leaf in leaves}
    plan = {"plan": "k1", "status": "accepted", "action": "đôn đốc"}
    of = {"round": "2023", "code": "1.1", "max": "2"}
    assert previous["1.1"] == [
        {**of, "unit": {"path": old}, "appraisedPoints": "1", "lost": "1.25", "plans": [plan]},
        {**of, "unit": {"path": other}, "appraisedPoints": "0", "lost": "2", "plans": []},
    ]
    assert [leaf["code"] for leaf in previous["2.7"]] == ["2.1", "2.1"], "by what its rubric says it was"
    assert [leaf["lost"] for leaf in previous["2.7"]] == ["1.5", "2"]
    assert "2.2" not in previous


async def test_a_dossier_that_left_its_round_stays_readable(played: Played) -> None:
    year = played.year
    await year.appraise()
    await year.release()
    await year.reorganise()
    old, new = played.commune(), played.commune("xa-moi")
    for viewer in (old, new, played.district):
        dossier = (await played(viewer, DOSSIER, unit=old))["dossier"]
        assert (dossier["left"], dossier["status"], dossier["index"]) == (True, "released", "42.32")
    rows = f'{{ standings(authority: "{played.district}", round: "2023") {{ unit {{ path }} }} }}'
    assert (await played(played.district, rows))["standings"] == []
    assert (await played(old, HISTORY, unit=old))["indexHistory"] == []


async def test_who_is_an_heir_of_the_unit_that_it_lay_below_does_not_see_its_neighbours(
    ask: Asker, world: World
) -> None:
    a = f"{world.root}/a"
    await world.put("heir", unit=a, heir=f"{a}/x")
    query = 'query ($unit: ID!) { dossier(unit: $unit, round: "2023") { points } }'
    assert (await ask(f"{a}/x", query, unit=a))["dossier"] == {"points": "91.026"}
    assert (await ask(f"{a}/x", query, unit=f"{a}/x"))["dossier"] == {"points": None}, (
        "its own is not released"
    )
    assert (await ask(f"{a}/x", query, unit=f"{a}/y"))["dossier"] is None


async def test_an_heir_beside_it_presides_over_what_lay_below(ask: Asker, world: World) -> None:
    a, c = f"{world.root}/a", f"{world.root}/c"
    query = 'query ($unit: ID!) { dossier(unit: $unit, round: "2023") { points } }'
    assert (await ask(c, query, unit=f"{a}/x"))["dossier"] is None
    await world.put("heir", unit=a, heir=c)
    assert (await ask(c, query, unit=f"{a}/x"))["dossier"] == {"points": "91.026"}
    await world.put("heir", unit=c, heir=f"{world.root}/d")
    assert (await ask(f"{world.root}/d", query, unit=f"{a}/x"))["dossier"] == {"points": "91.026"}


async def test_a_heir_in_another_root_reads_nothing_by_that(ask: Asker, world: World) -> None:
    stranger = f"o-{world.root}/x"
    await world.put("heir", unit=f"{world.root}/b", heir=stranger)
    query = 'query ($unit: ID!) { dossier(unit: $unit, round: "2023") { points } unit(path: $unit) { heir } }'
    assert (await ask(stranger, query, unit=f"{world.root}/b")) == {"dossier": None, "unit": None}
    seen = (await ask(world.root, query, unit=f"{world.root}/b"))["unit"]
    assert seen == {"heir": stranger}

"""Who sees what of standings, ranks and indices."""

from tests.integration.query.asker import Asker
from tests.integration.query.questions import HISTORY, STANDINGS
from tests.integration.query.world import World


async def test_the_authority_sees_live_standings(ask: Asker, world: World) -> None:
    rows = (await ask(world.root, STANDINGS, authority=world.root))["standings"]
    assert [(row["unit"]["path"][-1], row["rank"], row["grade"], row["index"]) for row in rows] == [
        ("a", 1, "Tốt", "93.36"),
        ("b", 1, "Tốt", "93.36"),
        ("c", None, None, None),
    ]
    assert rows[1] == {
        "unit": {"path": f"{world.root}/b"},
        "kind": "district",
        "index": "93.36",
        "rank": 1,
        "grade": "Tốt",
        "points": "91.026",
        "assessed": "97.5",
        "coverage": "100",
        "final": True,
    }
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
        "unit": {"path": f"{root}/b"},
        "kind": "district",
        "index": None,
        "rank": None,
        "grade": None,
        "points": None,
        "assessed": None,
        "coverage": None,
        "final": False,
    }
    for viewer in (f"{root}/a/x", "other"):
        assert (await ask(viewer, STANDINGS, authority=root))["standings"] == []


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


async def test_units_are_ranked_within_their_group_where_the_round_has_groups(
    ask: Asker, world: World
) -> None:
    authority, units = f"{world.root}/c", list[str]()
    for name, index, group in (("p", 90, "núi"), ("q", 80, "núi"), ("r", 85, "biển"), ("s", 70, None)):
        unit = f"{authority}/{name}"
        units.append(unit)
        await world.unit(unit, "commune")
        placed = {"kind": "commune", "index": index * 1_000_000, "grouped": group}
        await world.dossier(unit, "2023", **placed)
    await world.round(authority, "2023", units)
    rows = (await ask(authority, STANDINGS, authority=authority))["standings"]
    assert {row["unit"]["path"][-1]: row["rank"] for row in rows} == {"p": 1, "q": 2, "r": 1, "s": 1}

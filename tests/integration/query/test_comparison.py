"""A unit's rounds beside each other."""

from datetime import date

from shared.codec.canonical import canonical
from tests.integration.query.asker import Asker
from tests.integration.query.content import RUBRIC
from tests.integration.query.world import World

COMPARISON = """query ($unit: ID!, $rounds: [ID!]!) {
  unit(path: $unit) { comparison(rounds: $rounds) {
    rounds
    areas { code name values { round code points assessed share change } }
    leaves { code values { round code points assessed share change } }
  } }
}"""
RENUMBERED = {
    **RUBRIC,
    "id": "district-2024",
    "areas": [
        {
            "code": "3",
            "name": "Thủ tục hành chính",
            "criteria": [
                {"code": "3.5", "name": "Kết quả", "max": "3", "rule": {"kind": "rate"}, "was": "3.4"},
                {"code": "3.6", "name": "Mới", "max": "1", "rule": {"kind": "judgement"}},
            ],
        }
    ],
}
AREAS = [
    {"code": "3", "name": "", "max": 4000, "points": 3000, "assessed": 4000, "excluded": 0, "lost": 1000}
]


async def two_years(world: World, released: bool) -> str:
    """District c in 2023 and, under a rubric that renumbered a leaf, in 2026."""
    unit = f"{world.root}/c"
    await world.rubric(world.root, RENUMBERED)
    await world.round(world.root, "2026", [unit], period_from=date(2026, 1, 1), period_to=date(2026, 12, 31))
    await world.dossier(
        unit, "2026", rubric="district-2024", released=released, areas=canonical(AREAS).decode()
    )
    await world.leaf(unit, "2026", "3.5", lost=500)
    await world.leaf(unit, "2026", "3.6", lost=500)
    await world.leaf(unit, "2023", "3.4", lost=1500)
    return unit


async def test_areas_and_leaves_of_two_rounds(ask: Asker, world: World) -> None:
    unit = await two_years(world, released=True)
    asked = {"unit": unit, "rounds": ["2026", "2023", "2026", "2099"]}
    found = (await ask(world.root, COMPARISON, **asked))["unit"]["comparison"]
    assert found["rounds"] == ["2023", "2026"]
    assert found["areas"] == [
        {
            "code": "3",
            "name": "Thủ tục hành chính",
            "values": [
                {**of("2023", "3"), "points": "2.026", "assessed": "3.5", "share": "57.89", "change": None},
                {**of("2026", "3"), "points": "3", "assessed": "4", "share": "75", "change": "17.11"},
            ],
        },
        {
            "code": "4",
            "name": "Tổ chức bộ máy",
            "values": [
                {**of("2023", "4"), "points": "0", "assessed": "0", "share": None, "change": None},
                {**of("2026", None), "points": None, "assessed": None, "share": None, "change": None},
            ],
        },
    ]
    leaf = found["leaves"][0]
    assert (leaf["code"], [value["code"] for value in leaf["values"]]) == ("3.5", ["3.4", "3.5"])
    assert [(value["points"], value["share"], value["change"]) for value in leaf["values"]] == [
        ("1.5", "50", None),
        ("2.5", "83.33", "33.33"),
    ]
    assert [value["code"] for value in found["leaves"][1]["values"]] == [None, "3.6"]


def of(round_: str, code: str | None) -> dict[str, str | None]:
    """Which round, and the code there."""
    return {"round": round_, "code": code}


async def test_what_is_not_released_is_not_compared(ask: Asker, world: World) -> None:
    unit = await two_years(world, released=False)
    asked = {"unit": unit, "rounds": ["2023", "2026"]}
    found = (await ask(unit, COMPARISON, **asked))["unit"]["comparison"]
    for one in (*found["areas"], *found["leaves"]):
        assert [(value["points"], value["share"]) for value in one["values"]] == [(None, None)] * 2
    assert (await ask(f"{world.root}/a", COMPARISON, **asked))["unit"] is None
    assert (await ask(f"{world.root}/c/x", COMPARISON, **asked))["unit"]["comparison"]["rounds"] == []


async def test_how_many_rounds_may_be_compared(ask: Asker, world: World) -> None:
    for rounds in ([], [str(n) for n in range(11)]):
        [message] = await ask.errors(world.root, COMPARISON, unit=world.root, rounds=rounds)
        assert message == f"rounds names {len(rounds)} rounds: ask for 1 to 10"
    found = await ask(world.root, COMPARISON, unit=world.root, rounds=["x\0", "2023"])
    assert found["unit"]["comparison"]["rounds"] == []

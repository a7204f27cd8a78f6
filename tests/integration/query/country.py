"""A small country: a province, two districts with communes, two rounds; and who may ask about it.

{root}                  province            appraises {root}/a, /b, /c in its round 2023, and in 2024
├── {root}/a            district            appraises {root}/a/x, /y in its round 2023; released in {root}'s
│   ├── {root}/a/x      commune
│   └── {root}/a/y      commune
├── {root}/b            district            not released
└── {root}/c            district            nothing happened to its dossier yet
"""

from datetime import date
from typing import Any

import asyncpg

from tests.integration.query.content import RUBRIC
from tests.integration.query.world import World


async def build(connection: asyncpg.Connection, root: str) -> World:
    """The world of the module's docstring, on a root that was prepared."""
    world = World(connection, root)
    a, b, c = (f"{root}/{name}" for name in "abc")
    for path, kind in [
        (root, "province"),
        (a, "district"),
        (b, "district"),
        (c, "district"),
        (f"{a}/x", "commune"),
        (f"{a}/y", "commune"),
    ]:
        await world.unit(path, kind)
    await world.rubric(root)
    await world.rubric(root, {**RUBRIC, "id": "unused"})
    await world.rubric(a, {**RUBRIC, "id": "commune-2023"})
    await world.round(root, "2023", [a, b, c])
    await world.round(root, "2024", [b])
    await world.round(a, "2023", [f"{a}/x", f"{a}/y"])
    await _dossiers_of_the_province(world, a, b, c)
    await _beside_them(world, a, c)
    for unit, index in ((f"{a}/x", 80_000_000), (f"{a}/y", None)):
        await world.dossier(unit, "2023", kind="commune", rubric="commune-2023", index=index, released=False)
    return world


async def _beside_them(world: World, a: str, c: str) -> None:
    """Something in every other table: of a and of c, nothing of b."""
    await world.put("heir", unit=f"{c}/old", heir=c)
    await world.grant("g1", f"guest-{world.root}", c)
    await world.put(
        "imported",
        **{"unit": c, "round": "2019", "index": 50_000_000, "rank": 3, "out_of": 9, "grade": "Yếu"},
        **{"basis": "QĐ 1/QĐ-UBND", "said_at": 1},
    )
    await world.publish(a, "2022", {f"{a}/x": (90_000_000, 1), f"{a}/y": (80_000_000, 2)}, position=1)
    of_a = {"unit": a, "round": "2023"}
    await world.put(
        "adjustment",
        **{**of_a, "kind": "penalty", "id": "p1", "points": 250, "target": "3.4", "basis": None},
        **{"said_at": 1, "taken_back": False},
    )
    await world.put(
        "dispute",
        **{**of_a, "id": "d1", "about": "3.12.3", "status": "open", "claimed": 500, "points": None},
        **{"raised_at": 1, "decided_at": None},
    )
    await world.put(
        "plan",
        **{**of_a, "id": "k1", "leaves": ["3.4"], "lead": "Văn phòng", "support": [], "target": None},
        **{"due": date(2024, 3, 1), "status": "planned", "planned_at": 1},
    )
    await world.put("story", **of_a, code="3.4", position=1)


_NOT_COMPUTED: dict[str, Any] = dict.fromkeys(
    ("computed", "unit_computed", "support", "lost", "figures", "council_figures")
)


async def _appraised(world: World, unit: str, *, released: bool) -> None:
    """A dossier of 2023: a leaf of figures, one of points alone, one left out, a bonus item."""
    stream = f"{unit}@2023"
    filed, scored, _ = await world.record_all(
        [
            (stream, "SubmissionFiled", {"leaf": "3.4", "self_points": "3"}, {"note": f"Ghi chú của {unit}"}),
            (stream, "ScoreAppraised", {"leaf": "3.4", "points": "0.526"}, {"opinion": f"Ý kiến về {unit}"}),
            (stream, "LeafAssigned", {"leaves": ["3.4"], "lead": "Văn phòng"}, {}),
        ]
    )
    status = "released" if released else "submitted"
    await world.dossier(unit, "2023", released=released, status=status, position=scored)
    await world.leaf(unit, "2023", "3.4", filed_at=filed, appraised_at=scored)
    plain = {**_NOT_COMPUTED, "self_points": 500, "appraised": 500, "lost": 0}
    await world.leaf(unit, "2023", "3.12.3", **plain)
    left_out = {**_NOT_COMPUTED, "self_points": None, "appraised": None, "excluded": "not-due"}
    await world.leaf(unit, "2023", "4.1", **left_out, responsible=[])
    item = {**_NOT_COMPUTED, "self_points": None, "appraised": 500}
    await world.leaf(unit, "2023", "B.1", **item, responsible=[])
    await world.evidence(unit, "2023", "3.4", "e1", filed)
    await world.change(unit, "2023", filed, None, 95_000_000)
    await world.change(unit, "2023", scored, 93_360_000, 95_000_000)


async def _dossiers_of_the_province(world: World, a: str, b: str, c: str) -> None:
    await _appraised(world, a, released=True)
    await _appraised(world, b, released=False)
    await world.dossier(
        c,
        "2023",
        self_index=None,
        index=None,
        grade=None,
        points=0,
        assessed=0,
        excluded=0,
        lost=0,
        coverage=0,
        final=False,
        bonus=0,
        penalties=0,
    )
    await world.dossier(b, "2024", released=True, index=70_370_000, grade="Yếu")
    await world.change(b, "2024", 2, 70_370_000)
    # a's own round has a stream of the same name as its dossier in the province's round
    await world.record(f"{a}@2023", "RoundOpened", {"round": "2023"}, {})
    await world.record(a, "UnitRegistered", {"unit": a, "name": "Huyện A"}, {})

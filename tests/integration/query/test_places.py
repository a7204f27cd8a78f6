"""Who sees what of units, rounds, rubrics and refusals."""

from hashlib import sha256

from shared.broker.subjects import actor_of
from shared.codec.canonical import canonical
from shared.identity.issuer import ISSUER
from tests.integration.query.asker import Asker
from tests.integration.query.content import RUBRIC as RUBRIC_AS_PUBLISHED
from tests.integration.query.questions import (
    REFUSALS,
    ROUND,
    RUBRIC,
    UNIT,
    UNITS,
    WHOLE_ROUND,
)
from tests.integration.query.world import World


async def test_a_unit_sees_names_above_itself_and_all_below(ask: Asker, world: World) -> None:
    root = world.root
    assert (await ask(f"{root}/a/x", UNIT, path=root))["unit"] == {
        "path": root,
        "name": f"Đơn vị {root}",
        "kind": "province",
        "parent": None,
        "from": "2020-01-01",
        "until": None,
    }
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
    root = world.root
    assert (await ask(f"{root}/b", WHOLE_ROUND, authority=root, round="2023"))["round"] == {
        "authority": root,
        "round": "2023",
        "name": "Kỳ 2023",
        "kind": "annual",
        "rubrics": {"district": "district-2023"},
        "units": [f"{root}/a", f"{root}/b", f"{root}/c"],
        "filing": {"opens": "2023-12-01T00:00:00.000000Z", "closes": "2024-01-01T00:00:00.000000Z"},
        "appraisal": {"opens": "2023-12-01T00:00:00.000000Z"},
        "disputes": {"closes": "2024-01-01T00:00:00.000000Z"},
        "released": False,
        "published": False,
    }


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


async def test_me(ask: Asker, world: World) -> None:
    answer = (await ask.post(world.root, "{ me { tenant roles actor } }", ("filer", "council"))).json()
    me = answer["data"]["me"]
    assert me == {"tenant": world.root, "roles": ["council", "filer"], "actor": actor_of(ISSUER, "somebody")}

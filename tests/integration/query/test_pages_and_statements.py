"""Pages that do not shift, and how many statements an answer takes."""

from tests.integration.query.asker import Asker
from tests.integration.query.world import World

_ARGUMENTS = "($of: ID!, $first: Int!, $after: String)"
_PAGE = "(first: $first, after: $after) { ...page }"
PAGES = {
    "units": f"query {_ARGUMENTS} {{ units(under: $of, first: $first, after: $after) {{ ...page }} }}",
    "refusals": f"query {_ARGUMENTS} {{ refusals(tenant: $of, first: $first, after: $after) {{ ...page }} }}",
    "events": f'query {_ARGUMENTS} {{ dossier(unit: $of, round: "2023") {{ events{_PAGE} }} }}',
    "history": f'query {_ARGUMENTS} {{ dossier(unit: $of, round: "2023") {{ history{_PAGE} }} }}',
}
NODES = {
    "units": ("UnitConnection", "path"),
    "refusals": ("RefusalConnection", "id"),
    "events": ("EventConnection", "version"),
    "history": ("IndexChangeConnection", "position"),
}


async def page(
    ask: Asker, viewer: str, kind: str, of: str, first: int, after: str | None
) -> tuple[list[object], str | None, bool]:
    type_, key = NODES[kind]
    info = "pageInfo { hasNextPage endCursor }"
    fragment = f" fragment page on {type_} {{ edges {{ cursor node {{ {key} }} }} {info} }}"
    data = await ask(viewer, PAGES[kind] + fragment, of=of, first=first, after=after)
    found = data["dossier"][kind] if "dossier" in data else data[kind]
    if found["edges"]:
        assert found["pageInfo"]["endCursor"] == found["edges"][-1]["cursor"]
    return (
        [e["node"][key] for e in found["edges"]],
        found["pageInfo"]["endCursor"],
        found["pageInfo"]["hasNextPage"],
    )


async def grow(world: World, unit: str, number: int) -> None:
    """Something more in every list."""
    position = await world.record(
        f"{unit}@2023", "LeafAssigned", {"leaves": ["3.4"], "lead": f"Phòng {number}"}
    )
    await world.change(unit, "2023", 100 + number, 80_000_000 + position)
    await world.refuse(unit, f"refusal-{number:03d}")
    await world.unit(f"{unit}/u{number:03d}", "commune")


async def test_pages_do_not_shift_when_something_is_appended(ask: Asker, world: World) -> None:
    unit = f"{world.root}/b"
    for number in range(5):
        await grow(world, unit, number)
    expected = {
        "units": [f"{unit}/u{n:03d}" for n in range(12)],
        "refusals": [f"refusal-{n:03d}" for n in range(12)],
        "events": list(range(1, 16)),
        "history": [4, 5, *range(100, 112)],
    }
    found: dict[str, list[object]] = {kind: [] for kind in PAGES}
    after: dict[str, str | None] = dict.fromkeys(PAGES)
    number, more = 5, set(PAGES)
    while more:
        for kind in list(more):
            rows, after[kind], goes_on = await page(ask, world.root, kind, unit, 2, after[kind])
            found[kind] += rows
            if not goes_on and number == 12:
                more.remove(kind)
        if number < 12:
            await grow(world, unit, number)
            number += 1
    assert found == expected


async def test_the_last_page_says_that_it_is_the_last(ask: Asker, world: World) -> None:
    unit = f"{world.root}/a"
    assert await page(ask, world.root, "events", unit, 3, None) == (
        [1, 2, 3],
        (await page(ask, world.root, "events", unit, 200, None))[1],
        False,
    )
    rows, end, goes_on = await page(ask, world.root, "events", unit, 2, None)
    assert (rows, goes_on) == ([1, 2], True)
    assert await page(ask, world.root, "events", unit, 2, end) == (
        [3],
        (await page(ask, world.root, "events", unit, 3, None))[1],
        False,
    )
    assert await page(ask, world.root, "history", f"{world.root}/c", 2, None) == ([], None, False)


async def test_ten_dossiers_with_everything_in_them_take_no_more_statements_than_one(
    ask: Asker, world: World
) -> None:
    units = [f"{world.root}/n{n}" for n in range(10)]
    for unit in units:
        await world.unit(unit, "district")
        await world.dossier(unit, "2023")
        position = await world.record(
            f"{unit}@2023", "ScoreAppraised", {"leaf": "3.4", "points": "1"}, {"opinion": unit}
        )
        for code in ("3.4", "3.12.3", "4.1", "B.1"):
            await world.leaf(unit, "2023", code, appraised_at=position)
    everything = """fragment all on Dossier {
        unit { name parent } index rank points areas { code points } position
        leaves { code max appraisedPoints opinion support } history { edges { cursor } }
        events { edges { node { type texts { text } } } } }"""
    dossiers = [
        f'{unit.rpartition("/")[2]}: dossier(unit: "{unit}", round: "2023") {{ ...all }}' for unit in units
    ]

    async def count(asked: list[str]) -> int:
        ask.pool.statements.clear()
        data = await ask(world.root, f"{{ {' '.join(asked)} }} {everything}")
        for name, dossier in data.items():
            assert [leaf["opinion"] for leaf in dossier["leaves"]] == [f"{world.root}/{name}"] * 4
        return len(ask.pool.statements)

    first = await count(dossiers[:1])
    assert await count(dossiers) <= first <= 12
    assert await count(dossiers[:1]) == await count(dossiers) == first - 1  # the rubric is held now


async def test_standings_with_their_units_take_three_statements(ask: Asker, world: World) -> None:
    await ask(
        world.root,
        'query ($r: ID!) { standings(authority: $r, round: "2023") { unit { name } index rank } }',
        r=world.root,
    )
    assert len(ask.pool.statements) == 3


async def test_what_needs_no_row_takes_no_connection(ask: Asker) -> None:
    await ask("qt", "{ me { tenant } __typename }")
    assert ask.pool.statements == []

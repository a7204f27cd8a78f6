"""Reading that was granted: by whom, of what, how long; and what it does not open."""

from datetime import UTC, datetime, timedelta

import asyncpg
import httpx
import pytest

from services.query.load.evidence import file_of
from services.query.snapshot import Pool, Snapshot
from tests.integration.query.asker import Asker
from tests.integration.query.everything import everything_seen
from tests.integration.query.played import Played
from tests.integration.query.world import World

DOSSIER = """query ($unit: ID!) {
  dossier(unit: $unit, round: "2023") { points rank position leaves { code opinion } }
}"""
GRANTS = "query ($root: ID!) { grants(root: $root) { edges { node { id to under until basis revoked } } } }"
REFUSALS = "query ($tenant: ID!) { refusals(tenant: $tenant) { edges { node { id } } } }"
UNITS = "query ($under: ID!) { units(under: $under) { edges { node { path } } } }"


async def test_who_was_granted_reads_what_the_unit_may_read_and_nothing_else(
    ask: Asker, world: World
) -> None:
    root, guest = world.root, f"o-{world.root}/thanh-tra"
    a, b = f"{root}/a", f"{root}/b"
    await world.refuse(a, "x")
    before = await ask(guest, DOSSIER, unit=a)
    assert before["dossier"] is None
    await world.grant("g2", guest, a)
    granted = (await ask(guest, DOSSIER, unit=a))["dossier"]
    assert granted == (await ask(a, DOSSIER, unit=a))["dossier"]
    assert granted["position"] > 0
    assert granted["leaves"][0]["opinion"] == f"Ý kiến về {a}"
    below = (await ask(guest, DOSSIER, unit=f"{a}/x"))["dossier"]
    assert (below["points"], below["rank"]) == ("91.026", 1), "what is below it, as its authority sees it"
    assert (await ask(guest, DOSSIER, unit=b))["dossier"] is None
    assert [edge["node"]["path"] for edge in (await ask(guest, UNITS, under=root))["units"]["edges"]] == [
        a,
        f"{a}/x",
        f"{a}/y",
    ]
    assert (await ask(guest, REFUSALS, tenant=a))["refusals"]["edges"] == [], (
        "what was refused is its own matter"
    )
    for other in (f"{guest}/phong", f"o-{root}", f"{guest}-2"):
        assert (await ask(other, DOSSIER, unit=a))["dossier"] is None, "that very unit, not those around it"


@pytest.mark.parametrize("under", ["b", "a"])
async def test_a_grant_shows_no_more_than_the_unit_itself_is_shown(
    ask: Asker, world: World, under: str
) -> None:
    unit, guest = f"{world.root}/{under}", f"o-{world.root}/thanh-tra"
    await world.grant("g2", guest, unit)
    asked = 'query ($u: ID!) { dossier(unit: $u, round: "2023") { index rank grade points status } }'
    assert await ask(guest, asked, u=unit) == await ask(unit, asked, u=unit)
    events = (
        "{ "
        + " ".join(f'p{n}: event(root: "{world.root}", position: {n}) {{ type }}' for n in range(1, 7))
        + " }"
    )
    assert await ask(guest, events) == await ask(unit, events)


async def test_a_grant_ends_and_is_revoked(ask: Asker, world: World) -> None:
    unit, guest = f"{world.root}/a", f"o-{world.root}/thanh-tra"
    now = datetime.now(UTC)
    await world.grant("past", guest, unit, until=now - timedelta(seconds=1))
    await world.grant("revoked", guest, unit, revoked=True)
    assert (await ask(guest, DOSSIER, unit=unit))["dossier"] is None
    await world.grant("standing", guest, unit, until=now + timedelta(hours=1))
    assert (await ask(guest, DOSSIER, unit=unit))["dossier"]["points"] == "91.026"


async def test_grants_do_not_chain_but_follow_successions(ask: Asker, world: World) -> None:
    root = world.root
    guest, second = f"o-{root}/mot", f"o-{root}/hai"
    await world.grant("g2", guest, f"{root}/c")
    await world.grant("g3", second, guest)
    assert (await ask(second, DOSSIER, unit=f"{root}/c"))["dossier"] is None
    await world.put("heir", unit=f"{root}/a", heir=f"{root}/c")
    assert (await ask(guest, DOSSIER, unit=f"{root}/a"))["dossier"]["points"] == "91.026"


async def test_a_grant_within_a_root(ask: Asker, world: World) -> None:
    a, b = f"{world.root}/a", f"{world.root}/b"
    await world.grant("g2", b, a)
    assert (await ask(b, DOSSIER, unit=a))["dossier"]["points"] == "91.026"
    assert (await ask(b, DOSSIER, unit=b))["dossier"]["points"] is None, "its own stays as it was"
    assert (await ask(a, DOSSIER, unit=b))["dossier"] is None


async def test_what_a_root_granted_is_told_to_its_registrars_and_auditors(played: Played) -> None:
    await played.year.prepare()
    await played.project()
    root, stranger = played.root, played.year.stranger
    for role, seen in (("registrar", 2), ("auditor", 2), ("viewer", 0), ("chair", 0)):
        answer = (await played.ask.post(root, GRANTS, (role,), root=root)).json()
        assert len(answer["data"]["grants"]["edges"]) == seen
    nodes = [edge["node"] for edge in answer_of(await played.ask.post(root, GRANTS, ("auditor",), root=root))]
    assert nodes == [
        {
            **{"id": "g1", "to": stranger, "under": played.district, "until": None},
            **{"basis": "Luật Thanh tra", "revoked": False},
        },
        {"id": "g2", "to": stranger, "under": root, "until": None, "basis": None, "revoked": True},
    ]
    for viewer in (played.district, stranger):
        assert answer_of(await played.ask.post(viewer, GRANTS, ("registrar",), root=root)) == []


def answer_of(response: httpx.Response) -> list[dict[str, object]]:
    """The edges of a page of grants."""
    return response.json()["data"]["grants"]["edges"]


async def test_a_stranger_with_a_grant_sees_all_that_the_unit_sees(played: Played) -> None:
    await played.year.play()
    unit, district, stranger = played.commune(), played.district, played.year.stranger
    assert await everything_seen(played, stranger, unit) == await everything_seen(played, district, unit)
    await played.year.of_root("ReadRevoked", grant="g1", reason="hết việc")
    nothing = await everything_seen(played, stranger, unit)
    assert (nothing["answer"]["dossier"], nothing["answer"]["unit"], nothing["events"]) == (None, None, {})


async def test_the_database_works_the_scopes_out_by_itself(
    superuser: asyncpg.Connection, world: World
) -> None:
    root, guest = world.root, f"o-{world.root}/thanh-tra"
    await world.grant("g2", guest, f"{root}/c")
    await world.put("heir", unit=f"{root}/c/old/er", heir=f"{root}/c/old")

    async def scopes(tenant: str | None) -> set[str] | None:
        found = await superuser.fetchval("SELECT ledger.scopes_of($1)", tenant)
        return None if found is None else set(found)

    assert await scopes(guest) == {f"{guest}/", f"{root}/c/", f"{root}/c/old/", f"{root}/c/old/er/"}
    assert await scopes(f"{root}/b") == {f"{root}/b/"}
    assert await scopes(None) is None
    assert await scopes("") is None
    assert await scopes(f"{root}/") is None


async def test_a_file_is_handed_to_who_was_granted(ask: Asker, world: World, query_pool: Pool) -> None:
    guest, sha256 = f"o-{world.root}/thanh-tra", "f" * 64
    await world.evidence(f"{world.root}/b", "2023", "3.4", "e9", 1, sha256=sha256)

    async def seen() -> bool:
        async with Snapshot(query_pool, guest) as snapshot:
            return await file_of(snapshot, sha256) is not None

    assert not await seen()
    await world.grant("g2", guest, f"{world.root}/b")
    assert await seen()

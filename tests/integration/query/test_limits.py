"""What a query may cost, and what its errors say."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import asyncpg
import pytest
from graphql import get_introspection_query

from deploy.local.stack import Servers
from services.query.config import Config, Limits
from services.query.endpoint import Service
from services.query.snapshot import Pool, make_pool
from tests.integration.query.asker import Asker
from tests.integration.query.country import build
from tests.integration.query.world import World
from tests.patience import until


@pytest.fixture(scope="module")
async def world(superuser: asyncpg.Connection) -> World:
    """One for all: nothing is written here."""
    await superuser.execute("SELECT ledger.prepare_root('limits')")
    return await build(superuser, "limits")


async def test_a_query_that_is_too_deep_is_refused(
    asker_of: Callable[[Service], Asker], make_service: Callable[..., Service], world: World
) -> None:
    query = '{ dossier(unit: "x", round: "2023") { events { edges { node { texts { field } } } } } }'
    shallow = asker_of(make_service(Limits(depth=5)))
    assert await shallow.errors(world.root, query) == ["the query is 6 fields deep: at most 5 are answered"]
    assert await shallow.errors(world.root, "{ ...a } fragment a on Query " + query) == [
        "the query is 6 fields deep: at most 5 are answered"
    ]
    assert await asker_of(make_service(Limits(depth=6)))(world.root, query) == {"dossier": None}


async def test_too_many_aliases_are_refused_also_behind_fragments(ask: Asker, world: World) -> None:
    many = "{ " + " ".join(f"a{n}: me {{ tenant }}" for n in range(65)) + " }"
    assert await ask.errors(world.root, many) == [
        "the query has 65 aliases, fragments written out: at most 64 are answered"
    ]
    fields = " ".join(f"t{n}: tenant" for n in range(10))
    spread = " ".join(f"a{n}: me {{ ...f }}" for n in range(10))
    [message] = await ask.errors(world.root, f"{{ {spread} }} fragment f on Viewer {{ {fields} }}")
    assert message.startswith("the query has 110 aliases")


async def test_fragments_that_double_at_each_step_cost_no_more_than_their_text(
    ask: Asker, world: World
) -> None:
    chain = " ".join(f"fragment f{n} on Viewer {{ ...f{n + 1} ...f{n + 1} }}" for n in range(100))
    query = f"{{ me {{ ...f0 }} }} {chain} fragment f100 on Viewer {{ tenant }}"
    started = time.process_time()
    assert await ask(world.root, query) == {"me": {"tenant": world.root}}
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "query",
    [
        "{ me { ...a } } fragment a on Viewer { ...b } fragment b on Viewer { ...a }",
        "{ me { ...nobody } }",
        "{ me { tenant ...a } } fragment a on Viewer { tenant } fragment a on Viewer { actor }",
        "{ me { nothing } }",
        "{ me { tenant }",
        "{ unit { path } }",
        "mutation { me { tenant } }",
        "subscription { me { tenant } }",
        "fragment a on Viewer { tenant }",
        '{ units(under: "x", first: "many") { edges { cursor } } }',
        '{ event(root: "x", position: 99999999999) { type } }',
        "\ud800",
        '{ unit(path: "\\ud800") { path } }',
        "{" * 3000,
        "{ me " * 500 + "{ tenant }" + "}" * 500,
        "{ unit(path: " + "[" * 700 + "]" * 700 + ") { path } }",
    ],
)
async def test_a_wrong_query_is_answered_with_what_is_wrong(
    ask: Asker, world: World, query: str, caplog: pytest.LogCaptureFixture
) -> None:
    token = ask.servers.token(world.root, ["viewer"])
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    response = await ask.client.post(
        "/graphql", content=json.dumps({"query": query}).encode(), headers=headers
    )
    [first, *_] = response.json()["errors"]
    assert response.status_code in (200, 400)
    assert first["message"]
    assert "internal error" not in first["message"]
    assert not caplog.records


async def test_a_query_of_too_many_tokens_is_refused(ask: Asker, world: World) -> None:
    [message] = await ask.errors(world.root, "{ me { " + "tenant " * 1600 + "} }")
    assert "1500 tokens" in message


async def test_a_query_that_would_take_long_to_check_is_refused_soon(ask: Asker, world: World) -> None:
    started = time.process_time()
    [message] = await ask.errors(world.root, "{ me { " + "tenant " * 1490 + "} }")
    assert message == "the query is too large to be checked: ask for less at a time"
    assert time.process_time() - started < 3


@pytest.mark.parametrize("first", [0, -1, 201])
async def test_a_page_has_1_to_200_rows(ask: Asker, world: World, first: int) -> None:
    for query in (
        'query ($first: Int!) { units(under: "x", first: $first) { edges { cursor } } }',
        'query ($first: Int!) { refusals(tenant: "x", first: $first) { edges { cursor } } }',
    ):
        assert await ask.errors(world.root, query, first=first) == [
            f"first is {first}: ask for 1 to 200 at a time, and go on with after"
        ]
    for field in ("events", "history"):
        dossier = f'dossier(unit: $u, round: "2023") {{ {field}(first: $first) {{ edges {{ cursor }} }} }}'
        query = f"query ($u: ID!, $first: Int!) {{ {dossier} }}"
        [message] = await ask.errors(world.root, query, u=f"{world.root}/a", first=first)
        assert message.startswith(f"first is {first}")


@pytest.mark.parametrize(
    "after",
    [
        "",
        "garbage",
        "WyJldmVudCIsMV0",
        "WyJ1bml0IiwxXQ",
        "WyJ1bml0Il0",
        "é",
        "A" * 5000,
        "WyJ1bml0IiwiXHUwMDAwIl0",
        "bnVsbA",
    ],
)
async def test_a_cursor_that_is_none_of_this_list_is_refused(ask: Asker, world: World, after: str) -> None:
    query = 'query ($after: String) { units(under: "x", after: $after) { edges { cursor } } }'
    assert await ask.errors(world.root, query, after=after) == [
        "after is no cursor of this list: leave it out, or take endCursor from the page before"
    ]


@pytest.mark.parametrize("name", ["", "x\0", "ô", "x" * 10_000, "'; DROP TABLE read.unit --", "%", "x/"])
async def test_names_that_can_be_none_find_nothing(ask: Asker, world: World, name: str) -> None:
    data = await ask(
        world.root,
        """query ($n: ID!, $k: String!) {
          unit(path: $n) { path }
          units(under: $n, kind: $k) { edges { cursor } }
          rubric(authority: $n, id: $n) { id }
          round(authority: $n, round: $n) { round }
          standings(authority: $n, round: $n, kind: $k, group: $k, live: true) { kind }
          dossier(unit: $n, round: $n) { round }
          indexHistory(unit: $n, withPredecessors: true) { round }
          event(root: $n, position: 1) { type }
          refusals(tenant: $n) { edges { cursor } }
          grants(root: $n) { edges { cursor } }
        }""",
        n=name,
        k=name,
    )
    assert data == {
        "unit": None,
        "units": {"edges": []},
        "rubric": None,
        "round": None,
        "standings": [],
        "dossier": None,
        "indexHistory": [],
        "event": None,
        "refusals": {"edges": []},
        "grants": {"edges": []},
    }


async def test_lists_within_lists_are_held_to_a_number_of_rows(
    asker_of: Callable[[Service], Asker], make_service: Callable[..., Service], world: World
) -> None:
    ask = asker_of(make_service(Limits(cost=1_000_000)))
    query = """query ($under: ID!, $most: Int!) {
      units(under: $under, first: 200) { edges { node { remediation(first: $most) { edges { cursor } } } } }
    }"""
    assert len((await ask(world.root, query, under=world.root, most=200))["units"]["edges"]) == 5
    for number in range(120):
        await world.unit(f"{world.root}/n{number}", "district")
    told = await ask.errors(world.root, query, under=world.root, most=200)
    assert set(told) == {"this asks for too much at a time: ask for shorter lists within lists"}
    assert len((await ask(world.root, query, under=world.root, most=100))["units"]["edges"]) == 125


async def test_introspection_is_a_matter_of_configuration(
    asker_of: Callable[[Service], Asker], make_service: Callable[..., Service], world: World
) -> None:
    on, off = (asker_of(make_service(introspection=value)) for value in (True, False))
    data = await on(
        world.root, get_introspection_query(input_value_deprecation=True, directive_is_repeatable=True)
    )
    assert {"Query", "Dossier", "Decimal", "DateTime", "Date", "JSON"} <= {
        t["name"] for t in data["__schema"]["types"]
    }
    assert await off(world.root, "{ me { __typename } }") == {"me": {"__typename": "Viewer"}}
    for query in ("{ __schema { types { name } } }", '{ __type(name: "Dossier") { name } }'):
        [message, *_] = await off.errors(world.root, query)
        assert "introspection" in message
    [message] = await off.errors(world.root, "{ me { tenan } }")
    assert "Did you mean" not in message


@pytest.mark.parametrize(
    ("begun", "ended", "told"),
    [("__schema { types", " }", "the query may cost"), ('__type(name: "Query")', "", "introspection depth")],
)
async def test_introspection_does_not_go_round_in_circles(
    ask: Asker, world: World, begun: str, ended: str, told: str
) -> None:
    query = f"{{ {begun} " + "{ fields { type " * 4 + "{ name }" + " } }" * 4 + f" }}{ended}"
    [message] = await ask.errors(world.root, query)
    assert told in message


class Breaking:
    """A pool whose connections fail at the first statement of the service."""

    def __init__(self, pool: Pool, statement: str) -> None:
        self.pool, self.statement = pool, statement

    async def acquire(self, *, timeout: float | None = None) -> Any:
        self.connection = await self.pool.acquire(timeout=timeout)
        return self

    async def release(self, connection: Any) -> None:
        await self.pool.release(self.connection)

    async def close(self) -> None:
        await self.pool.close()

    async def execute(self, query: str, *args: object) -> str:
        return await self.connection.execute(query, *args)

    async def fetch(self, query: str, *args: object) -> Any:
        if "ledger.enter" in query:
            return await self.connection.fetch(query, *args)
        return await self.connection.fetch(self.statement)


class Lingering:
    """A pool whose transactions end when `over` is set; it says how many connections are `out`."""

    def __init__(self, pool: Pool) -> None:
        self.pool, self.over, self.out = pool, asyncio.Event(), 0

    async def acquire(self, *, timeout: float | None = None) -> Any:
        self.connection = await self.pool.acquire(timeout=timeout)
        self.out += 1
        return self

    async def release(self, connection: Any) -> None:
        self.out -= 1
        await self.pool.release(self.connection)

    async def close(self) -> None:
        await self.pool.close()

    async def execute(self, query: str, *args: object) -> str:
        if query == "ROLLBACK":
            await self.over.wait()
        return await self.connection.execute(query, *args)

    async def fetch(self, query: str, *args: object) -> Any:
        return await self.connection.fetch(query, *args)


async def test_an_answer_does_not_wait_for_its_transaction_to_end_but_its_place_does(
    asker_of: Callable[[Service], Asker], make_service: Callable[..., Service], query_pool: Pool, world: World
) -> None:
    lingering = Lingering(query_pool)
    service = make_service(Limits(connections=1, waiting=0), pool=lingering)
    ask, query = asker_of(service), f'{{ unit(path: "{world.root}") {{ path }} }}'
    assert (await ask(world.root, query))["unit"]
    assert (lingering.out, (await ask.post(world.root, query)).status_code) == (1, 429)
    lingering.over.set()
    await until(lambda: not service.ending)
    assert (lingering.out, (await ask.post(world.root, query)).status_code) == (0, 200)


async def test_what_nobody_expected_is_logged_and_not_shown(
    asker_of: Callable[[Service], Asker],
    make_service: Callable[..., Service],
    query_pool: Pool,
    world: World,
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken = asker_of(make_service(pool=Breaking(query_pool, "SELECT secret FROM read.nowhere")))
    response = await broken.post(world.root, '{ me { tenant } unit(path: "x") { path } }')
    assert response.status_code == 200
    answer = response.json()
    assert answer["data"] == {"me": {"tenant": world.root}, "unit": None}
    [error] = answer["errors"]
    assert error["path"] == ["unit"]
    assert error["message"].startswith("internal error: tell the operator this reference: ")
    assert "nowhere" not in response.text
    [record] = caplog.records
    assert error["message"].rpartition(" ")[2] in record.getMessage()
    why = vars(record)["why"]
    assert "UndefinedTableError 42P01" in why
    assert "nowhere" not in why, "what the database says may hold what somebody asked for"


async def test_a_statement_that_takes_too_long_is_ended(
    asker_of: Callable[[Service], Asker], make_service: Callable[..., Service], servers: Servers, world: World
) -> None:
    limits = Limits(statement=0.2)
    pool = await make_pool(Config(servers.dsn("parledger_query"), "", "", None, "", 0, False, limits))
    try:
        impatient = asker_of(make_service(pool=Breaking(pool, "SELECT pg_sleep(30)")))
        query = '{ unit(path: "x") { path } standings(authority: "x", round: "x") { kind } }'
        told = await impatient.errors(world.root, query)
        assert told == ["this took too long: ask for less at a time"] * 2
    finally:
        await pool.close()


async def test_a_request_of_many_statements_has_a_limit_of_its_own(
    asker_of: Callable[[Service], Asker], make_service: Callable[..., Service], query_pool: Pool, world: World
) -> None:
    limits = Limits(request=0.3)
    nothing_late = "SELECT 1 FROM (SELECT count(pg_sleep(0.2)) AS slept) AS s WHERE slept = 0"
    slow = asker_of(make_service(limits, pool=Breaking(query_pool, nothing_late)))
    query = "{ " + " ".join(f'u{n}: units(under: "x{n}") {{ edges {{ cursor }} }}' for n in range(60)) + " }"
    response = await slow.post(world.root, query)
    assert response.status_code == 503
    assert response.json() == {"errors": [{"message": "this took too long: ask for less at a time"}]}
    assert await asker_of(make_service())(world.root, "{ me { tenant } }") == {"me": {"tenant": world.root}}


async def test_no_free_connection_is_said_so(
    asker_of: Callable[[Service], Asker], make_service: Callable[..., Service], world: World
) -> None:
    class Exhausted:
        async def acquire(self, *, timeout: float | None = None) -> Any:
            raise TimeoutError

    asked = asker_of(replace(make_service(), pool=Exhausted()))
    assert await asked.errors(world.root, '{ unit(path: "x") { path } }') == [
        "the database cannot be reached at the moment: try again"
    ]
    assert (await asked.client.get("/health")).status_code == 503

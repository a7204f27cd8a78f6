"""Queries that want to do harm: each is refused, or answered in time, and others are answered meanwhile."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from deploy.local.stack import Servers
from services.query.config import Limits
from services.query.endpoint import Service
from tests.integration.query.asker import Asker
from tests.integration.query.country import build
from tests.integration.query.world import World

_TOO_DEAR = "at most 60,000 are answered"
_LEAVES = "leaves { code name evidence { id sha256 name } disputes { id } story { edges { node { body } } } }"
_UNITS = (
    "units(under: $root, first: 200) { edges { node { path remediation(first: 200) "
    "{ edges { node { unit { path } } } } } } }"
)
_TYPES = "__schema { types { fields { name args { name } } } }"
_PAST_STANDINGS = (
    'standings(authority: $root, round: "2023", asOf: {position: 3}) { unit { path name } index rank }'
)
_WITH_ROOT = "query ($root: ID!, $u: ID!) "


def _aliased(field: str, number: int = 40) -> str:
    return _WITH_ROOT + "{ " + " ".join(f"a{n}: {field}" for n in range(number)) + " }"


def _dossier(within: str, moment: str = "") -> str:
    return f'dossier(unit: $u, round: "2023"{moment}) {{ {within} }}'


def _doubling(steps: int) -> str:
    chain = "".join(
        f" fragment f{n} on Unit {{ a: successors {{ ...f{n + 1} }} b: successors {{ ...f{n + 1} }} }}"
        for n in range(steps)
    )
    return f"{_WITH_ROOT} {{ unit(path: $u) {{ ...f0 }} }}{chain} fragment f{steps} on Unit {{ path }}"


HOSTILE: dict[str, tuple[str, str]] = {
    "pages within pages": (f"{_WITH_ROOT} {{ {_UNITS} }}", _TOO_DEAR),
    "aliases of pages": (
        _aliased(_dossier("events(first: 200) { edges { node { body data texts { text } } } }")),
        _TOO_DEAR,
    ),
    "aliases of dossiers": (_aliased(_dossier(_LEAVES), 20), _TOO_DEAR),
    "fragments that double": (_doubling(8), "fragments written out: at most 64 are answered"),
    "fragments without end": (
        f"{_WITH_ROOT} {{ unit(path: $u) {{ ...a }} }} fragment a on Unit {{ successors {{ ...b }} }} "
        "fragment b on Unit { predecessors { ...a } }",
        "",
    ),
    "a page without end": (
        f"{_WITH_ROOT} {{ units(under: $root, first: 2147483647) {{ edges {{ node {{ path }} }} }} }}",
        _TOO_DEAR,
    ),
    "a page that is no number": (
        f"{_WITH_ROOT} {{ units(under: $root, first: 99999999999999) {{ edges {{ cursor }} }} }}",
        _TOO_DEAR,
    ),
    "a page by a variable": (
        "query ($root: ID!, $n: Int!) { units(under: $root, first: $n) { edges { node "
        "{ remediation(first: $n) { edges { node { unit { path name } } } } } } } }",
        _TOO_DEAR,
    ),
    "introspection within introspection": (
        "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }",
        "Maximum introspection depth",
    ),
    "introspection many times": (
        "{ " + " ".join(f"a{n}: {_TYPES}" for n in range(40)) + " }",
        _TOO_DEAR,
    ),
    "directives again and again": ("{ me { tenant " + "@include(if: true) " * 250 + "} }", ""),
    "fields again and again": ("{ me { " + "tenant " * 1490 + "} }", ""),
    "a literal as long as can be": ('{ unit(path: "' + "a" * 60_000 + '") { path } }', ""),
    "a literal of many lines": ('{ unit(path: """' + "\\n" * 20_000 + '""") { path } }', ""),
    "dossiers of the past": (_aliased(_dossier(_LEAVES, ", asOf: {position: 3}"), 20), _TOO_DEAR),
    "what if, many times": (_aliased(_dossier("whatIf { sums { index { after } } }"), 50), _TOO_DEAR),
    "differences": (
        _aliased(_dossier("diff(from: {position: 0}, to: {position: 3}) { events { type } }")),
        _TOO_DEAR,
    ),
    "comparisons": (
        _aliased('unit(path: $u) { comparison(rounds: ["2022", "2023"]) { leaves { values { points } } } }'),
        _TOO_DEAR,
    ),
    "standings of the past": (
        _aliased(_PAST_STANDINGS, 48),
        _TOO_DEAR,
    ),
}


@pytest.fixture(scope="module")
async def world(superuser: Any) -> World:
    """One for all: nothing is written here."""
    await superuser.execute("SELECT ledger.prepare_root('hostile')")
    return await build(superuser, "hostile")


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_query_is_refused_and_another_caller_is_answered_meanwhile(
    ask: Asker, world: World, name: str
) -> None:
    query, told = HOSTILE[name]
    variables = {"root": world.root, "u": f"{world.root}/a", "n": 200}
    started = time.monotonic()
    hostile = [asyncio.create_task(ask.post(world.root, query, **variables)) for _ in range(3)]
    small = await ask(f"{world.root}/b", "{ me { tenant } }")
    answered_after = time.monotonic() - started
    answers = [await one for one in hostile]
    assert small == {"me": {"tenant": f"{world.root}/b"}}
    assert answered_after < Limits().statement
    for answer in answers:
        assert answer.status_code in (200, 400)
        messages = [error["message"] for error in answer.json().get("errors", [])]
        assert not any("internal error" in message for message in messages)
        if told:
            assert [told in message for message in messages] == [True], messages
    assert time.monotonic() - started < Limits().request


async def test_a_query_that_is_too_dear_is_told_its_cost_the_limit_and_what_to_do(
    ask: Asker, world: World
) -> None:
    query = "query ($root: ID!) { me { tenant } many: " + _UNITS + " }"
    [message] = await ask.errors(world.root, query, root=world.root)
    assert message.startswith(
        "the query may cost 120,803 fields, lists within lists multiplied: at most 60,000 are answered "
        "(most of it is in many: 120,801); ask for shorter pages with first"
    )
    assert "truy vấn quá lớn" in message
    assert ask.pool.statements == [], "it is refused before anything is looked up"


async def test_the_limit_is_exact(
    asker_of: Callable[[Service], Asker], make_service: Callable[..., Service], world: World
) -> None:
    query = '{ standings(authority: "x", round: "2023") { index } }'
    assert await asker_of(make_service(Limits(cost=370)))(world.root, query) == {"standings": []}
    [message] = await asker_of(make_service(Limits(cost=369))).errors(world.root, query)
    assert "may cost 370 fields" in message


@pytest.mark.parametrize(
    "body", [[{"query": "{ me { tenant } }"}] * 50, {"query": ["{ me { tenant } }"] * 50}]
)
async def test_many_queries_in_one_request_are_refused(
    ask: Asker, servers: Servers, world: World, body: Any
) -> None:
    token = servers.token(world.root, ["viewer"])
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    answer = await ask.client.post("/graphql", content=json.dumps(body).encode(), headers=headers)
    assert answer.status_code == 400


async def test_of_many_operations_one_is_answered(ask: Asker, servers: Servers, world: World) -> None:
    many = " ".join(f"query q{n} {{ me {{ tenant }} }}" for n in range(150))
    token = servers.token(world.root, ["viewer"])
    headers = {"authorization": f"Bearer {token}"}
    named = await ask.client.post("/graphql", json={"query": many, "operationName": "q7"}, headers=headers)
    assert named.json() == {"data": {"me": {"tenant": world.root}}}
    unnamed = await ask.client.post("/graphql", json={"query": many}, headers=headers)
    assert unnamed.json() == {"data": {"me": {"tenant": world.root}}}

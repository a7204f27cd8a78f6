"""More questions than can be answered: some are sent away at once, none hangs or fails."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import httpx
import pytest

from deploy.local.stack import Stack
from tests.patience import PATIENCE

CROWD = 300
_LISTS = [f'u{n}: units(under: "ROOT/{n}") {{ edges {{ cursor }} }}' for n in range(40)]
_LONG = f"{{ {' '.join(_LISTS)} }}"


@pytest.fixture
async def client(stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    """As many connections as are wanted to the platform's one address."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    async with httpx.AsyncClient(base_url=stack.http_url, timeout=PATIENCE, limits=limits) as made:
        yield made


async def test_a_crowd_is_partly_sent_away_and_another_tenant_is_answered_meanwhile(
    stack: Stack, client: httpx.AsyncClient, unused_root: str
) -> None:
    await stack.add_root(unused_root)
    tokens = {name: stack.token(f"{unused_root}/{name}", ["viewer"]) for name in ("many", "few")}

    async def ask(name: str, query: str) -> httpx.Response:
        headers = {"authorization": f"Bearer {tokens[name]}"}
        return await client.post("/graphql", json={"query": query}, headers=headers)

    crowd = [asyncio.create_task(ask("many", _LONG.replace("ROOT", unused_root))) for _ in range(CROWD)]
    others = [await ask("few", "{ me { tenant } }") for _ in range(5)]
    answers = await asyncio.gather(*crowd)
    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) == {200, 429}, statuses
    for answer in answers:
        if answer.status_code == 429:
            assert 1 <= int(answer.headers["retry-after"]) <= 3
            [error] = answer.json()["errors"]
            assert "try again" in error["message"]
            assert "hệ thống đang bận" in error["message"]
        else:
            assert "errors" not in answer.json()
    assert [answer.status_code for answer in others] == [200] * len(others)
    afterwards = await asyncio.gather(*(ask("many", "{ me { tenant } }") for _ in range(20)))
    assert [answer.status_code for answer in afterwards] == [200] * 20

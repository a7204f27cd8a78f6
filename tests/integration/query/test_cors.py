"""Browsers: pages of the origins that are named may ask, those of no other."""

from collections.abc import AsyncIterator

import httpx
import pytest

from services.query.cors import with_cors
from tests.integration.query.asker import Asker

OURS, FOREIGN = "https://dashboard.example", "https://evil.example"
QUERY = {"query": "{ me { tenant } }"}


@pytest.fixture
async def browser(ask: Asker) -> AsyncIterator[httpx.AsyncClient]:
    """The service, configured for one origin."""
    transport = ask.client._transport
    assert isinstance(transport, httpx.ASGITransport)
    app = with_cors(transport.app, (OURS,))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://query"
    ) as client:
        yield client


def preflight(
    origin: str, method: str = "POST", headers: str = "authorization,content-type"
) -> dict[str, str]:
    return {
        "origin": origin,
        "access-control-request-method": method,
        "access-control-request-headers": headers,
    }


async def test_a_page_that_is_named_may_ask_and_read_the_answer(
    ask: Asker, browser: httpx.AsyncClient
) -> None:
    allowed = await browser.options("/graphql", headers=preflight(OURS))
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == OURS
    assert allowed.headers["access-control-allow-methods"] == "POST"
    assert "authorization" in allowed.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in allowed.headers
    token = ask.servers.token("qt", ["viewer"])
    answer = await browser.post(
        "/graphql", json=QUERY, headers={"authorization": f"Bearer {token}", "origin": OURS}
    )
    assert answer.json() == {"data": {"me": {"tenant": "qt"}}}
    assert answer.headers["access-control-allow-origin"] == OURS
    assert "origin" in answer.headers["vary"].lower()


async def test_a_page_that_is_named_can_read_why_it_is_refused(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/graphql", json=QUERY, headers={"origin": OURS})
    assert answer.status_code == 401
    assert answer.headers["access-control-allow-origin"] == OURS


async def test_a_foreign_page_is_told_nothing(browser: httpx.AsyncClient) -> None:
    denied = await browser.options("/graphql", headers=preflight(FOREIGN))
    assert denied.status_code == 400
    assert "access-control-allow-origin" not in denied.headers
    answer = await browser.post("/graphql", json=QUERY, headers={"origin": FOREIGN})
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/graphql", "GET", 400),
        ("/graphql", "DELETE", 400),
        ("/evidence/" + "0" * 64, "GET", 200),
        ("/evidence/" + "0" * 64, "PUT", 400),
        ("/emit", "POST", 404),
        ("/health", "GET", 405),
    ],
)
async def test_two_doors_are_open_to_pages_and_no_other(
    browser: httpx.AsyncClient, path: str, method: str, status: int
) -> None:
    answer = await browser.options(path, headers=preflight(OURS, method))
    opened = answer.status_code == 200 and "access-control-allow-origin" in answer.headers
    assert opened == (status == 200)
    if path != "/emit":  # whether there is such a door at all is not the question here
        assert answer.status_code == status


async def test_no_origin_is_named_by_default(ask: Asker) -> None:
    answer = await ask.client.options("/graphql", headers=preflight(OURS))
    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.startswith("access-control")]


async def test_a_page_can_ask_for_a_part_of_a_file_and_read_its_name(browser: httpx.AsyncClient) -> None:
    allowed = await browser.options("/evidence/x", headers=preflight(OURS, "GET", "authorization,range"))
    assert allowed.status_code == 200
    answer = await browser.get("/evidence/x", headers={"origin": OURS})
    readable = answer.headers["access-control-expose-headers"]
    assert {"content-disposition", "content-range"} <= set(readable.split(", "))

"""The HTTP edge: who may ask, and how."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from services.query.endpoint import Service
from shared.identity.tokens import TokenVerifier
from tests.integration.query.asker import Asker
from tests.integration.query.world import World

QUERY = {"query": "{ me { tenant } }"}


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_post_only(ask: Asker, method: str) -> None:
    token = ask.servers.token("qt", ["viewer"])
    response = await ask.client.request(
        method, "/graphql", params=QUERY, headers={"authorization": f"Bearer {token}", "accept": "text/html"}
    )
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
    assert "<html" not in response.text


async def test_there_is_nothing_else(ask: Asker) -> None:
    for path in ("/", "/graphql/", "/graphiql", "/docs", "/metrics"):
        response = await ask.client.post(path)
        assert response.status_code == 404
        assert response.json() == {"errors": [{"message": "nothing is here: POST a query to /graphql"}]}


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (None, "no token: send the header 'Authorization: Bearer <JWT>'"),
        ("Basic cXQ6cXQ=", "no token"),
        ("Bearer ", "no token"),
        ("Bearer garbage", "the token is not accepted: it is no JWT"),
        ("Bearer " + "x" * 10_000, "the token is not accepted"),
    ],
)
async def test_without_a_token_nothing_is_answered(ask: Asker, header: str | None, says: str) -> None:
    headers = {} if header is None else {"authorization": header}
    response = await ask.client.post("/graphql", json=QUERY, headers=headers)
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.json()["errors"][0]["message"].startswith(says)
    assert ask.pool.statements == []


async def test_a_token_that_has_expired_is_refused(ask: Asker) -> None:
    token = ask.servers.token("qt", ["viewer"], lifetime=timedelta(seconds=-120))
    response = await ask.client.post("/graphql", json=QUERY, headers={"authorization": f"Bearer {token}"})
    assert response.status_code == 401
    assert "expired" in response.json()["errors"][0]["message"]


async def test_a_token_of_another_issuer_is_refused(
    asker_of: Callable[[Service], Asker], make_service: Callable[..., Service]
) -> None:
    service = make_service()
    others = Service(
        service.schema,
        service.pool,
        TokenVerifier("https://elsewhere", ask_keys(service)),
        service.limits,
        service.shelf,
    )
    response = await asker_of(others).post("qt", "{ me { tenant } }")
    assert response.status_code == 401


def ask_keys(service: Service) -> str:
    assert isinstance(service.verifier, TokenVerifier)
    return service.verifier._keys._url


async def test_a_query_comes_as_json(ask: Asker) -> None:
    headers = {"authorization": f"Bearer {ask.servers.token('qt', ['viewer'])}"}
    for kind in (
        "application/graphql",
        "multipart/form-data; boundary=x",
        "text/plain",
        "application/x-www-form-urlencoded",
    ):
        response = await ask.client.post("/graphql", content=b"{}", headers={**headers, "content-type": kind})
        assert response.status_code == 415
    for body in (
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"query": 1}',
        b'{"query": "{ me }", "variables": []}',
        b"\xff",
        b"[" * 5000,
        b'[{"query": "{ me { tenant } }"}]',
        b'{"query": "\\ud800"}',
    ):
        response = await ask.client.post(
            "/graphql", content=body, headers={**headers, "content-type": "application/json"}
        )
        assert response.status_code == 400, body
        assert response.json()["errors"][0]["message"].startswith("this is no GraphQL request: ")
    response = await ask.client.post(
        "/graphql", json=QUERY, headers={**headers, "content-type": "application/json; charset=utf-8"}
    )
    assert response.json() == {"data": {"me": {"tenant": "qt"}}}
    assert response.headers["cache-control"] == "no-store"


async def test_an_empty_query_is_none(ask: Asker) -> None:
    assert await ask.errors("qt", "") == ["the query is empty"]


async def test_a_request_of_more_than_64_kib_is_refused(ask: Asker) -> None:
    assert (await ask.post("qt", "{ me { tenant } }" + " " * 60_000)).status_code == 200
    response = await ask.post("qt", "{ me { tenant } }" + " " * 66_000)
    assert response.status_code == 413
    assert "65536 bytes" in response.json()["errors"][0]["message"]


async def test_a_chosen_operation_is_answered(ask: Asker) -> None:
    headers = {"authorization": f"Bearer {ask.servers.token('qt', ['viewer'])}"}
    body = {"query": "query a { me { tenant } } query b { me { roles } }", "operationName": "b"}
    assert (await ask.client.post("/graphql", json=body, headers=headers)).json() == {
        "data": {"me": {"roles": ["viewer"]}}
    }
    response = await ask.client.post("/graphql", json={**body, "operationName": "c"}, headers=headers)
    assert response.status_code == 400
    assert response.json() == {"errors": [{"message": 'Unknown operation named "c".'}]}


async def test_health_is_open_while_the_database_answers(ask: Asker, world: World) -> None:
    response = await ask.client.get("/health")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})

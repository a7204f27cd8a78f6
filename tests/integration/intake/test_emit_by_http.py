"""POST /emit: the same answers as over NATS, and what is answered where there is no outcome."""

import asyncio
import dataclasses
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from deploy.local.provision import provisioner
from deploy.local.stack import Servers, Stack, free_port
from services.ingest.callout import Callout, serve_callout
from services.ingest.door.caller import Bearer
from services.ingest.door.courier import Unanswered
from services.ingest.door.couriers import Couriers
from services.ingest.door.emit import Emissions
from services.ingest.door.serve import make_door
from services.ingest.door.upload import Uploads
from services.query.forward import Bounds, Forwarder, forwarding_client
from shared.broker.service_broker import service_broker
from shared.broker.streams import MOST_BYTES_OF_AN_EMISSION
from shared.broker.subjects import emit_stream, type_token
from shared.identity.tokens import TokenVerifier
from tests.bad_input import Bad, rows
from tests.patience import PATIENCE, until
from tests.small_world import JSON, Message, neighbour, world, written

ROOT = "badhttp"


@dataclass
class Caller:
    """Speaks HTTP, as any tenant."""

    stack: Stack
    client: httpx.AsyncClient

    def headers(self, tenant: str, *roles: str, **token: Any) -> dict[str, str]:
        return {"authorization": f"Bearer {self.stack.token(tenant, roles, **token)}"}

    async def emit(self, message: Message, **token: Any) -> httpx.Response:
        headers = self.headers(message.tenant, *message.roles, **token)
        return await self.client.post("/emit", content=message.raw, headers=headers)


@pytest.fixture(scope="module")
async def caller(stack: Stack) -> AsyncIterator[Caller]:
    """A root with the world of the table of bad input, all of it said by HTTP."""
    await stack.add_root(ROOT)
    async with httpx.AsyncClient(base_url=stack.http_url, timeout=PATIENCE) as client:
        made = Caller(stack, client)
        for message in world(ROOT):
            response = await made.emit(message)
            assert response.json()["status"] == "recorded", response.text
        yield made


@asynccontextmanager
async def door_of(
    stack: Servers, url: str = "", patience: float = 10.0, whole: float = 30.0, **limits: Any
) -> AsyncIterator[Any]:
    """The door in this process, to the platform's broker or another: a client of it, and its couriers."""
    issuer = stack.keys.issuer()
    verifier = TokenVerifier(issuer.issuer, issuer.jwks_url)
    couriers = Couriers(url or stack.nats_url, **limits)
    keeping = asyncio.create_task(couriers.keep_few())
    app = make_door(cast(Uploads, _NoUploads()), Emissions(couriers, verifier, patience, whole))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door") as client:
        yield client, couriers
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    assert len(couriers) == 0


class _NoUploads:
    async def put(self, _: object) -> None:
        raise AssertionError


def sent_by_http_under(raw: bytes) -> str:
    """The type that an emission is sent under where nobody chooses a subject."""
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        return "Unknown"
    return type_token(said.get("type")) if isinstance(said, dict) else "Unknown"


def over_http() -> list[Bad]:
    """The table, but for rows about a subject that names another type: by HTTP nobody names a subject."""
    unparsable = [row for row in rows(ROOT) if row.problem == "malformed" and row.id is None]
    return [row for row in rows(ROOT) if row in unparsable or sent_by_http_under(row.raw) == row.type]


def test_what_is_left_out_of_the_table_is_what_only_a_subject_can_say() -> None:
    left = {row.name for row in rows(ROOT)} - {row.name for row in over_http()}
    assert left == {"sent under another type", "sent past its judge"}


@pytest.mark.parametrize("row", over_http(), ids=lambda row: row.name)
async def test_bad_input_gets_the_same_outcome_as_over_nats(caller: Caller, row: Bad) -> None:
    response = await caller.emit(row)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    outcome = response.json()
    problem = outcome["problem"]
    assert (outcome["id"], outcome["status"]) == (row.id, "refused")
    assert (problem["type"], problem["pointer"]) == (row.problem, row.pointer)
    assert all(problem[part][language] for part in ("title", "detail") for language in ("vi", "en"))
    assert (await caller.emit(row)).json() == outcome


async def test_what_is_recorded_is_a_duplicate_the_second_time_with_the_same_fields(caller: Caller) -> None:
    message = neighbour(ROOT, "by http", f"{ROOT}/a")
    first, second = [(await caller.emit(message)).json() for _ in range(2)]
    assert first["status"] == "recorded"
    assert first["id"] == message.id
    assert second == {**first, "status": "duplicate"}


async def test_it_goes_as_the_caller_and_as_nobody_else(caller: Caller) -> None:
    """The same person as over NATS, with the roles of the token that came."""
    message = neighbour(ROOT, "as whom", f"{ROOT}/a")
    viewer = await caller.client.post(
        "/emit", content=message.raw, headers=caller.headers(f"{ROOT}/a", "viewer", sub="an")
    )
    assert viewer.json()["problem"]["type"] == "not-permitted"
    stranger = await caller.client.post(
        "/emit", content=message.raw, headers=caller.headers(f"{ROOT}/b", "head")
    )
    assert stranger.json()["problem"]["type"] == "wrong-source"
    again = neighbour(ROOT, "as whom, again", f"{ROOT}/a")
    actors = [(await caller.emit(again, sub=sub)).json()["actor"] for sub in ("an", "an")]
    other = (await caller.emit(neighbour(ROOT, "as whom, a third time", f"{ROOT}/a"), sub="binh")).json()
    assert actors[0] == actors[1] != other["actor"]


async def test_two_under_one_id_at_once_get_each_its_own_answer(caller: Caller) -> None:
    one = neighbour(ROOT, "at once", f"{ROOT}/a")
    said = json.loads(one.raw)
    other = dataclasses.replace(one, raw=written({**said, "time": "2024-01-01T00:00:00Z"}))
    answers = [r.json() for r in await asyncio.gather(*(caller.emit(m) for m in (one, other, one, other)))]
    told = sorted(answer["status"] for answer in answers)
    assert told == ["duplicate", "recorded", "refused", "refused"]
    refused = {a["problem"]["type"] for a in answers if a["status"] == "refused"}
    assert refused == {"id-reused"}


async def test_many_at_once_are_each_answered(caller: Caller) -> None:
    said = [neighbour(ROOT, f"many {n}", f"{ROOT}/a" if n % 2 else ROOT) for n in range(120)]
    answers = await asyncio.gather(*(caller.emit(message) for message in said))
    assert [(a.json()["id"], a.json()["status"]) for a in answers] == [(m.id, "recorded") for m in said]


@pytest.mark.parametrize("token", [None, "", "Basic abc", "Bearer", "Bearer a.b.c", "expired", "foreign"])
async def test_without_a_good_token_nobody_is_heard(caller: Caller, token: str | None) -> None:
    message = neighbour(ROOT, "no token", f"{ROOT}/a")
    headers = {} if token is None else {"authorization": token}
    if token == "expired":
        headers = caller.headers(f"{ROOT}/a", "head", lifetime=timedelta(seconds=-60))
    if token == "foreign":
        good = caller.headers(f"{ROOT}/a", "head")["authorization"]
        headers = {"authorization": good[:-4] + ("AAAA" if good[-4:] != "AAAA" else "BBBB")}
    response = await caller.client.post("/emit", content=message.raw, headers=headers)
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.json()["problem"]["detail"]["vi"]


async def pieces(raw: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(raw), 50_000):
        yield raw[start : start + 50_000]


@pytest.mark.parametrize("declared", [True, False])
async def test_more_than_the_feed_takes_is_refused_before_anybody_judges_it(
    caller: Caller, declared: bool
) -> None:
    async def said(size: int) -> httpx.Response:
        raw = b" " * size
        headers = caller.headers(f"{ROOT}/a", "head")
        return await caller.client.post("/emit", content=raw if declared else pieces(raw), headers=headers)

    above = await said(MOST_BYTES_OF_AN_EMISSION + 1)
    assert (above.status_code, above.json()["problem"]["type"]) == (413, "too-large")
    just = await said(MOST_BYTES_OF_AN_EMISSION)
    assert (just.status_code, just.json()["problem"]["type"]) == (200, "too-large")


async def test_the_door_itself_refuses_it_too(stack: Stack) -> None:
    async with door_of(stack) as (client, _):
        headers = {"authorization": f"Bearer {stack.token(ROOT, ['chair'])}"}
        for content in (
            b" " * (MOST_BYTES_OF_AN_EMISSION + 1),
            pieces(b" " * (MOST_BYTES_OF_AN_EMISSION + 1)),
        ):
            response = await client.post("/emit", content=content, headers=headers)
            assert (response.status_code, response.json()["problem"]["type"]) == (413, "too-large")


async def test_what_nobody_expected_is_answered_in_the_same_form(stack: Stack) -> None:
    class Broken:
        async def verify(self, token: str) -> Any:
            raise RuntimeError(token)

    app = make_door(cast(Uploads, _NoUploads()), Emissions(Couriers(stack.nats_url), Broken()))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
        response = await client.post("/emit", content=b"{}", headers={"authorization": "Bearer a-token"})
    assert (response.status_code, response.json()["problem"]["type"]) == (500, "failed")
    assert "a-token" not in response.text


async def stops_coming() -> AsyncIterator[bytes]:
    yield b'{"specversion"'
    await asyncio.sleep(30)


async def test_an_emission_that_stops_coming_is_given_up(stack: Stack) -> None:
    async with door_of(stack, whole=0.2) as (client, _):
        headers = {"authorization": f"Bearer {stack.token(ROOT, ['chair'])}"}
        response = await client.post("/emit", content=stops_coming(), headers=headers)
    assert (response.status_code, response.json()["problem"]["type"]) == (408, "too-slow")


async def test_by_who_forwards_too(stack: Stack) -> None:
    async with forwarding_client() as inner:
        forwarder = Forwarder(stack.http_url, inner, Bounds(whole_emission=0.2))
        app = Starlette(routes=[Route("/emit", forwarder.emit, methods=["POST"])])
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://query") as client:
            headers = {"authorization": f"Bearer {stack.token(ROOT, ['chair'])}"}
            response = await client.post("/emit", content=stops_coming(), headers=headers)
    assert (response.status_code, response.json()["problem"]["type"]) == (408, "too-slow")


async def test_no_outcome_in_time_is_said_with_the_id_to_ask_again_with(caller: Caller, stack: Stack) -> None:
    message = neighbour(ROOT, "patience", f"{ROOT}/a")
    async with door_of(stack, patience=0.0) as (client, _):
        response = await client.post(
            "/emit", content=message.raw, headers=caller.headers(message.tenant, *message.roles)
        )
    assert response.status_code == 504
    answer: JSON = response.json()
    assert (answer["id"], answer["status"]) == (message.id, "unanswered")
    assert "same id" in answer["problem"]["detail"]["en"]
    assert (await caller.emit(message)).json()["status"] in ("recorded", "duplicate")


async def test_other_content_is_not_given_the_answer_that_is_still_to_come(
    caller: Caller, stack: Stack
) -> None:
    message = neighbour(ROOT, "in doubt", f"{ROOT}/a")
    other = json.loads(message.raw) | {"time": "2024-01-01T00:00:00Z"}
    headers = caller.headers(message.tenant, *message.roles)
    async with door_of(stack) as (client, couriers):
        bearer = await bearer_of_token(stack, headers)
        with pytest.raises(Unanswered):
            await couriers.deliver(bearer, message.raw, message.type, message.id, 0.0)
        refused = await client.post("/emit", content=written(other), headers=headers)
        assert (refused.status_code, refused.json()["problem"]["type"]) == (409, "id-in-doubt")
        again = await client.post("/emit", content=message.raw, headers=headers)
        assert again.json()["status"] in ("recorded", "duplicate")
        refused = await client.post("/emit", content=written(other), headers=headers)
        assert (refused.status_code, refused.json()["problem"]["type"]) == (409, "id-in-doubt")
        await asyncio.sleep(1)  # the outcome that strays about comes, and finds nobody
        for used in couriers._used.values():
            used.last -= 60  # by then no outcome of it strays about any more
        refused = await client.post("/emit", content=written(other), headers=headers)
        assert (refused.status_code, refused.json()["problem"]["type"]) == (200, "id-reused")


async def test_the_same_content_written_otherwise_is_the_same(caller: Caller) -> None:
    message = neighbour(ROOT, "written otherwise", f"{ROOT}/a")
    first = (await caller.emit(message)).json()
    otherwise = json.dumps(dict(reversed(json.loads(message.raw).items())), indent=2).encode()
    second = (await caller.emit(dataclasses.replace(message, raw=otherwise))).json()
    assert second == {**first, "status": "duplicate"}


async def bearer_of_token(stack: Stack, headers: dict[str, str]) -> Bearer:
    token = headers["authorization"].removeprefix("Bearer ")
    issuer = stack.keys.issuer()
    return Bearer(await TokenVerifier(issuer.issuer, issuer.jwks_url).verify(token), token)


async def test_a_broker_that_is_away_is_said(stack: Stack) -> None:
    async with door_of(stack, f"nats://127.0.0.1:{free_port(0)}") as (client, couriers):
        headers = {"authorization": f"Bearer {stack.token(ROOT, ['chair'])}"}
        for _ in range(2):
            response = await client.post("/emit", content=b"{}", headers=headers)
            assert (response.status_code, response.json()["problem"]["type"]) == (503, "feed-away")
            assert int(response.headers["retry-after"]) > 0
        assert len(couriers) <= 1


async def test_a_root_without_a_feed_is_said(caller: Caller) -> None:
    response = await caller.emit(neighbour("nofeed", "alone", "nofeed/a"))
    assert (response.status_code, response.json()["problem"]["type"]) == (503, "feed-away")
    assert "parledger root add" in response.json()["problem"]["detail"]["en"]


async def test_ingest_that_is_away_is_said_by_who_forwards(stack: Stack) -> None:
    async with forwarding_client() as inner:
        forwarder = Forwarder(f"http://127.0.0.1:{free_port(0)}", inner)
        app = Starlette(routes=[Route("/emit", forwarder.emit, methods=["POST"])])
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://query") as client:
            response = await client.post("/emit", content=b"{}")
    assert response.status_code == 503
    assert "retry-after" in response.headers
    assert response.json()["problem"]["detail"]["vi"]


async def test_other_ways_to_the_door_are_none(caller: Caller) -> None:
    assert (await caller.client.get("/emit")).status_code == 405
    assert (await caller.client.post("/emit/")).status_code == 404


async def test_couriers_are_few_kept_for_a_while_and_used_again(stack: Stack, caller: Caller) -> None:
    async with door_of(stack, most=3, idle=1.5) as (client, couriers):

        async def ask(sub: str) -> int:
            headers = caller.headers(f"{ROOT}/a", "viewer", sub=sub)
            return (await client.post("/emit", content=b"{}", headers=headers)).status_code

        token = caller.headers(f"{ROOT}/a", "viewer", sub="again")
        for _ in range(5):
            assert (await client.post("/emit", content=b"{}", headers=token)).status_code == 200
        assert len(couriers) == 1
        assert [await ask(f"person {n}") for n in range(6)] == [200] * 6
        assert len(couriers) == 3
        await until(lambda: len(couriers) == 0)
        assert (await client.post("/emit", content=b"{}", headers=token)).status_code == 200


async def test_where_all_are_under_way_the_next_is_told_to_wait(stack: Stack, caller: Caller) -> None:
    async with door_of(stack, most=2) as (client, _):
        headers = [caller.headers(f"{ROOT}/a", "viewer", sub=f"crowd {n}") for n in range(12)]
        answers = await asyncio.gather(
            *(client.post("/emit", content=b"%d" % n, headers=h) for n, h in enumerate(headers))
        )
    told = {a.status_code for a in answers}
    assert told == {200, 429}
    assert {a.json()["problem"]["type"] for a in answers if a.status_code == 429} == {"busy"}


async def test_a_courier_does_not_outlive_its_token(stack: Stack, caller: Caller) -> None:
    async with door_of(stack, idle=60) as (client, couriers):
        headers = caller.headers(f"{ROOT}/a", "viewer", lifetime=timedelta(seconds=3))
        assert (await client.post("/emit", content=b"{}", headers=headers)).status_code == 200
        (kept,) = couriers._kept.values()
        await until(lambda: kept.courier is None or kept.courier.lost)
        assert (await client.post("/emit", content=b"{}", headers=headers)).status_code == 401


async def test_a_connection_that_is_lost_is_opened_anew(stack: Stack, caller: Caller) -> None:
    async with door_of(stack) as (client, couriers):
        headers = caller.headers(f"{ROOT}/a", "viewer")
        assert (await client.post("/emit", content=b"{}", headers=headers)).status_code == 200
        (kept,) = couriers._kept.values()
        await kept.courier.close()
        assert (await client.post("/emit", content=b"{}", headers=headers)).status_code == 200


Adding = Callable[[Servers], Awaitable[str]]


async def test_a_feed_that_is_full_is_said(servers: Servers, add_root: Adding) -> None:
    """Where nobody takes anything out of the feed, it fills up; what found no room gets told so at once."""
    root = await add_root(servers)
    issuer = servers.keys.issuer()
    callout = Callout(
        TokenVerifier(issuer.issuer, issuer.jwks_url), servers.keys.callout_seed_file().read_text().strip()
    )
    broker = service_broker(servers.nats_url, servers.nats_seed_file("ingest").read_text().strip(), "ingest")
    serve_callout(broker, callout)
    await broker.start()
    try:
        headers = {"authorization": f"Bearer {servers.token(root, ['registrar'])}"}
        async with provisioner(servers.nats_url, servers.nats_seed_file("provisioner")) as stream:
            feed = (await stream.stream_info(emit_stream(root))).config
            await stream.update_stream(dataclasses.replace(feed, max_msgs_per_subject=2))
        async with door_of(servers, patience=1.5) as (client, _):
            answers = [await client.post("/emit", content=b"{}", headers=headers) for _ in range(3)]
    finally:
        await broker.stop()
    told = [(answer.status_code, answer.json()["problem"]["type"]) for answer in answers]
    assert told == [(504, "unanswered"), (504, "unanswered"), (429, "feed-full")]
    assert all(answers[-1].json()["problem"]["detail"][language] for language in ("vi", "en"))
    assert int(answers[-1].headers["retry-after"]) > 0

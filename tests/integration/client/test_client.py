"""What the client promises, on a real broker: it keeps what it emits until it has the outcome."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

import parledger
from deploy.local.stack import kept_ports
from parledger.emission import Emission
from tests.integration.client.broker import Judge, Server, make_token, recorded, refused
from tests.patience import PATIENCE, until

TENANT = "qt/dong-ha"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    with kept_ports(0) as [port]:
        server = Server(tmp_path, port, make_token())
        await server.start()
        yield server
        await server.stop()


@pytest.fixture
async def prepared(server: Server) -> Server:
    await server.prepare()
    return server


def filed(number: int = 0, **fields: Any) -> Emission:
    data = {"leaf": "1.1.3", "self_points": str(number)}
    return parledger.emission("SubmissionFiled", subject=f"{TENANT}@2023", source=TENANT, data=data, **fields)


def many(count: int) -> list[Emission]:
    return [filed(number) for number in range(count)]


def connect(server: Server, **options: Any) -> parledger.Client:
    return parledger.connect(server.url, server.token, **options)


async def test_an_emission_gets_its_outcome(prepared: Server) -> None:
    async with Judge(prepared) as judge, connect(prepared) as client:
        emission = filed(1, time="2023-12-05T08:30:00+07:00")
        outcome = await client.emit(emission)
    assert (outcome.id, outcome.status, outcome.root) == (emission.id, "recorded", "qt")
    assert json.loads(outcome.raw)["position"] == outcome.position == 1
    assert judge.judged[0]["time"] == "2023-12-05T08:30:00+07:00"
    assert judge.judged[0]["specversion"] == "1.0"


async def test_a_refusal_is_an_outcome(prepared: Server) -> None:
    async with Judge(prepared, lambda *_: refused("window-closed")), connect(prepared) as client:
        outcome = await client.emit(filed())
    assert outcome.refused
    assert outcome.problem is not None
    assert outcome.problem.type == "window-closed"


async def test_it_is_sent_again_with_the_same_bytes_until_it_is_answered(prepared: Server) -> None:
    def third_time(envelope: dict[str, Any], times: int) -> dict[str, Any] | None:
        return recorded(envelope, times) if times == 3 else None

    async with Judge(prepared, third_time) as judge, connect(prepared, resend_after=0.1) as client:
        outcome = await client.emit(filed())
    assert outcome.status == "duplicate"
    assert len(judge.payloads) >= 3
    assert len(set(judge.payloads)) == 1


async def test_an_outcome_that_is_told_again_changes_nothing(prepared: Server) -> None:
    answer = {"status": "recorded", "root": "qt", "position": 1, "told": 3}
    async with Judge(prepared, lambda *_: dict(answer)), connect(prepared) as client:
        outcomes = [outcome async for outcome in client.emit_all(many(20))]
        assert client.outstanding == 0
    assert len(outcomes) == 20


async def test_bytes_that_are_no_envelope_are_answered_by_their_digest(prepared: Server) -> None:
    lines = [b"{", b"\xff\xfe", b"[]", b'{"id": "0199C0DE-7F3A-7C21-9D44-0A1B2C3D4E5F"}', b"{}" * 3]
    async with Judge(prepared, lambda *_: refused()), connect(prepared) as client:
        outcomes = [outcome async for outcome in client.emit_all(map(parledger.raw_emission, lines))]
    assert [(outcome.id, outcome.status) for outcome in outcomes] == [(None, "refused")] * 5


async def test_outcomes_come_in_the_order_of_the_emissions(prepared: Server) -> None:
    held: list[str] = []

    def the_first_last(envelope: dict[str, Any], times: int) -> dict[str, Any] | None:
        first = envelope["data"]["self_points"] == "0"
        if first and times == 1:
            held.append(envelope["id"])
            return None
        return recorded(envelope, times)

    emissions = many(50)
    async with Judge(prepared, the_first_last), connect(prepared, resend_after=0.2) as client:
        outcomes = [outcome async for outcome in client.emit_all(emissions)]
    assert held == [emissions[0].id]
    assert [outcome.id for outcome in outcomes] == [emission.id for emission in emissions]


async def test_no_more_than_the_window_is_taken_from_the_source(prepared: Server) -> None:
    taken = 0

    def endless() -> Iterator[Emission]:
        nonlocal taken
        while True:
            taken += 1
            yield filed(taken)

    async with Judge(prepared, lambda *_: None) as judge, connect(prepared) as client:
        outcomes = client.emit_all(endless(), window=8)
        reading = asyncio.ensure_future(anext(outcomes))
        await until(lambda: len(judge.judged) == 8)
        await asyncio.sleep(0.3)
        assert not reading.done()
        assert len(judge.judged) == 8
        assert taken <= 9
        reading.cancel()
        await asyncio.wait([reading])
        await outcomes.aclose()
        assert client.outstanding == 0


async def test_what_the_other_service_judges_waits_for_the_outcomes_before_it(prepared: Server) -> None:
    scored = parledger.emission("ScoreAppraised", subject=f"{TENANT}@2023", source="qt", data={})
    seen: list[int] = []

    def slow(envelope: dict[str, Any], times: int) -> dict[str, Any] | None:
        if envelope["type"] == "SubmissionFiled" and times == 1:
            return None
        seen.append(len(judge.judged))
        return recorded(envelope, times)

    async with Judge(prepared, slow) as judge, connect(prepared, resend_after=0.2) as client:
        async for _ in client.emit_all([filed(1), filed(2), scored]):
            pass
    types = [envelope["type"] for envelope in judge.judged]
    assert types.index("ScoreAppraised") >= 4, "each was sent again before it had its outcome"


async def test_the_second_of_two_with_one_id_waits_for_the_first(prepared: Server) -> None:
    first = filed(1)
    other = filed(2, id=first.id)

    def by_content(envelope: dict[str, Any], times: int) -> dict[str, Any]:
        return recorded(envelope, times) if envelope["data"]["self_points"] == "1" else refused("id-reused")

    async with Judge(prepared, by_content), connect(prepared) as client:
        outcomes = [outcome.status async for outcome in client.emit_all([first, other, first])]
        at_once = await asyncio.gather(*(client.emit(emission) for emission in (first, other)))
    assert outcomes == ["recorded", "refused", "duplicate"]
    assert [outcome.status for outcome in at_once] == ["duplicate", "refused"]


async def test_a_root_without_a_feed_is_said_at_once(server: Server) -> None:
    async with connect(server) as client:
        with pytest.raises(parledger.RootNotPrepared, match="parledger root add qt"):
            await asyncio.wait_for(client.emit(filed()), PATIENCE)
        assert client.outstanding == 0


async def test_a_rejected_token_is_said_at_once(prepared: Server) -> None:
    with pytest.raises(parledger.Unauthorized, match="parledger token"):
        async with parledger.connect(prepared.url, make_token(sub="somebody else")):
            pass


@pytest.mark.parametrize("token", ["", "no token", "a.b.c", make_token(tenant="Qt"), make_token(roles=())])
def test_what_is_no_token_is_said_before_anything_is_sent(token: str) -> None:
    with pytest.raises(parledger.Unauthorized, match="no token that parledger can use"):
        parledger.connect("nats://127.0.0.1:1", token)


async def test_a_broker_that_is_not_there_is_said_at_once() -> None:
    with pytest.raises(parledger.Unavailable, match="is the platform running"):
        async with parledger.connect("nats://127.0.0.1:1", make_token()):
            pass


@pytest.mark.parametrize("size", [301 * 1024, 600 * 1024])
async def test_what_is_too_large_for_the_feed_is_said_and_disturbs_nothing(server: Server, size: int) -> None:
    await server.prepare(max_msg_size=300 * 1024)
    emissions = [filed(1), parledger.raw_emission(b"x" * size), filed(2)]
    async with Judge(server), connect(server) as client:
        attempts = [attempt async for attempt in client.attempt_all(emissions)]
        with pytest.raises(parledger.TooLargeForTheFeed, match="300 KiB"):
            await client.emit(emissions[1])
    assert [type(attempt.error) for attempt in attempts] == [
        type(None),
        parledger.TooLargeForTheFeed,
        type(None),
    ]
    assert [attempt.outcome is None for attempt in attempts] == [False, True, False]


async def test_a_feed_without_room_is_tried_again_in_order(server: Server) -> None:
    await server.prepare(max_msgs=10, discard="new")
    async with connect(server, resend_after=30) as client:
        reading = asyncio.ensure_future(_all(client, many(200)))
        await asyncio.sleep(0.5)
        async with Judge(server) as judge:
            outcomes = await asyncio.wait_for(reading, PATIENCE)
    assert len(outcomes) == 200
    assert _first_seen(judge) == [str(number) for number in range(200)]


async def test_while_the_feed_has_no_room_the_caller_is_told_so_and_nothing_is_lost(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    await server.prepare(max_msgs_per_subject=10, discard="new", discard_new_per_subject=True)
    async with connect(server, resend_after=30) as client:
        assert client.held_back is None
        reading = asyncio.ensure_future(_all(client, many(100)))
        await until(lambda: client.held_back)
        told = client.held_back
        assert told is not None
        assert "the platform is busy, the feed of qt has no room" in told.en
        assert "Hệ thống đang bận" in told.vi
        async with Judge(server) as judge:
            outcomes = await asyncio.wait_for(reading, PATIENCE)
            assert client.held_back is None
    assert [outcome.status for outcome in outcomes] == ["recorded"] * 100
    assert sorted(_first_seen(judge), key=int) == [str(number) for number in range(100)]
    [said] = [record.getMessage() for record in caplog.records if record.name == "parledger.client"]
    assert "the platform is busy" in said
    assert "Hệ thống đang bận" in said


async def test_where_patience_ends_while_the_feed_has_no_room_it_is_said_so(server: Server) -> None:
    await server.prepare(max_msgs=1, discard="new")
    async with connect(server, patience=1.0) as client:
        first, second = many(2)
        waiting = asyncio.ensure_future(client.emit(first))
        await asyncio.sleep(0)
        with pytest.raises(parledger.NoOutcome, match="the feed had no room for it"):
            await client.emit(second)
        with pytest.raises(parledger.NoOutcome, match="the platform does not answer"):
            await waiting


async def test_a_broker_that_restarts_loses_nothing_and_keeps_the_order(prepared: Server) -> None:
    async def slowly() -> AsyncIterator[Emission]:
        for number in range(300):
            yield filed(number)
            await asyncio.sleep(0.005)

    async with Judge(prepared) as judge, connect(prepared, resend_after=1) as client:
        reading = asyncio.ensure_future(_all(client, slowly()))
        for pause in (0.3, 0.5):
            await asyncio.sleep(pause)
            await prepared.stop()
            await asyncio.sleep(0.3)
            await prepared.start()
        outcomes = await asyncio.wait_for(reading, PATIENCE)
    assert len(outcomes) == 300
    assert _first_seen(judge) == [str(number) for number in range(300)]


async def test_a_cancelled_emission_is_kept_no_longer(prepared: Server) -> None:
    async with Judge(prepared, lambda *_: None) as judge, connect(prepared, resend_after=0.1) as client:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.emit(filed()), 0.05)
        assert client.outstanding == 0
        await asyncio.sleep(0.3)
        assert len(judge.judged) <= 1
        judge.answer = recorded
        assert (await client.emit(filed())).status == "recorded"


async def test_who_takes_no_more_outcomes_leaves_nothing_under_way(prepared: Server) -> None:
    async with Judge(prepared), connect(prepared) as client:
        outcomes = client.emit_all(many(100), window=16)
        assert (await anext(outcomes)).status == "recorded"
        await outcomes.aclose()
        assert client.outstanding == 0


async def test_patience_ends_where_it_was_asked_to(prepared: Server) -> None:
    async with connect(prepared, resend_after=0.1, patience=0.4) as client:
        with pytest.raises(parledger.NoOutcome, match="same id"):
            await asyncio.wait_for(client.emit(filed()), PATIENCE)


async def test_closing_says_so_to_who_still_waits(prepared: Server) -> None:
    async with connect(prepared) as client:
        waiting = asyncio.ensure_future(client.emit(filed()))
        await asyncio.sleep(0.05)
    with pytest.raises(parledger.Closed):
        await waiting
    with pytest.raises(parledger.Closed):
        await client.emit(filed())


async def test_a_source_that_fails_is_heard_after_the_outcomes_before_it(prepared: Server) -> None:
    def broken() -> Iterator[Emission]:
        yield filed(1)
        raise LookupError("the file ends here")

    async with Judge(prepared), connect(prepared) as client:
        outcomes = client.emit_all(broken())
        assert (await anext(outcomes)).status == "recorded"
        with pytest.raises(LookupError):
            await anext(outcomes)


async def _all(client: parledger.Client, emissions: Any) -> list[parledger.Outcome]:
    return [outcome async for outcome in client.emit_all(emissions, window=64)]


def _first_seen(judge: Judge) -> list[str]:
    return list(dict.fromkeys(envelope["data"]["self_points"] for envelope in judge.judged))


async def test_a_late_second_answer_is_not_taken_for_that_of_other_content(prepared: Server) -> None:
    """The first is answered again while the second is under way; its own answer comes after that."""
    first, second = filed(1), filed(2)
    reused = parledger.raw_emission(second.payload.replace(str(second.id).encode(), str(first.id).encode()))

    def answer(envelope: dict[str, Any], times: int) -> dict[str, Any]:
        own = envelope["data"]["self_points"] == "2" and times > 1
        return refused("id-reused") if own else recorded(envelope, times)

    async with Judge(prepared, answer) as judge, connect(prepared, resend_after=1) as client:
        assert (await client.emit(first)).status == "recorded"
        outcome = await client.emit(reused)
        assert len(judge.payloads) == 3
    assert outcome.problem is not None
    assert outcome.problem.type == "id-reused"


async def test_an_id_that_was_given_up_takes_no_other_content(prepared: Server) -> None:
    first, second = filed(1), filed(2)
    reused = parledger.raw_emission(second.payload.replace(str(second.id).encode(), str(first.id).encode()))
    async with Judge(prepared, lambda *_: None) as judge, connect(prepared) as client:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.emit(first), 0.3)
        with pytest.raises(parledger.IdInDoubt, match="take another id"):
            await asyncio.wait_for(client.emit(reused), PATIENCE)
        judge.answer = recorded
        assert (await client.emit(first)).status == "duplicate"

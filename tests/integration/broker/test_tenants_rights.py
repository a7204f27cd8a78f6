"""A tenant's token lets it emit as itself and hear its inbox and its outcomes, and nothing else."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from nats.aio.client import Client
from nats.errors import Error
from nats.js.errors import NoStreamResponseError

from shared.broker.pubacks import is_stray_puback
from shared.broker.subjects import (
    as_token,
    emit_stream,
    emit_subject,
    inbox_prefix,
    outcome_subject,
    recorded_subject,
)
from shared.identity.issuer import EmbeddedIssuer
from tests.integration.broker.real_server import Errors, Server
from tests.patience import PATIENCE

TENANT = "qt/dong-ha"
OTHERS_AS = "filer~0123456789abcdef"


@dataclass
class Tenant:
    """A connected tenant, its `<as>`, and what its client was told through `error_cb`."""

    client: Client
    as_: str
    errors: Errors

    async def is_refused_to_publish(self, subject: str, reply: str = "") -> None:
        await self.client.publish(subject, b"{}", reply=reply)
        assert "permissions violation for publish" in await self.errors.next()

    async def is_refused_to_subscribe(self, subject: str) -> None:
        await self.client.subscribe(subject)
        assert "permissions violation for subscription" in await self.errors.next()


@pytest.fixture
async def filer(platform: Server, issuer: EmbeddedIssuer) -> AsyncIterator[Tenant]:
    """A filer of `qt/dong-ha`."""
    errors = Errors()
    token = issuer.issue(TENANT, ["filer"], "an")
    async with platform.as_tenant(TENANT, token, error_cb=errors.note) as client:
        yield Tenant(client, as_token(["filer"], [], issuer.issuer, "an"), errors)


@pytest.fixture
async def root_council(platform: Server, issuer: EmbeddedIssuer) -> AsyncIterator[Tenant]:
    """A council of the root `qt`, limited to two areas."""
    errors = Errors()
    token = issuer.issue("qt", ["council"], "binh", ["7", "3"])
    async with platform.as_tenant("qt", token, error_cb=errors.note) as client:
        yield Tenant(client, as_token(["council"], ["3", "7"], issuer.issuer, "binh"), errors)


async def test_a_tenant_emits_as_itself_and_gets_a_puback(filer: Tenant) -> None:
    ack = await filer.client.jetstream().publish(emit_subject(TENANT, "SubmissionFiled", filer.as_), b"{}")
    assert (ack.stream, ack.duplicate) == (emit_stream("qt"), None)


async def test_a_tenant_emits_types_that_nobody_knows(filer: Tenant) -> None:
    ack = await filer.client.jetstream().publish(emit_subject(TENANT, "NoSuchThing", filer.as_), b"{}")
    assert ack.stream == emit_stream("qt")


async def test_a_council_of_some_areas_emits_under_them(root_council: Tenant) -> None:
    subject = emit_subject("qt", "ScoreAppraised", root_council.as_)
    assert ".council:3:7~" in subject
    assert (await root_council.client.jetstream().publish(subject, b"{}")).stream == emit_stream("qt")


async def test_a_tenant_hears_its_outcomes_and_no_others(filer: Tenant, platform: Server) -> None:
    heard = await filer.client.subscribe("par.outcome.qt.dong-ha.>")
    await filer.client.flush()
    async with platform.as_service("ingest") as ingest:
        await ingest.publish(outcome_subject("qt/vinh-linh", "1"), b"another's")
        await ingest.publish(outcome_subject(TENANT, "2"), b"ours")
    assert (await heard.next_msg(PATIENCE)).data == b"ours"
    assert filer.errors.seen == []


async def test_a_denied_publish_is_told_within_a_moment(filer: Tenant) -> None:
    took: list[float] = []
    for _ in range(5):
        begun = time.monotonic()
        await filer.is_refused_to_publish(emit_subject("qt/vinh-linh", "SubmissionFiled", filer.as_))
        took.append(time.monotonic() - begun)
    assert min(took) < 0.2


FORBIDDEN_TO_PUBLISH = {
    "as another unit": "par.emit.qt.SubmissionFiled.{as_}.vinh-linh",
    "as the unit above": "par.emit.qt.SubmissionFiled.{as_}",
    "as a unit below": "par.emit.qt.SubmissionFiled.{as_}.dong-ha.phuong-1",
    "in another root": "par.emit.hue.SubmissionFiled.{as_}.dong-ha",
    "as another person": f"par.emit.qt.SubmissionFiled.{OTHERS_AS}.dong-ha",
    "with another role": "par.emit.qt.SubmissionFiled.head~{actor}.dong-ha",
    "with one role more": "par.emit.qt.SubmissionFiled.filer+head~{actor}.dong-ha",
    "without a type": "par.emit.qt.{as_}.dong-ha",
    "an outcome": "par.outcome.qt.dong-ha.0199c0de",
    "what was recorded": "par.recorded.qt.SubmissionFiled.dong-ha",
    "a hint": "par.wake.qt",
    "an answer to the server's question": "$SYS.REQ.USER.AUTH",
    "into an inbox of its own": "_INBOX_qt_dong-ha.x",
    "into an inbox of another": "_INBOX_qt_vinh-linh.x",
    "into an inbox of a service": "_INBOX.ingest.x",
    "an acknowledgement": "$JS.ACK.EMIT_QT.ingest.1.1.1.0.0",
    "to the provisioner's door": "par.api.STREAM.INFO.RECORDED",
    "anything else": "anything.else",
}


@pytest.mark.parametrize("subject", FORBIDDEN_TO_PUBLISH.values(), ids=FORBIDDEN_TO_PUBLISH.keys())
async def test_a_tenant_may_not_publish(filer: Tenant, subject: str) -> None:
    actor = filer.as_.partition("~")[2]
    await filer.is_refused_to_publish(subject.format(as_=filer.as_, actor=actor))


FORBIDDEN_TO_SUBSCRIBE = {
    "everything": ">",
    "everything of one token": "*",
    "all that is emitted": "par.emit.>",
    "what it emits itself": "par.emit.qt.*.*.dong-ha",
    "all outcomes": "par.outcome.>",
    "the outcomes of its root": "par.outcome.qt.>",
    "any unit's outcomes": "par.outcome.qt.*.>",
    "another unit's outcomes": "par.outcome.qt.vinh-linh.>",
    "another root's outcomes": "par.outcome.hue.>",
    "what was recorded": "par.recorded.qt.>",
    "all inboxes": "_INBOX.>",
    "another tenant's inbox": "_INBOX_qt_vinh-linh.>",
    "the root's inbox": "_INBOX_qt.>",
    "an inbox that begins like its own": "_INBOX_qt_dong-ha-2.>",
    "the API": "$JS.API.>",
    "acknowledgements": "$JS.ACK.>",
    "events of the API": "$JS.EVENT.>",
    "the server's questions": "$SYS.REQ.USER.AUTH",
    "the system": "$SYS.>",
    "hints": "par.wake.*",
}


@pytest.mark.parametrize("subject", FORBIDDEN_TO_SUBSCRIBE.values(), ids=FORBIDDEN_TO_SUBSCRIBE.keys())
async def test_a_tenant_may_not_subscribe(filer: Tenant, subject: str) -> None:
    await filer.is_refused_to_subscribe(subject)


API_CALLS = (
    "INFO",
    "STREAM.NAMES",
    "STREAM.LIST",
    "STREAM.INFO.EMIT_QT",
    "STREAM.CREATE.MINE",
    "STREAM.UPDATE.EMIT_QT",
    "STREAM.DELETE.EMIT_QT",
    "STREAM.PURGE.EMIT_QT",
    "STREAM.MSG.GET.EMIT_QT",
    "STREAM.MSG.DELETE.EMIT_QT",
    "STREAM.SNAPSHOT.EMIT_QT",
    "DIRECT.GET.EMIT_QT",
    "CONSUMER.CREATE.EMIT_QT.mine",
    "CONSUMER.DURABLE.CREATE.EMIT_QT.mine",
    "CONSUMER.NAMES.EMIT_QT",
    "CONSUMER.INFO.EMIT_QT.ingest",
    "CONSUMER.DELETE.EMIT_QT.ingest",
    "CONSUMER.PAUSE.EMIT_QT.ingest",
    "CONSUMER.RESET.EMIT_QT.ingest",
    "CONSUMER.MSG.NEXT.EMIT_QT.ingest",
)


@pytest.mark.parametrize("call", API_CALLS)
async def test_a_tenant_may_not_call_the_api(filer: Tenant, call: str) -> None:
    await filer.is_refused_to_publish(f"$JS.API.{call}", reply=f"{inbox_prefix(TENANT)}.x")


async def test_a_root_may_not_emit_as_its_units_nor_reach_another_root(root_council: Tenant) -> None:
    await root_council.is_refused_to_publish(f"par.emit.qt.ScoreAppraised.{root_council.as_}.dong-ha")
    await root_council.is_refused_to_publish(f"par.emit.hue.ScoreAppraised.{root_council.as_}")
    await root_council.is_refused_to_publish(
        f"par.emit.qt.ScoreAppraised.{root_council.as_.replace('council:3:7', 'council')}"
    )
    await root_council.is_refused_to_subscribe("par.recorded.qt.>")


async def test_an_auditor_of_a_root_hears_what_is_recorded_there(
    platform: Server, issuer: EmbeddedIssuer
) -> None:
    errors = Errors()
    token = issuer.issue("qt", ["auditor"], "chi")
    async with platform.as_tenant("qt", token, error_cb=errors.note) as client:
        heard = await client.subscribe("par.recorded.qt.>")
        await client.flush()
        async with platform.as_service("relay") as relay:
            await relay.jetstream().publish(
                recorded_subject("hue", "SubmissionFiled", "hue/a"), b"another root's"
            )
            await relay.jetstream().publish(recorded_subject("qt", "SubmissionFiled", TENANT), b"ours")
        assert (await heard.next_msg(PATIENCE)).data == b"ours"
        assert errors.seen == []
        await client.subscribe("par.recorded.hue.>")
        assert "permissions violation" in await errors.next()


async def test_an_auditor_of_a_unit_below_does_not(platform: Server, issuer: EmbeddedIssuer) -> None:
    errors = Errors()
    async with platform.as_tenant(
        TENANT, issuer.issue(TENANT, ["auditor"], "chi"), error_cb=errors.note
    ) as client:
        await client.subscribe("par.recorded.qt.>")
        assert "permissions violation" in await errors.next()


async def test_a_root_that_is_not_prepared_has_no_feed(platform: Server, issuer: EmbeddedIssuer) -> None:
    token = issuer.issue("nowhere", ["filer"], "an")
    async with platform.as_tenant("nowhere", token) as client:
        subject = emit_subject("nowhere", "SubmissionFiled", as_token(["filer"], [], issuer.issuer, "an"))
        with pytest.raises(NoStreamResponseError):
            await client.jetstream().publish(subject, b"{}")


async def test_what_is_larger_than_the_feed_takes_is_refused_by_it(filer: Tenant) -> None:
    with pytest.raises(Error, match="maximum"):
        await filer.client.jetstream().publish(
            emit_subject(TENANT, "SubmissionFiled", filer.as_), b"x" * (301 * 1024)
        )


@pytest.mark.parametrize("header", ["Nats-Rollup", "Nats-TTL", "Nats-Schedule"])
async def test_headers_that_change_a_feed_are_refused_by_it(
    filer: Tenant, platform: Server, header: str
) -> None:
    value = {"Nats-Rollup": "all", "Nats-TTL": "1s", "Nats-Schedule": "@every 1s"}[header]
    async with platform.as_operator() as operator:
        before = (await operator.jetstream().stream_info("EMIT_QT")).state
        subject = emit_subject(TENANT, "SubmissionFiled", filer.as_)
        with pytest.raises(Error):
            await filer.client.jetstream().publish(subject, b"{}", headers={header: value})
        after = (await operator.jetstream().stream_info("EMIT_QT")).state
    assert (after.messages, after.last_seq) == (before.messages, before.last_seq)


async def test_a_connection_ends_with_its_token(platform: Server, issuer: EmbeddedIssuer) -> None:
    closed = asyncio.Event()

    async def note() -> None:
        closed.set()

    errors = Errors()
    token = issuer.issue(TENANT, ["filer"], "an", lifetime=timedelta(seconds=4))
    async with platform.as_tenant(TENANT, token, error_cb=errors.note, closed_cb=note) as client:
        assert client.is_connected
        await asyncio.wait_for(closed.wait(), PATIENCE)
        assert not client.is_connected


class TestReplySubjects:
    """The server sends a PubAck wherever its asker says, with its own rights. It must do no harm there."""

    async def send(self, tenant: Tenant, reply: str) -> None:
        subject = emit_subject(TENANT, "SubmissionFiled", tenant.as_)
        await tenant.client.publish(subject, b"{}", reply=reply)
        await tenant.client.flush()
        await asyncio.sleep(0.1)

    async def test_nothing_gets_into_what_was_recorded(self, filer: Tenant, platform: Server) -> None:
        async with platform.as_service("relay") as relay:
            before = (await relay.jetstream().stream_info("RECORDED")).state
            await self.send(filer, "par.recorded.qt.SubmissionFiled.dong-ha")
            after = (await relay.jetstream().stream_info("RECORDED")).state
        assert after.last_seq == before.last_seq

    async def test_nothing_is_acknowledged(self, filer: Tenant) -> None:
        subject = emit_subject(TENANT, "SubmissionFiled", filer.as_)
        await filer.is_refused_to_publish(subject, reply="$JS.ACK.EMIT_QT.ingest.1.1.1.0.0")

    @pytest.mark.parametrize(
        "call",
        [
            "STREAM.DELETE.EMIT_HUE",
            "STREAM.PURGE.EMIT_HUE",
            "STREAM.MSG.DELETE.EMIT_HUE",
            "STREAM.UPDATE.EMIT_HUE",
            "CONSUMER.DELETE.EMIT_HUE.ingest",
            "CONSUMER.PAUSE.EMIT_HUE.ingest",
            "CONSUMER.RESET.EMIT_HUE.ingest",
            "CONSUMER.CREATE.EMIT_HUE.mine",
            "CONSUMER.MSG.NEXT.EMIT_HUE.ingest",
        ],
    )
    async def test_the_api_refuses_it(self, filer: Tenant, platform: Server, call: str) -> None:
        async def look() -> str:
            async with platform.as_operator() as operator:
                jetstream = operator.jetstream()
                stream = await jetstream.stream_info("EMIT_HUE")
                durable = await jetstream.consumer_info("EMIT_HUE", "ingest")
                return f"{stream.config} {stream.state} {durable.config} {durable.delivered} {durable.paused}"

        before = await look()
        await self.send(filer, f"$JS.API.{call}")
        assert await look() == before

    async def test_what_reaches_another_feed_says_that_it_is_a_puback(
        self, filer: Tenant, platform: Server
    ) -> None:
        """What no permission prevents: a PubAck among another's emissions. It is told by its fields."""
        async with platform.as_operator() as operator:
            heard = await operator.subscribe("par.emit.hue.>")
            await operator.flush()
            await self.send(filer, "par.emit.hue.SubmissionFiled.filer~0123456789abcdef.phu-vang")
            assert is_stray_puback((await heard.next_msg(PATIENCE)).data)

    @pytest.mark.parametrize(
        "headers",
        [{"Nats-Expected-Last-Sequence": "7"}, {"Nats-Expected-Stream": "OTHER"}, {"Nats-Msg-Id": "twice"}],
        ids=["refused", "of another feed", "a duplicate"],
    )
    async def test_and_so_does_every_other_answer_of_the_feed(
        self, filer: Tenant, platform: Server, headers: dict[str, str]
    ) -> None:
        subject = emit_subject(TENANT, "SubmissionFiled", filer.as_)
        forged = "par.emit.hue.SubmissionFiled.filer~0123456789abcdef.phu-vang"
        async with platform.as_operator() as operator:
            heard = await operator.subscribe("par.emit.hue.>")
            await operator.flush()
            for _ in range(2):
                await filer.client.publish(subject, b"{}", reply=forged, headers=headers)
            for _ in range(2):
                content = (await heard.next_msg(PATIENCE)).data
                assert is_stray_puback(content), content

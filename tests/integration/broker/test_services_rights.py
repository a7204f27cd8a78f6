"""Each service's user can do its work, and no other's."""

import asyncio
from collections.abc import Mapping

import nats
import pytest
from nats.aio.client import Client
from nats.errors import Error
from nats.js.api import DiscardPolicy

from shared.broker.keys import Kind, new_seed
from shared.broker.permissions import LEDGER, SERVICE_PERMISSIONS
from shared.broker.pull import StandingPull
from shared.broker.streams import (
    MOST_UNACKNOWLEDGED,
    FeedLimits,
    NoRoomOnDisk,
    StandsOtherwise,
    provision_platform,
    provision_root,
    root_stream,
)
from shared.broker.subjects import RECORDED, emit_stream, emit_subject, outcome_subject, recorded_subject
from tests.integration.broker.real_server import Errors, Server
from tests.patience import PATIENCE

AS = "filer~0123456789abcdef"
TENANT = "qt/dong-ha"

# What every one of them is refused: to write, hear, look at or change what is not its own.
NOBODY_PUBLISHES = (
    emit_subject(TENANT, "SubmissionFiled", AS),
    "$JS.API.INFO",
    "$JS.API.STREAM.NAMES",
    "$JS.API.STREAM.DELETE.EMIT_QT",
    "$JS.API.STREAM.DELETE.RECORDED",
    "$JS.API.STREAM.PURGE.EMIT_QT",
    "$JS.API.STREAM.MSG.DELETE.EMIT_QT",
    "$JS.API.STREAM.MSG.GET.EMIT_QT",
    "$JS.API.DIRECT.GET.EMIT_QT",
    "$JS.API.CONSUMER.DELETE.EMIT_QT.ingest",
    "$JS.API.CONSUMER.CREATE.EMIT_QT",
    "$JS.API.CONSUMER.CREATE.EMIT_QT.mine",
    "$JS.API.CONSUMER.DURABLE.CREATE.EMIT_QT.mine",
    "$SYS.REQ.USER.AUTH",
    "_INBOX_qt_dong-ha.x",
    "anything.else",
)
NOBODY_SUBSCRIBES = (
    ">",
    "par.emit.>",
    "par.emit.qt.*.*.dong-ha",
    "par.outcome.>",
    "par.recorded.>",
    "$JS.>",
    "$SYS.>",
    "_INBOX.>",
    "_INBOX_qt_dong-ha.>",
)

# And what another has, or a step more than its own.
PUBLISHES_NOT: Mapping[str, tuple[str, ...]] = {
    "ingest": (
        "par.recorded.qt.SubmissionFiled",
        "$JS.API.CONSUMER.MSG.NEXT.EMIT_QT.appraisal",
        "$JS.API.CONSUMER.INFO.EMIT_QT.appraisal",
        "$JS.API.CONSUMER.MSG.NEXT.RECORDED.scoring",
        "$JS.ACK.EMIT_QT.appraisal.1.1.1.0.0",
        "$JS.API.STREAM.INFO.EMIT_QT",
        "$JS.API.STREAM.CREATE.EMIT_X",
        "par.api.STREAM.INFO.RECORDED",
        "par.wake.qt.more",
    ),
    "appraisal": (
        "par.recorded.qt.SubmissionFiled",
        "$JS.API.CONSUMER.MSG.NEXT.EMIT_QT.ingest",
        "$JS.API.CONSUMER.INFO.EMIT_QT.ingest",
        "$JS.ACK.EMIT_QT.ingest.1.1.1.0.0",
        "$JS.API.STREAM.INFO.EMIT_QT",
        "$SYS._INBOX.x.y",
        "par.api.STREAM.INFO.RECORDED",
    ),
    "relay": (
        "par.outcome.qt.dong-ha.x",
        "par.wake.qt",
        "$JS.API.STREAM.UPDATE.RECORDED",
        "$JS.API.STREAM.CREATE.RECORDED",
        "$JS.API.STREAM.INFO.EMIT_QT",
        "$JS.API.CONSUMER.MSG.NEXT.RECORDED.scoring",
        "$JS.API.CONSUMER.CREATE.RECORDED.mine",
        "$JS.ACK.RECORDED.scoring.1.1.1.0.0",
    ),
    "scoring": (
        "par.recorded.qt.SubmissionFiled",
        "par.outcome.qt.dong-ha.x",
        "par.wake.qt",
        "$JS.API.CONSUMER.MSG.NEXT.RECORDED.other",
        "$JS.API.CONSUMER.MSG.NEXT.EMIT_QT.scoring",
        "$JS.API.STREAM.INFO.RECORDED",
        "$JS.API.STREAM.MSG.GET.RECORDED",
        "$JS.ACK.RECORDED.other.1.1.1.0.0",
    ),
    "provisioner": (
        "par.recorded.qt.SubmissionFiled",
        "par.outcome.qt.dong-ha.x",
        "par.wake.qt",
        "$JS.API.CONSUMER.MSG.NEXT.EMIT_QT.ingest",
        "$JS.ACK.EMIT_QT.ingest.1.1.1.0.0",
        "par.api.STREAM.DELETE.RECORDED",
        "par.api.STREAM.PURGE.RECORDED",
        "par.api.STREAM.CREATE.OTHER",
        "par.api.CONSUMER.MSG.NEXT.RECORDED.scoring",
        "par.api.CONSUMER.CREATE.RECORDED.mine",
    ),
    "keeper": (
        "par.recorded.qt.SubmissionFiled",
        "par.wake.qt",
        "par.api.STREAM.INFO.RECORDED",
        "$SYS.REQ.SERVER.PING",
        "$SYS.REQ.SERVER.PING.CONNZ",
        "$SYS.REQ.SERVER.x.RELOAD",
        "$SYS.REQ.ACCOUNT.PAR.CONNZ",
        "$SYS._INBOX.x.y",
    ),
}
SUBSCRIBES_NOT: Mapping[str, tuple[str, ...]] = {
    "ingest": ("par.wake.*", "_INBOX.appraisal.>"),
    "appraisal": ("par.wake.*", "_INBOX.ingest.>", "$SYS.REQ.USER.AUTH"),
    "relay": ("_INBOX.scoring.>", "$SYS.REQ.USER.AUTH"),
    "scoring": ("par.wake.*", "_INBOX.relay.>", "$SYS.REQ.USER.AUTH"),
    "provisioner": ("par.wake.*", "_INBOX.ingest.>", "$SYS.REQ.USER.AUTH"),
    "keeper": ("par.wake.*", "_INBOX.ingest.>", "$SYS.REQ.USER.AUTH", "$SYS.ACCOUNT.*.CONNECT"),
}


@pytest.mark.parametrize("name", SERVICE_PERMISSIONS)
async def test_a_service_may_not_publish_more(platform: Server, name: str) -> None:
    errors = Errors()
    async with platform.as_service(name, error_cb=errors.note) as client:
        own = set(SERVICE_PERMISSIONS[name].publish)
        for subject in {*NOBODY_PUBLISHES, *PUBLISHES_NOT[name]} - own:
            await client.publish(subject, b"")
            told = await errors.next()
            assert f'permissions violation for publish to "{subject.lower()}"' in told


@pytest.mark.parametrize("name", SERVICE_PERMISSIONS)
async def test_a_service_may_not_subscribe_to_more(platform: Server, name: str) -> None:
    errors = Errors()
    async with platform.as_service(name, error_cb=errors.note) as client:
        own = set(SERVICE_PERMISSIONS[name].subscribe)
        for subject in {*NOBODY_SUBSCRIBES, *SUBSCRIBES_NOT[name]} - own:
            await client.subscribe(subject)
            assert f'permissions violation for subscription to "{subject.lower()}"' in await errors.next()


@pytest.mark.parametrize("name", ["ingest", "appraisal"])
async def test_a_write_service_pulls_acknowledges_and_answers(platform: Server, name: str) -> None:
    errors = Errors()
    type_ = "SubmissionFiled" if name == "ingest" else "ScoreAppraised"
    async with platform.as_operator() as operator, platform.as_service(name, error_cb=errors.note) as client:
        answers = await operator.subscribe("par.outcome.qt.dong-ha.>")
        await operator.jetstream().publish(emit_subject(TENANT, type_, AS), b"{}")
        pull = StandingPull(client, emit_stream("qt"), name)
        await pull.start()
        batch = await asyncio.wait_for(pull.take(), PATIENCE)
        await client.publish(outcome_subject(TENANT, "1"), b"answer")
        await client.publish("par.wake.qt")
        await pull.ack(batch[-1])
        await client.flush()
        assert (await answers.next_msg(PATIENCE)).data == b"answer"
        await pull.stop()
        state = await operator.jetstream().consumer_info(emit_stream("qt"), name)
        assert state.num_ack_pending == 0
    assert errors.seen == []


async def test_appraisal_is_given_its_own_types_alone(platform: Server) -> None:
    async with platform.as_operator() as operator:
        jetstream = operator.jetstream()
        before = (await jetstream.consumer_info(emit_stream("hue"), "appraisal")).num_pending or 0
        for type_ in ("SubmissionFiled", "ScoreAppraised", "NoSuchThing", "RoundOpened"):
            await jetstream.publish(emit_subject("hue/a", type_, AS), b"{}")
        after = (await jetstream.consumer_info(emit_stream("hue"), "appraisal")).num_pending or 0
    assert after - before == 2


async def test_the_relay_writes_reads_back_its_last_and_hears_hints(platform: Server) -> None:
    errors = Errors()
    async with (
        platform.as_service("ingest") as ingest,
        platform.as_service("relay", error_cb=errors.note) as relay,
    ):
        hints = await relay.subscribe("par.wake.*")
        await relay.flush()
        await ingest.publish("par.wake.qt")
        assert (await hints.next_msg(PATIENCE)).subject == "par.wake.qt"
        jetstream = relay.jetstream()
        last = await jetstream.publish(recorded_subject("qt", "SubmissionFiled", TENANT), b"recorded")
        found = await jetstream.get_last_msg(RECORDED, "par.recorded.qt.>")
        assert (found.seq, found.data) == (last.seq, b"recorded")
    assert errors.seen == []


async def test_a_stale_relay_is_refused_by_the_feed(platform: Server) -> None:
    async with platform.as_service("relay") as relay:
        jetstream = relay.jetstream()
        subject = recorded_subject("hue", "SubmissionFiled", "hue/a")
        first = await jetstream.publish(subject, b"1")

        def expecting(sequence: int) -> dict[str, str]:
            return {
                "Nats-Expected-Last-Subject-Sequence": str(sequence),
                "Nats-Expected-Last-Subject-Sequence-Subject": "par.recorded.hue.>",
            }

        other = recorded_subject("hue", "ScoreAppraised", "hue/b")
        second = await jetstream.publish(other, b"2", headers=expecting(first.seq))
        with pytest.raises(Exception, match=r"10071|wrong last sequence"):
            await jetstream.publish(subject, b"2", headers=expecting(first.seq))
        assert (await jetstream.publish(subject, b"3", headers=expecting(second.seq))).seq == second.seq + 1


async def test_scoring_pulls_what_was_recorded(platform: Server) -> None:
    errors = Errors()
    async with (
        platform.as_service("relay") as relay,
        platform.as_service("scoring", error_cb=errors.note) as client,
    ):
        await relay.jetstream().publish(recorded_subject("qt", "SubmissionFiled", TENANT), b"last")
        pull = StandingPull(client, RECORDED, "scoring")
        await pull.start()
        async with asyncio.timeout(PATIENCE):
            while (batch := await pull.take())[-1].data != b"last":
                await pull.ack(batch[-1])
        await pull.ack(batch[-1])
        await pull.stop()
    assert errors.seen == []


async def test_the_tenants_account_cannot_reach_the_ledgers(platform: Server) -> None:
    """Not even a user that may do anything in the one account writes what the other keeps."""
    async with platform.as_operator() as operator, platform.as_service("relay") as relay:
        before = (await relay.jetstream().stream_info(RECORDED)).state.last_seq
        await operator.publish("par.recorded.qt.SubmissionFiled", b"forged")
        await operator.flush()
        await asyncio.sleep(0.1)
        assert (await relay.jetstream().stream_info(RECORDED)).state.last_seq == before
    assert {name for name, may in SERVICE_PERMISSIONS.items() if may.account == LEDGER} == {
        "relay",
        "scoring",
    }


async def test_an_unknown_key_is_not_let_in(platform: Server) -> None:
    errors = Errors()
    with pytest.raises(Error, match="Authorization"):
        await nats.connect(
            platform.url, nkeys_seed_str=new_seed(Kind.USER), allow_reconnect=False, error_cb=errors.note
        )


class TestProvisioning:
    """Feeds are made once; what stands is not rewritten behind anybody's back."""

    async def test_a_second_time_nothing_is_done(self, platform: Server) -> None:
        async with platform.as_service("provisioner") as provisioner:
            assert await provision_platform(provisioner.jetstream()) == []
            assert await provision_root(provisioner.jetstream(), "qt") == []

    async def test_what_it_makes_is_what_was_designed(self, platform: Server) -> None:
        async with platform.as_service("provisioner") as provisioner:
            jetstream = provisioner.jetstream()
            made = await provision_root(jetstream, "da-nang")
            assert made == [
                "made the feed EMIT_DA-NANG",
                "made the durable ingest of EMIT_DA-NANG",
                "made the durable appraisal of EMIT_DA-NANG",
            ]
            stream = (await jetstream.stream_info("EMIT_DA-NANG")).config
            durable = (await jetstream.consumer_info("EMIT_DA-NANG", "ingest")).config
        assert (stream.retention, stream.discard, stream.storage) == ("interest", "new", "file")
        assert stream.discard_new_per_subject
        assert stream.deny_delete
        assert stream.deny_purge
        assert not stream.allow_rollup_hdrs
        assert not stream.allow_msg_ttl
        assert not stream.allow_msg_schedules
        assert stream.duplicate_window == 0.1
        assert stream.max_msg_size == 300 * 1024
        assert (durable.ack_policy, durable.ack_wait, durable.max_deliver) == ("all", 5, -1)
        assert durable.max_ack_pending == MOST_UNACKNOWLEDGED
        assert not durable.filter_subjects

    async def test_a_limit_that_differs_is_changed_and_told(self, own_server: Server) -> None:
        async with own_server.as_operator() as operator, own_server.as_service("provisioner") as provisioner:
            jetstream = operator.jetstream()
            await provision_root(jetstream, "qt")
            standing = (await jetstream.stream_info("EMIT_QT")).config
            standing.max_msgs_per_subject = 7
            await jetstream.update_stream(standing)
            durable = (await jetstream.consumer_info("EMIT_QT", "ingest")).config
            durable.max_ack_pending = 9
            await jetstream.add_consumer("EMIT_QT", durable)
            assert await provision_root(provisioner.jetstream(), "qt") == [
                "changed max_msgs_per_subject of the feed EMIT_QT: 7 to 2000",
                f"changed max_ack_pending of the durable ingest of EMIT_QT: 9 to {MOST_UNACKNOWLEDGED}",
            ]
            assert await provision_root(provisioner.jetstream(), "qt") == []
            assert (await jetstream.stream_info("EMIT_QT")).config.deny_delete

    async def test_a_disk_without_room_for_a_feed_is_said_with_what_to_do(self, own_server: Server) -> None:
        async with own_server.as_service("provisioner") as provisioner:
            with pytest.raises(NoRoomOnDisk, match="PARLEDGER_FEED_BYTES"):
                await provision_root(provisioner.jetstream(), "qt", FeedLimits(bytes=10**15))
            assert await provision_root(provisioner.jetstream(), "qt", FeedLimits(bytes=10**7))
            with pytest.raises(NoRoomOnDisk):
                await provision_root(provisioner.jetstream(), "qt", FeedLimits(bytes=10**15))

    async def test_a_feed_of_another_nature_is_refused(self, own_server: Server) -> None:
        async with own_server.as_operator() as operator, own_server.as_service("provisioner") as provisioner:
            wrong = root_stream("qt")
            wrong.discard, wrong.discard_new_per_subject = DiscardPolicy.OLD, False
            await operator.jetstream().add_stream(wrong)
            with pytest.raises(StandsOtherwise, match="discard"):
                await provision_root(provisioner.jetstream(), "qt")

    async def test_what_both_judged_leaves_the_feed(self, own_server: Server) -> None:
        async with own_server.as_operator() as operator, own_server.as_service("provisioner") as provisioner:
            await provision_root(provisioner.jetstream(), "qt")
            jetstream = operator.jetstream()
            await jetstream.publish(emit_subject(TENANT, "SubmissionFiled", AS), b"1")
            await jetstream.publish(emit_subject(TENANT, "ScoreAppraised", AS), b"2")
            await judge(operator, "ingest", 2)
            assert (await jetstream.stream_info("EMIT_QT")).state.messages == 1
            await judge(operator, "appraisal", 1)
            assert (await jetstream.stream_info("EMIT_QT")).state.messages == 0


async def judge(client: Client, durable: str, count: int) -> None:
    """Takes and acknowledges the next messages of a durable."""
    pull = StandingPull(client, emit_stream("qt"), durable)
    await pull.start()
    while count:
        batch = await asyncio.wait_for(pull.take(), PATIENCE)
        count -= len(batch)
        await pull.ack(batch[-1])
    await pull.stop()
    await client.flush()
    await asyncio.sleep(0.05)


def test_every_service_has_a_list_of_what_it_may_not() -> None:
    assert PUBLISHES_NOT.keys() == SUBSCRIBES_NOT.keys() == SERVICE_PERMISSIONS.keys()

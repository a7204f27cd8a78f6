"""What a publisher sees where a feed has no room: which limit it is; without a reply, nothing."""

import json
from typing import Any

import pytest
from nats.aio.client import Client

from shared.broker.streams import MOST_BYTES_OF_AN_EMISSION, FeedLimits, provision_root
from shared.broker.subjects import emit_stream, emit_subject
from tests.integration.broker.real_server import Server

AS = "filer~0123456789abcdef"
OURS, SIBLING = (emit_subject(f"qt/{unit}", "SubmissionFiled", AS) for unit in ("a", "b"))


async def said(client: Client, subject: str, size: int = 1_000) -> dict[str, Any]:
    """The feed's answer to a message of this size."""
    return json.loads((await client.request(subject, b"x" * size, timeout=5)).data)


@pytest.mark.parametrize(
    ("limits", "room", "told"),
    [
        (FeedLimits(of_a_sender=2), 2, "maximum messages per subject exceeded"),
        (FeedLimits(messages=3), 3, "maximum messages exceeded"),
        (FeedLimits(bytes=4_500), 4, "maximum bytes exceeded"),
    ],
)
async def test_a_sender_over_a_limit_is_told_which_and_nothing_more_is_kept(
    own_server: Server, limits: FeedLimits, room: int, told: str
) -> None:
    async with own_server.as_operator() as client, own_server.as_service("provisioner") as provisioner:
        await provision_root(provisioner.jetstream(), "qt", limits)
        answers = [await said(client, OURS) for _ in range(room + 2)]
        assert [answer.get("seq") for answer in answers[:room]] == list(range(1, room + 1))
        for refused in answers[room:]:
            assert refused["error"] == {"code": 503, "err_code": 10077, "description": told}
        await client.publish(OURS, b"x" * 1_000)  # without a reply
        await client.flush()
        state = (await provisioner.jetstream().stream_info(emit_stream("qt"))).state
        assert state.messages == room, "what is published without a reply is dropped, and nobody is told"


async def test_a_sender_that_filled_its_share_leaves_room_for_its_siblings(own_server: Server) -> None:
    async with own_server.as_operator() as client, own_server.as_service("provisioner") as provisioner:
        await provision_root(provisioner.jetstream(), "qt", FeedLimits(of_a_sender=5))
        ours = [await said(client, OURS) for _ in range(9)]
        assert sum("error" in answer for answer in ours) == 4
        assert "error" not in await said(client, SIBLING)


async def test_by_the_usual_limits_one_sender_of_the_largest_that_are_judged_fills_half_a_feed() -> None:
    usual = FeedLimits()
    assert usual.of_a_sender * 64 * 1024 <= usual.bytes / 2


async def test_what_is_larger_than_a_feed_takes_is_told_apart(own_server: Server) -> None:
    async with own_server.as_operator() as client, own_server.as_service("provisioner") as provisioner:
        await provision_root(provisioner.jetstream(), "qt")
        answer = await said(client, OURS, MOST_BYTES_OF_AN_EMISSION + 1)
        assert answer["error"]["err_code"] == 10054

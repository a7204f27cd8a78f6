"""What a tenant has the server write into another root's feed silences nobody and is answered by nobody."""

import asyncio
import json
from collections.abc import Awaitable, Callable

import asyncpg
import nats
import pytest

import parledger
from deploy.local.stack import Servers, Stack
from shared.broker.sturdy import withstand
from shared.broker.subjects import as_token, emit_stream, emit_subject, inbox_prefix
from tests.patience import PATIENCE

DATA = {"leaf": "1.1", "self_points": "1"}


async def _strays(stack: Stack, root: str) -> int:
    """How many messages ever came into a root's feed, once there are any."""
    seed = str(stack.nats_seed_file("provisioner"))
    client = await nats.connect(stack.nats_url, nkeys_seed=seed, inbox_prefix=b"_INBOX.provisioner")
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                state = (await client.jetstream().stream_info(emit_stream(root))).state
                if state.last_seq:
                    return state.last_seq
                await asyncio.sleep(0.05)
    finally:
        await client.close()


@pytest.mark.parametrize(
    "reply", ["par.emit.{root}.garbage", "par.emit.{root}.SubmissionFiled.filer~0123456789abcdef"]
)
async def test_an_acknowledgement_sent_into_another_roots_feed_disturbs_nobody(
    stack: Stack, add_root: Callable[[Servers], Awaitable[str]], reply: str
) -> None:
    attacker, victim = await add_root(stack), await add_root(stack)
    filed = parledger.emission("SubmissionFiled", subject=f"{attacker}@2023", data={}, source=attacker)
    client = await nats.connect(
        stack.nats_url, token=stack.token(attacker, ["filer"]), inbox_prefix=inbox_prefix(attacker).encode()
    )
    withstand(client)
    as_ = as_token(["filer"], [], stack.keys.issuer().issuer, "somebody")
    await client.publish(
        emit_subject(attacker, "SubmissionFiled", as_), filed.payload, reply=reply.format(root=victim)
    )
    await client.flush()
    assert await _strays(stack, victim) == 1
    await client.close()
    filed = parledger.emission("SubmissionFiled", subject=f"{victim}@2023", data=DATA, source=victim)
    async with (
        asyncio.timeout(PATIENCE),
        parledger.connect(stack.nats_url, stack.token(victim, ["filer"])) as other,
    ):
        outcome = await other.emit(filed)
    assert json.loads(outcome.raw)["problem"]["type"] == "unknown-target"
    superuser = await asyncpg.connect(stack.dsn("postgres"))
    refused = await superuser.fetch("SELECT key FROM ledger.refusal WHERE root = $1", victim)
    assert [row["key"] for row in refused] == [filed.id]
    await superuser.close()

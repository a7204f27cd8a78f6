"""The server lets in whom the callout vouches for, and tells in its log why it did not."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from faststream.nats import NatsBroker
from faststream.nats.security import NatsNKey
from nats.aio.client import Client
from nats.errors import Error

from services.ingest.callout import Callout, serve_callout
from shared.broker.keys import BadSeed, Kind, new_seed
from shared.broker.subjects import service_inbox_prefix
from shared.identity.issuer import EmbeddedIssuer
from shared.identity.tokens import TokenVerifier
from tests.integration.broker.real_server import Errors, Server
from tests.patience import PATIENCE


async def is_refused(server: Server, **how: Any) -> None:
    """Connects, and is refused at once."""
    client = Client()
    try:
        with pytest.raises(Error, match="Authorization Violation"):
            async with asyncio.timeout(PATIENCE):
                await client.connect(server.url, allow_reconnect=False, error_cb=Errors().note, **how)
    finally:
        # The library leaves the socket of a refused connection open.
        await client.close()


@pytest.mark.parametrize("token", ["garbage", "a.b.c", "x" * 3_000])
async def test_garbage_is_refused_with_a_reason_in_the_log(platform: Server, token: str) -> None:
    await is_refused(platform, token=token)
    assert "the token was refused: it is no JWT" in platform.log


async def test_who_brings_no_token_is_refused(platform: Server) -> None:
    await is_refused(platform)
    await is_refused(platform, user="ingest", password="guess")
    assert "there is no auth_token" in platform.log


async def test_an_expired_token_is_refused(platform: Server, issuer: EmbeddedIssuer) -> None:
    token = issuer.issue("qt/dong-ha", ["filer"], "an", lifetime=timedelta(seconds=-1))
    await is_refused(platform, token=token)
    assert "Signature has expired" in platform.log


async def test_a_token_of_another_issuer_is_refused(platform: Server, tmp_path: Path) -> None:
    await is_refused(platform, token=EmbeddedIssuer(tmp_path).issue("qt/dong-ha", ["filer"], "an"))
    assert "its key is none of the issuer's" in platform.log


async def test_a_forged_token_is_refused(platform: Server, issuer: EmbeddedIssuer) -> None:
    head, body, _ = issuer.issue("qt/dong-ha", ["filer"], "an").split(".")
    unsigned = jwt.encode({"tenant": "qt"}, "", algorithm="none")
    for token in (f"{head}.{body}.", unsigned):
        await is_refused(platform, token=token)


async def test_no_token_stands_in_the_log(platform: Server, issuer: EmbeddedIssuer) -> None:
    token = issuer.issue("qt/dong-ha", ["filer"], "an")
    async with platform.as_tenant("qt/dong-ha", token) as client:
        await client.flush()
    assert token not in platform.log
    assert token.rpartition(".")[2] not in platform.log


async def test_a_hundred_tenants_connect_at_once(platform: Server, issuer: EmbeddedIssuer) -> None:
    async def come(number: int) -> None:
        token = issuer.issue(f"qt/u{number}", ["filer"], "an")
        async with platform.as_tenant(f"qt/u{number}", token) as client:
            await client.flush()

    await asyncio.gather(*(come(number) for number in range(100)))


async def test_nobody_is_let_in_while_nobody_vouches_and_services_are(
    own_server: Server, issuer: EmbeddedIssuer
) -> None:
    token = issuer.issue("qt", ["filer"], "an")
    client = Client()
    with pytest.raises((Error, TimeoutError)):
        await client.connect(
            own_server.url, token=token, allow_reconnect=False, connect_timeout=1, error_cb=Errors().note
        )
    await client.close()
    async with own_server.as_service("ingest") as ingest:
        await ingest.flush()


async def test_an_answer_signed_by_another_account_key_lets_nobody_in(
    own_server: Server, issuer: EmbeddedIssuer
) -> None:
    broker = NatsBroker(
        own_server.url,
        security=NatsNKey.from_seed(own_server.seeds["ingest"]),
        inbox_prefix=service_inbox_prefix("ingest"),
        logger=None,
    )
    verifier = TokenVerifier(issuer.issuer, issuer.jwks_url)
    serve_callout(broker, Callout(verifier, new_seed(Kind.ACCOUNT)))
    async with broker:
        await broker.start()
        await is_refused(own_server, token=issuer.issue("qt", ["filer"], "an"))


async def test_a_question_that_is_none_is_survived(platform: Server, issuer: EmbeddedIssuer) -> None:
    async with platform.as_operator() as operator:
        for question in (b"", b"garbage", b"\xff\xfe", b"a.e30.c", b"a.W10.c"):
            await operator.publish("$SYS.REQ.USER.AUTH", question, reply="answers")
        await operator.flush()
    async with platform.as_tenant("qt", issuer.issue("qt", ["filer"], "an")) as client:
        await client.flush()


async def test_keys_that_cannot_be_had_are_a_reason_not_a_crash(
    own_server: Server, issuer: EmbeddedIssuer, tmp_path: Path
) -> None:
    broker = NatsBroker(
        own_server.url,
        security=NatsNKey.from_seed(own_server.seeds["ingest"]),
        inbox_prefix=service_inbox_prefix("ingest"),
        logger=None,
    )
    away = TokenVerifier(issuer.issuer, (tmp_path / "nowhere.json").as_uri())
    serve_callout(broker, Callout(away, own_server.account_seed))
    async with broker:
        await broker.start()
        await is_refused(own_server, token=issuer.issue("qt", ["filer"], "an"))
    assert "no keys could be had" in own_server.log


def test_a_seed_that_is_none_is_found_at_the_start(issuer: EmbeddedIssuer) -> None:
    with pytest.raises(BadSeed):
        Callout(TokenVerifier(issuer.issuer, issuer.jwks_url), "garbage")

"""The first callers of all, at once."""

import asyncio
from datetime import timedelta
from pathlib import Path

from shared.identity.issuer import EmbeddedIssuer
from shared.identity.tokens import TokenVerifier


async def test_callers_who_come_while_the_keys_are_fetched_wait_for_them(tmp_path: Path) -> None:
    issuer = EmbeddedIssuer(tmp_path)
    token = issuer.issue("qt", ["viewer"], "somebody", (), timedelta(minutes=1))
    verifier = TokenVerifier(issuer.issuer, issuer.jwks_url)
    callers = await asyncio.gather(*(verifier.verify(token) for _ in range(20)))
    assert {caller.tenant for caller in callers} == {"qt"}

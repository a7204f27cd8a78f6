"""The broker's auth callout: the server asks who a client is.

The answer is a user with exactly a tenant's permissions.

The server asks on `$SYS.REQ.USER.AUTH` with a JWT that carries the client's `auth_token`, and reads as the
answer a JWT that carries either a user or an error (NATS ADR-26). Both are signed by the account key that the
server's configuration names. Services have users of their own in that configuration and do not pass here.
"""

import logging
import time
from typing import cast

from faststream import AckPolicy
from faststream.nats import NatsBroker, NatsMessage

from shared.broker.keys import public_key, signed_claims, unverified_claims
from shared.broker.permissions import TENANTS, tenant_permissions
from shared.broker.subjects import AUTH_CALLOUT
from shared.identity.tokens import Caller, InvalidToken, KeysUnavailable, TokenVerifier

log = logging.getLogger("parledger.ingest.callout")

_MOST_SUBSCRIPTIONS = 100
_NO_LIMIT = -1


class Callout:
    """Answers the server's questions: who is this client, and what may it do?"""

    def __init__(self, verifier: TokenVerifier, seed: str) -> None:
        """`seed` is the account key's, which signs users. BadSeed if it is none."""
        self._verifier = verifier
        self._seed = seed
        public_key(seed)

    async def answer(self, question: str) -> str:
        """The signed answer to a server's question: a user, or the reason why there is none.

        ValueError if the question is none that a server would ask.
        """
        asked = cast("dict[str, object]", unverified_claims(question).get("nats"))
        try:
            user_key = cast("str", asked["user_nkey"])
            server = cast("dict[str, str]", asked["server_id"])["id"]
            options = cast("dict[str, object]", asked["connect_opts"])
        except (KeyError, TypeError) as fault:
            raise ValueError("not an authorisation request") from fault
        try:
            caller = await self._verifier.verify(_token(options))
        except InvalidToken as fault:
            log.info("refused a client: %s", fault.reason)
            return self._response(user_key, server, {"error": f"the token was refused: {fault.reason}"})
        except KeysUnavailable as fault:
            log.error("cannot tell who calls: %s", fault)
            return self._response(user_key, server, {"error": str(fault)})
        return self._response(user_key, server, {"jwt": self._user(caller, user_key)})

    def _response(self, user_key: str, server: str, content: dict[str, object]) -> str:
        claims: dict[str, object] = {
            "sub": user_key,
            "aud": server,
            "iat": int(time.time()),
            "nats": {**content, "type": "authorization_response", "version": 2},
        }
        return signed_claims(claims, self._seed)

    def _user(self, caller: Caller, user_key: str) -> str:
        granted = tenant_permissions(caller.tenant, caller.as_, caller.roles)
        claims: dict[str, object] = {
            "sub": user_key,
            "aud": TENANTS,
            "name": f"{caller.tenant} {caller.as_}",
            "iat": int(time.time()),
            "exp": int(caller.expires.timestamp()),
            "nats": {
                "type": "user",
                "version": 2,
                "pub": {"allow": list(granted.publish)},
                "sub": {"allow": list(granted.subscribe)},
                "subs": _MOST_SUBSCRIPTIONS,
                "data": _NO_LIMIT,
                "payload": _NO_LIMIT,
            },
        }
        return signed_claims(claims, self._seed)


def serve_callout(broker: NatsBroker, callout: Callout) -> None:
    """Makes `broker` answer the server.

    The answer goes to the server's own reply subject, never to a header's.
    """

    @broker.subscriber(AUTH_CALLOUT, decoder=_untouched, ack_policy=AckPolicy.MANUAL, no_reply=True)
    async def vouch(message: NatsMessage) -> None:  # pyright: ignore[reportUnusedFunction]
        raw = message.raw_message
        try:
            await raw.respond((await callout.answer(raw.data.decode())).encode())
        except ValueError as fault:
            log.error("the server's question could not be read: %s", fault)


async def _untouched(message: NatsMessage) -> bytes:
    return message.body


def _token(options: dict[str, object]) -> str:
    token = options.get("auth_token")
    if not isinstance(token, str) or not token:
        raise InvalidToken("there is no auth_token; connect with a token of this platform's issuer")
    return token

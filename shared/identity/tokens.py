"""One JWT for NATS and HTTP: who is calling, as its issuer vouches for it.

Claims (contracts): `iss`, `sub`, `exp`, `tenant` (a path), `roles` (at least one), `areas?` (they limit a
council role).
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import cast

import jwt

from shared.broker.subjects import actor_of, as_token, split_path
from shared.codec.catalogue import ROLES
from shared.identity.jwks import KeysUnavailable, PublishedKeys

ALGORITHMS = ("EdDSA", "ES256", "RS256")

_LONGEST_TOKEN = 8 * 1024
_MOST_AREAS = 32
_MOST_KNOWN = 2_000


class InvalidToken(Exception):
    """The token does not say who is calling.

    `reason` says why, for people, and holds nothing of the token.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling.

    `expires` is UTC; `actor` is the pseudonym that is recorded; `as_` the token in its subjects.
    """

    tenant: str
    root: str
    roles: frozenset[str]
    areas: frozenset[str]
    issuer: str
    subject: str
    expires: datetime
    actor: str
    as_: str


@dataclass(frozen=True, slots=True)
class _Known:
    """A token that was verified: who calls by it, and the key that it was verified with."""

    caller: Caller
    kid: str | None
    key: jwt.PyJWK


class TokenVerifier:
    """Verifies tokens of one issuer against the keys that it publishes.

    A token that was verified is known again by its hash, until it expires or its issuer's keys were fetched
    anew: the latest used ones, at most `_MOST_KNOWN`.
    """

    def __init__(self, issuer: str, jwks_url: str, audience: str | None = None) -> None:
        """`jwks_url` is http, https or file; without an `audience` a token's `aud` is not looked at."""
        self._issuer = issuer
        self._audience = audience
        self._keys = PublishedKeys(jwks_url)
        self._known: OrderedDict[bytes, _Known] = OrderedDict()

    async def verify(self, token: str) -> Caller:
        """Who is calling.

        InvalidToken if the token does not say; KeysUnavailable if the issuer's keys cannot be had.
        """
        if len(token) > _LONGEST_TOKEN:
            raise InvalidToken(f"the token is longer than {_LONGEST_TOKEN} characters")
        hash_ = sha256(token.encode("utf-8", "surrogatepass")).digest()
        known = self._known.get(hash_)
        if known is not None:
            if known.caller.expires > datetime.now(UTC) and await self._keys.find(known.kid) is known.key:
                self._known.move_to_end(hash_)
                return known.caller
            self._known.pop(hash_, None)
        known = self._known[hash_] = await self._verify(token)
        while len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)
        return known.caller

    async def _verify(self, token: str) -> _Known:
        try:
            header = jwt.get_unverified_header(token)
        except jwt.InvalidTokenError as fault:
            raise InvalidToken("it is no JWT") from fault
        if header.get("alg") not in ALGORITHMS:
            raise InvalidToken(f"it must be signed with one of {', '.join(ALGORITHMS)}")
        kid = cast("str | None", header.get("kid"))
        key = await self._keys.find(kid)
        if key is None:
            raise InvalidToken("its key is none of the issuer's")
        return _Known(_caller(self._claims(token, key)), kid, key)

    def _claims(self, token: str, key: jwt.PyJWK) -> Mapping[str, object]:
        try:
            return jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                issuer=self._issuer,
                audience=self._audience,
                options={
                    "require": ["exp", "iss", "sub"],
                    "verify_aud": self._audience is not None,
                    # It tells a token's age (RFC 7519, 4.1.6); who may not begin yet is told by `nbf`. A
                    # service whose clock is behind its issuer's would turn everybody away.
                    "verify_iat": False,
                },
            )
        except (jwt.InvalidTokenError, jwt.PyJWKError) as fault:
            raise InvalidToken(str(fault)) from fault


def _caller(claims: Mapping[str, object]) -> Caller:
    issuer, subject, tenant = _text(claims, "iss"), _text(claims, "sub"), _text(claims, "tenant")
    roles = frozenset(_texts(claims, "roles"))
    areas = frozenset(_texts(claims, "areas")) if "areas" in claims else frozenset[str]()
    if not roles or not roles <= ROLES:
        raise InvalidToken(f"roles must be some of {', '.join(sorted(ROLES))}")
    if len(areas) > _MOST_AREAS:
        raise InvalidToken(f"areas must be at most {_MOST_AREAS}")
    try:
        root = split_path(tenant)[0]
        as_ = as_token(roles, areas, issuer, subject)
        expires = datetime.fromtimestamp(int(cast("int", claims["exp"])), UTC)
    except (ValueError, OverflowError, OSError) as fault:
        raise InvalidToken(str(fault)) from fault
    limits = areas if "council" in roles else frozenset[str]()
    return Caller(tenant, root, roles, limits, issuer, subject, expires, actor_of(issuer, subject), as_)


def _text(claims: Mapping[str, object], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value or "\0" in value:
        raise InvalidToken(f"{name} must be a text")
    return value


def _texts(claims: Mapping[str, object], name: str) -> list[str]:
    value = claims.get(name)
    if not isinstance(value, list):
        raise InvalidToken(f"{name} must be a list of texts")
    values = cast("list[object]", value)
    if not all(isinstance(item, str) for item in values):
        raise InvalidToken(f"{name} must be a list of texts")
    return cast("list[str]", values)


__all__ = ["ALGORITHMS", "ROLES", "Caller", "InvalidToken", "KeysUnavailable", "TokenVerifier"]

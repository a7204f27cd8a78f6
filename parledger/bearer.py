"""As whom a token speaks.

The client reads its own token without checking it: whoever is shown it does that.
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime

from msgspec import DecodeError, Struct, json

from parledger.errors import Unauthorized
from shared.broker.subjects import as_token, emit_subject, inbox_prefix, outcomes_of

_PARTS = 3


class _Claims(Struct, frozen=True):
    iss: str
    sub: str
    tenant: str
    roles: list[str]
    areas: list[str] = []
    exp: float | None = None


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who holds a token: the `tenant`, the `as_` that the broker vouches for, and when the token expires."""

    tenant: str
    as_: str
    expires: datetime | None

    def subject(self, type_: str) -> str:
        """Where this tenant emits what is of this type."""
        return emit_subject(self.tenant, type_, self.as_)

    def outcome_patterns(self) -> tuple[str, str]:
        """Where this tenant's outcomes are told, not those of the units below: by id, and by digest."""
        mine = outcomes_of(self.tenant).removesuffix(">")
        return f"{mine}*", f"{mine}malformed.*"

    def inbox_prefix(self) -> str:
        """Where the broker may answer this tenant."""
        return inbox_prefix(self.tenant)

    def expired(self, now: datetime) -> bool:
        """Has the token expired by this clock?"""
        return self.expires is not None and now >= self.expires


def _three(token: str) -> list[str]:
    parts = token.split(".")
    if len(parts) != _PARTS:
        raise ValueError("a JWT has three parts, with points between them")
    return parts


def read_token(token: str) -> Bearer:
    """Read a JWT's claims. `Unauthorized` where it is none, or names no tenant and roles."""
    try:
        _, body, _ = _three(token)
        claims = json.decode(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)), type=_Claims)
        as_ = as_token(claims.roles, claims.areas, claims.iss, claims.sub)
        emit_subject(claims.tenant, "Unknown", as_)
        expires = None if claims.exp is None else datetime.fromtimestamp(claims.exp, UTC)
    except (binascii.Error, DecodeError, ValueError, OverflowError, OSError) as error:
        raise Unauthorized(
            f"this is no token that parledger can use ({error}); "
            "get one with `parledger token`, or from your issuer"
        ) from error
    return Bearer(claims.tenant, as_, expires)

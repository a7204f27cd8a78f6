"""NATS keys: seeds, public keys, and the claims that NATS servers read.

The one door to the `nkeys` package.
"""

# The package has no types; what is used of it is described below.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from enum import IntEnum
from typing import Protocol, cast

import nkeys


class Kind(IntEnum):
    """Whose key it is: an account's (`SA…` and `A…`) signs users, a user's (`SU…` and `U…`) connects."""

    ACCOUNT = nkeys.PREFIX_BYTE_ACCOUNT
    USER = nkeys.PREFIX_BYTE_USER


class _KeyPair(Protocol):
    @property
    def public_key(self) -> bytes: ...

    def sign(self, input: bytes) -> bytes: ...


class BadSeed(ValueError):
    """The seed is no NATS seed: make one with `new_seed`."""


def new_seed(kind: Kind) -> str:
    """A fresh seed, from the system's randomness.

    It is the secret: write it to a file that only its user can read.
    """
    return nkeys.encode_seed(os.urandom(32), int(kind)).decode()


def public_key(seed: str) -> str:
    """The public key of a seed, as a server's configuration names it. BadSeed if it is none."""
    return _key_pair(seed).public_key.decode()


def signed_claims(claims: Mapping[str, object], seed: str) -> str:
    """Claims as a JWT that NATS servers read (`alg: ed25519-nkey`), issued and signed by the key of `seed`.

    `iss` and `jti` are filled in (NATS JWT v2). BadSeed if the seed is none.
    """
    pair = _key_pair(seed)
    issued = {**claims, "iss": pair.public_key.decode()}
    digest = hashlib.sha256(json.dumps(issued, sort_keys=True).encode()).digest()
    issued["jti"] = base64.b32encode(digest).decode().rstrip("=")
    head = _part({"typ": "JWT", "alg": "ed25519-nkey"})
    body = _part(issued)
    signature = pair.sign(f"{head}.{body}".encode())
    return f"{head}.{body}.{_url_safe(signature)}"


def unverified_claims(token: str) -> dict[str, object]:
    """The claims of a JWT whose sender is known by other means. ValueError if it is no JWT."""
    try:
        _, body, _ = token.split(".")
        claims: object = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except ValueError as fault:
        raise ValueError("not a JWT") from fault
    if not isinstance(claims, dict):
        raise ValueError("not a JWT: its claims are no object")
    return cast("dict[str, object]", claims)


def _key_pair(seed: str) -> _KeyPair:
    try:
        return cast("_KeyPair", nkeys.from_seed(bytearray(seed.strip().encode())))
    except Exception as fault:  # the package raises its own classes, binascii's and IndexError
        raise BadSeed("not a NATS seed") from fault


def _part(value: Mapping[str, object]) -> str:
    return _url_safe(json.dumps(value, separators=(",", ":")).encode())


def _url_safe(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")

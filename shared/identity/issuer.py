"""The embedded issuer: for a machine without an OIDC issuer of its own.

Its key lies in a folder that only we can read.
"""

import base64
import json
import os
import time
from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.broker.subjects import as_token, split_path
from shared.codec.catalogue import ROLES

ISSUER = "https://parledger.local/embedded"
A_DAY = timedelta(hours=24)

_KEY = "issuer.pem"
_JWKS = "jwks.json"


class EmbeddedIssuer:
    """Issues tokens under an Ed25519 key of its own, made at the first use of a folder."""

    def __init__(self, folder: Path) -> None:
        """Reads the key of `folder`, or makes it (0600, the folder 0700), and its JWKS with it.

        Two processes must not make it at once: the caller holds a lock on the folder.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.jwks_path = folder / _JWKS
        key_path = folder / _KEY
        if not key_path.exists():
            _write(key_path, _pem(Ed25519PrivateKey.generate()))
        self._key = _load(key_path)
        self._kid, document = _jwks(self._key)
        if not self.jwks_path.exists() or self.jwks_path.read_bytes() != document:
            _write(self.jwks_path, document)

    @property
    def issuer(self) -> str:
        """The `iss` of its tokens."""
        return ISSUER

    @property
    def jwks_url(self) -> str:
        """Where its public key is read: a file address."""
        return self.jwks_path.resolve().as_uri()

    def issue(
        self,
        tenant: str,
        roles: Iterable[str],
        sub: str,
        areas: Iterable[str] = (),
        lifetime: timedelta = A_DAY,
    ) -> str:
        """A JWT for `sub` acting for `tenant`.

        ValueError if the tenant is no path, or a role or an area is none.
        """
        granted, limits = sorted(set(roles)), sorted(set(areas))
        split_path(tenant)
        as_token(granted, limits, ISSUER, sub)
        if unknown := sorted(set(granted) - ROLES):
            raise ValueError(f"no such role: {', '.join(unknown)}; roles are {', '.join(sorted(ROLES))}")
        if not sub or "\0" in sub:
            raise ValueError("sub must be a text")
        now = int(time.time())
        claims: dict[str, object] = {
            "iss": ISSUER,
            "sub": sub,
            "iat": now,
            "exp": now + int(lifetime.total_seconds()),
            "tenant": tenant,
            "roles": granted,
        }
        if limits:
            claims["areas"] = limits
        return jwt.encode(claims, self._key, algorithm="EdDSA", headers={"kid": self._kid})


def _pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _load(path: Path) -> Ed25519PrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path} holds no Ed25519 key")
    return key


def _jwks(key: Ed25519PrivateKey) -> tuple[str, bytes]:
    """The key's id (RFC 7638 thumbprint, RFC 8037) and the JWKS document that holds its public half."""
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    public = {"crv": "Ed25519", "kty": "OKP", "x": base64.urlsafe_b64encode(raw).decode().rstrip("=")}
    digest = sha256(json.dumps(public, sort_keys=True, separators=(",", ":")).encode()).digest()
    kid = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    document = {"keys": [{**public, "kid": kid, "alg": "EdDSA", "use": "sig"}]}
    return kid, json.dumps(document, indent=1).encode()


def _write(path: Path, content: bytes) -> None:
    """Writes all or nothing, readable by us alone from the first byte."""
    unfinished = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    unfinished.replace(path)

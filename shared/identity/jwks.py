"""The keys that an issuer publishes (a JWKS, RFC 7517), fetched when they are needed and kept for a while."""

import asyncio
import json
import time
import urllib.request
from typing import cast

import jwt

FRESH_FOR = 300.0
"""Seconds for which keys that were fetched are used without asking again."""
AT_MOST_EVERY = 10.0
"""Seconds between two fetches, however many unknown keys are named.

A stranger must not make us storm the issuer.
"""

WITHOUT_ANY_EVERY = 1.0
"""Seconds between two fetches while no keys were had yet."""

_TIMEOUT = 3.0
_LARGEST = 256 * 1024
_SCHEMES = ("https://", "http://", "file://")


class KeysUnavailable(Exception):
    """The issuer's keys cannot be had: see that the JWKS address answers.

    Who calls may be right, ask again later.
    """


class PublishedKeys:
    """One issuer's keys. When the address does not answer, keys that were had are used on."""

    def __init__(self, url: str) -> None:
        """ValueError if `url` is neither http, https nor file."""
        if not url.startswith(_SCHEMES):
            raise ValueError(f"a JWKS address starts with one of {', '.join(_SCHEMES)}: {url!r}")
        self._url = url
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._asked: float | None = None
        self._one_at_a_time = asyncio.Lock()

    async def find(self, kid: str | None) -> jwt.PyJWK | None:
        """The key of that id, or, for a token that names none, the only key; None if there is none.

        KeysUnavailable.
        """
        known = self._get(kid)
        if known is not None and (not self._older_than(FRESH_FOR) or self._one_at_a_time.locked()):
            return known
        async with self._one_at_a_time:
            if self._older_than(AT_MOST_EVERY if self._keys else WITHOUT_ANY_EVERY) and (
                self._older_than(FRESH_FOR) or self._get(kid) is None
            ):
                await self._fetch()
        if not self._keys:
            raise KeysUnavailable(f"no keys could be had from {self._url}")
        return self._get(kid)

    def _get(self, kid: str | None) -> jwt.PyJWK | None:
        if kid is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(kid)

    def _older_than(self, seconds: float) -> bool:
        return self._asked is None or time.monotonic() - self._asked > seconds

    async def _fetch(self) -> None:
        try:
            self._keys = _read(await asyncio.to_thread(_download, self._url))
        except (OSError, ValueError, jwt.PyJWTError) as fault:
            if not self._keys:
                raise KeysUnavailable(f"no keys could be had from {self._url}: {fault}") from fault
        finally:
            self._asked = time.monotonic()


def _download(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=_TIMEOUT) as answer:  # noqa: S310 (checked at the start)
        return cast("bytes", answer.read(_LARGEST))


def _read(document: bytes) -> dict[str | None, jwt.PyJWK]:
    """The keys by id.

    Keys of a kind that we do not know are passed over, as an issuer may publish some for others.
    """
    found: dict[str | None, jwt.PyJWK] = {}
    content: object = json.loads(document)
    published: object = cast("dict[str, object]", content).get("keys") if isinstance(content, dict) else None
    if not isinstance(published, list):
        raise ValueError("it is no JWKS")
    for entry in cast("list[object]", published):
        if not isinstance(entry, dict):
            continue
        try:
            key = jwt.PyJWK(cast("dict[str, object]", entry))
        except (jwt.PyJWKError, jwt.InvalidKeyError):
            continue
        found[key.key_id] = key
    if not found:
        raise ValueError("it holds no key that we know")
    return found

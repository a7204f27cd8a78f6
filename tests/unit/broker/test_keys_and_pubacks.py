"""NATS keys make what a server reads; PubAcks are told from emissions."""

import base64
import json

import nkeys
import pytest

from shared.broker.keys import BadSeed, Kind, new_seed, public_key, signed_claims, unverified_claims
from shared.broker.pubacks import is_stray_puback


@pytest.mark.parametrize(("kind", "seeds", "publics"), [(Kind.USER, "SU", "U"), (Kind.ACCOUNT, "SA", "A")])
def test_a_seed_and_its_public_key_tell_whose_they_are(kind: Kind, seeds: str, publics: str) -> None:
    seed = new_seed(kind)
    assert seed.startswith(seeds)
    assert public_key(seed).startswith(publics)
    assert public_key(f"{seed}\n") == public_key(seed)


def test_no_two_seeds_are_equal() -> None:
    assert len({new_seed(Kind.USER) for _ in range(50)}) == 50


@pytest.mark.parametrize("seed", ["", "garbage", "SU", "U" * 58, "SUAM", "é"])
def test_what_is_no_seed_is_refused(seed: str) -> None:
    with pytest.raises(BadSeed):
        public_key(seed)


def test_claims_are_signed_by_the_key_of_the_seed() -> None:
    seed = new_seed(Kind.ACCOUNT)
    token = signed_claims({"sub": "x"}, seed)
    head, body, signature = token.split(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    assert nkeys.from_seed(bytearray(seed.encode())).verify(f"{head}.{body}".encode(), raw)
    assert json.loads(base64.urlsafe_b64decode(head + "==")) == {"typ": "JWT", "alg": "ed25519-nkey"}
    claims = unverified_claims(token)
    assert (claims["sub"], claims["iss"]) == ("x", public_key(seed))


@pytest.mark.parametrize("token", ["", "a.b", "a.b.c.d", "a.!.c", "a.W10.c", "a.bnVsbA.c"])
def test_what_is_no_jwt_has_no_claims(token: str) -> None:
    with pytest.raises(ValueError, match="not a JWT"):
        unverified_claims(token)


@pytest.mark.parametrize(
    "content",
    [
        b'{"stream":"EMIT_QT", "seq":7}',
        b'{"stream":"EMIT_QT", "seq":7,"duplicate": true}',
        b'{"error":{"code":400,"err_code":10071,"description":"wrong"},"stream":"EMIT_QT","seq":0}',
    ],
)
def test_a_puback_is_known(content: bytes) -> None:
    assert is_stray_puback(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b'{"stream":',
        b'{"stream":"EMIT_QT","seq":7,"specversion":"1.0"}',
        b'{"error":{}}',
        b'["stream"]',
        b'{"id":"x","stream":"EMIT_QT"}',
        b'{"stream":"' + b"x" * 3_000 + b'","seq":7}',
    ],
)
def test_an_emission_is_never_taken_for_one(content: bytes) -> None:
    assert not is_stray_puback(content)

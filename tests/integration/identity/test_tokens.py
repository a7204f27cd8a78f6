"""Tokens are believed if the issuer's published keys say so, and say who is calling."""

import asyncio
import hmac
import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.broker.subjects import actor_of, as_token
from shared.identity import jwks as jwks_module
from shared.identity import tokens as tokens_module
from shared.identity.issuer import EmbeddedIssuer
from shared.identity.tokens import InvalidToken, KeysUnavailable, TokenVerifier
from tests.patience import PATIENCE

ISSUER = "https://id.example.gov.vn/"


def make_keys() -> dict[str, tuple[str, Any]]:
    """A key of each kind, by its id."""
    return {
        "ed": ("EdDSA", Ed25519PrivateKey.generate()),
        "ec": ("ES256", ec.generate_private_key(ec.SECP256R1())),
        "rsa": ("RS256", rsa.generate_private_key(public_exponent=65537, key_size=2048)),
    }


class Publisher:
    """An issuer of somebody else's: keys of three kinds, published over HTTP."""

    def __init__(self) -> None:
        self.keys = make_keys()
        self.published = ["ed", "ec", "rsa"]
        self.answers = True
        self.asked = 0
        self.extra: list[object] = []

    def document(self) -> bytes:
        keys: list[object] = [*self.extra]
        for kid in self.published:
            algorithm, key = self.keys[kid]
            of_key = jwt.get_algorithm_by_name(algorithm)
            public = json.loads(of_key.to_jwk(key.public_key()))  # type: ignore[attr-defined]
            keys.append({**public, "kid": kid, "use": "sig"})
        return json.dumps({"keys": keys}).encode()

    def token(
        self, kid: str = "ed", claims: Mapping[str, object] | None = None, under: str | None = None
    ) -> str:
        """Signed by the key `kid`, and said to be by the key `under`."""
        algorithm, key = self.keys[kid]
        said = {
            "iss": ISSUER,
            "sub": "an",
            "exp": int(time.time()) + 60,
            "tenant": "qt/dong-ha",
            "roles": ["filer"],
            **(claims or {}),
        }
        said = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(said, key, algorithm=algorithm, headers={"kid": under or kid})


@pytest.fixture
def publisher() -> Publisher:
    return Publisher()


@pytest.fixture
def address(publisher: Publisher) -> Iterator[str]:
    """Where the publisher's keys are read."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            publisher.asked += 1
            self.send_response(200 if publisher.answers else 503)
            self.end_headers()
            self.wfile.write(publisher.document() if publisher.answers else b"busy")

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/jwks"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def verifier(address: str) -> TokenVerifier:
    return TokenVerifier(ISSUER, address)


@pytest.mark.parametrize("kid", ["ed", "ec", "rsa"])
async def test_a_token_of_each_kind_of_key_says_who_is_calling(
    publisher: Publisher, verifier: TokenVerifier, kid: str
) -> None:
    expires = int(time.time()) + 60
    claims = {"roles": ["head", "council"], "areas": ["7", "3"], "exp": expires}
    caller = await verifier.verify(publisher.token(kid, claims))
    assert (caller.tenant, caller.root) == ("qt/dong-ha", "qt")
    assert (caller.roles, caller.areas) == ({"head", "council"}, {"3", "7"})
    assert (caller.issuer, caller.subject, caller.actor) == (ISSUER, "an", actor_of(ISSUER, "an"))
    assert caller.as_ == as_token(["head", "council"], ["3", "7"], ISSUER, "an")
    assert caller.expires == datetime.fromtimestamp(expires, UTC)


async def test_a_token_is_believed_also_where_the_issuers_clock_is_ahead(
    publisher: Publisher, verifier: TokenVerifier
) -> None:
    issued = int(time.time()) + 3_600
    caller = await verifier.verify(publisher.token(claims={"iat": issued, "exp": issued + 60}))
    assert caller.tenant == "qt/dong-ha"


async def test_areas_limit_a_council_alone(publisher: Publisher, verifier: TokenVerifier) -> None:
    caller = await verifier.verify(publisher.token(claims={"roles": ["chair"], "areas": ["3"]}))
    assert caller.areas == frozenset()


BAD_CLAIMS: Mapping[str, Mapping[str, object]] = {
    "expired": {"exp": 1},
    "not valid yet": {"nbf": 4_000_000_000},
    "never expires": {"exp": None},
    "an expiry that is no number": {"exp": "soon"},
    "an expiry beyond all calendars": {"exp": 10**18},
    "no issuer": {"iss": None},
    "another issuer": {"iss": "https://elsewhere.example/"},
    "no subject": {"sub": None},
    "an empty subject": {"sub": ""},
    "a subject with NUL": {"sub": "an\0b"},
    "a subject that is no text": {"sub": 7},
    "no tenant": {"tenant": None},
    "a tenant that is no path": {"tenant": "QT/Đông Hà"},
    "a tenant with a wildcard": {"tenant": "qt/*"},
    "a tenant of seven tokens": {"tenant": "a/b/c/d/e/f/g"},
    "a tenant that is no text": {"tenant": ["qt"]},
    "no roles": {"roles": None},
    "an empty list of roles": {"roles": []},
    "roles that are no list": {"roles": "filer"},
    "a role that is none": {"roles": ["filer", "admin"]},
    "a role that is no text": {"roles": [7]},
    "an area with a dot": {"roles": ["council"], "areas": ["3.12"]},
    "an area that is a wildcard": {"roles": ["council"], "areas": [">"]},
    "areas that are no list": {"roles": ["council"], "areas": "3"},
    "too many areas": {"roles": ["council"], "areas": [str(number) for number in range(33)]},
}


@pytest.mark.parametrize("claims", BAD_CLAIMS.values(), ids=BAD_CLAIMS.keys())
async def test_claims_that_do_not_say_who_is_calling_are_refused(
    publisher: Publisher, verifier: TokenVerifier, claims: Mapping[str, object]
) -> None:
    with pytest.raises(InvalidToken) as refused:
        await verifier.verify(publisher.token(claims=claims))
    assert refused.value.reason


@pytest.mark.parametrize("token", ["", "garbage", "a.b", "a.b.c", "é.é.é", "x" * 9_000])
async def test_garbage_is_refused(verifier: TokenVerifier, token: str) -> None:
    with pytest.raises(InvalidToken):
        await verifier.verify(token)


async def test_a_token_that_nobody_signed_is_refused(publisher: Publisher, verifier: TokenVerifier) -> None:
    head, body, _ = publisher.token().split(".")
    nobody = jwt.encode({"sub": "x"}, "", algorithm="none").partition(".")[0]
    for token in (f"{head}.{body}.", f"{nobody}.{body}.", f"{head}.{body}.AAAA"):
        with pytest.raises(InvalidToken):
            await verifier.verify(token)


async def test_a_token_signed_with_the_public_key_as_a_secret_is_refused(
    publisher: Publisher, verifier: TokenVerifier
) -> None:
    """HS256 keyed with what is published: the old confusion of algorithms."""
    head = {"alg": "HS256", "typ": "JWT", "kid": "rsa"}
    said = {"iss": ISSUER, "sub": "an", "exp": 4_000_000_000, "tenant": "qt", "roles": ["chair"]}
    parts = [urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (head, said)]
    signature = hmac.digest(publisher.document(), b".".join(parts), "sha256")
    forged = b".".join([*parts, urlsafe_b64encode(signature).rstrip(b"=")]).decode()
    with pytest.raises(InvalidToken, match="must be signed with one of"):
        await verifier.verify(forged)


async def test_a_token_under_the_name_of_another_key_is_refused(
    publisher: Publisher, verifier: TokenVerifier
) -> None:
    with pytest.raises(InvalidToken):
        await verifier.verify(publisher.token("ec", under="ed"))
    with pytest.raises(InvalidToken):
        await verifier.verify(publisher.token("ed", under="rsa"))


async def test_a_token_of_another_issuers_key_is_refused(verifier: TokenVerifier) -> None:
    with pytest.raises(InvalidToken):
        await verifier.verify(Publisher().token())


async def test_keys_of_kinds_that_we_do_not_take_are_passed_over(
    publisher: Publisher, verifier: TokenVerifier
) -> None:
    publisher.extra = [{"kty": "oct", "k": "c2VjcmV0", "kid": "shared"}, {"kty": "new"}, "garbage", None, {}]
    assert (await verifier.verify(publisher.token())).tenant == "qt/dong-ha"
    shared = jwt.encode(
        {"iss": ISSUER, "sub": "an", "exp": 4_000_000_000, "tenant": "qt", "roles": ["chair"]},
        b"secret" * 8,
        algorithm="HS256",
        headers={"kid": "shared"},
    )
    with pytest.raises(InvalidToken):
        await verifier.verify(shared)


async def test_an_audience_is_looked_at_where_one_is_configured(publisher: Publisher, address: str) -> None:
    verifier = TokenVerifier(ISSUER, address, audience="parledger")
    assert (await verifier.verify(publisher.token(claims={"aud": ["parledger", "x"]}))).subject == "an"
    for claims in ({"aud": "x"}, {}):
        with pytest.raises(InvalidToken):
            await verifier.verify(publisher.token(claims=claims))


async def test_keys_are_fetched_once_and_kept(publisher: Publisher, verifier: TokenVerifier) -> None:
    for _ in range(20):
        await verifier.verify(publisher.token())
    assert publisher.asked == 1


async def test_a_new_key_is_found_and_strangers_do_not_storm_the_issuer(
    publisher: Publisher, verifier: TokenVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher.published = ["ed"]
    await verifier.verify(publisher.token("ed"))
    for _ in range(20):
        with pytest.raises(InvalidToken, match="none of the issuer's"):
            await verifier.verify(publisher.token("ec"))
    assert publisher.asked == 1
    publisher.published = ["ed", "ec"]
    monkeypatch.setattr(jwks_module, "AT_MOST_EVERY", 0.0)
    assert (await verifier.verify(publisher.token("ec"))).subject == "an"
    assert publisher.asked == 2


async def test_a_token_is_verified_once_for_as_long_as_its_keys_are_kept(
    publisher: Publisher, verifier: TokenVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = publisher.token("rsa")
    caller = await verifier.verify(token)
    assert await verifier.verify(token) is caller
    monkeypatch.setattr(jwks_module, "FRESH_FOR", 0.0)
    monkeypatch.setattr(jwks_module, "AT_MOST_EVERY", 0.0)
    again = await verifier.verify(token)
    assert again == caller
    assert again is not caller, "it is verified anew with keys that were fetched anew"
    publisher.published.remove("rsa")
    with pytest.raises(InvalidToken, match="none of the issuer's"):
        await verifier.verify(token)


async def test_a_token_that_was_verified_ends_when_it_says(
    publisher: Publisher, verifier: TokenVerifier
) -> None:
    token = publisher.token(claims={"exp": int(time.time()) + 2})
    await verifier.verify(token)

    async def use_on_and_on() -> None:
        while True:
            await verifier.verify(token)
            await asyncio.sleep(0.02)

    with pytest.raises(InvalidToken, match="expired"):
        await asyncio.wait_for(use_on_and_on(), PATIENCE)


async def test_of_tokens_that_were_verified_the_latest_used_ones_are_known(
    publisher: Publisher, verifier: TokenVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens_module, "_MOST_KNOWN", 2)
    tokens = [publisher.token(claims={"sub": f"s{n}"}) for n in range(3)]
    callers = [await verifier.verify(token) for token in tokens]
    assert await verifier.verify(tokens[2]) is callers[2]
    assert await verifier.verify(tokens[0]) is not callers[0]


async def test_keys_that_were_had_are_used_on_while_the_issuer_is_away(
    publisher: Publisher, verifier: TokenVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    await verifier.verify(publisher.token())
    publisher.answers = False
    monkeypatch.setattr(jwks_module, "FRESH_FOR", 0.0)
    monkeypatch.setattr(jwks_module, "AT_MOST_EVERY", 0.0)
    assert (await verifier.verify(publisher.token())).subject == "an"
    assert publisher.asked == 2


async def test_without_any_key_nobody_is_judged_wrongly(
    publisher: Publisher, verifier: TokenVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher.answers = False
    for _ in range(3):
        with pytest.raises(KeysUnavailable):
            await verifier.verify(publisher.token())
    assert publisher.asked == 1
    publisher.answers = True
    monkeypatch.setattr(jwks_module, "WITHOUT_ANY_EVERY", 0.0)
    assert (await verifier.verify(publisher.token())).subject == "an"


@pytest.mark.parametrize("url", ["", "ftp://x/jwks", "/etc/passwd", "javascript:1"])
def test_an_address_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="JWKS address"):
        TokenVerifier(ISSUER, url)


class TestTheEmbeddedIssuer:
    """For a machine without an issuer of its own."""

    async def test_its_tokens_are_believed(self, tmp_path: Path) -> None:
        issuer = EmbeddedIssuer(tmp_path / "keys")
        token = issuer.issue("qt", ["chair", "council"], "an", ["3"])
        caller = await TokenVerifier(issuer.issuer, issuer.jwks_url).verify(token)
        assert (caller.tenant, caller.roles, caller.areas) == ("qt", {"chair", "council"}, {"3"})
        assert timedelta(hours=23) < caller.expires - datetime.now(UTC) <= timedelta(hours=24)

    async def test_a_folder_keeps_its_key(self, tmp_path: Path) -> None:
        token = EmbeddedIssuer(tmp_path).issue("qt", ["viewer"], "an")
        again = EmbeddedIssuer(tmp_path)
        assert (await TokenVerifier(again.issuer, again.jwks_url).verify(token)).subject == "an"

    async def test_two_folders_do_not_believe_each_other(self, tmp_path: Path) -> None:
        one, other = EmbeddedIssuer(tmp_path / "1"), EmbeddedIssuer(tmp_path / "2")
        with pytest.raises(InvalidToken):
            await TokenVerifier(one.issuer, one.jwks_url).verify(other.issue("qt", ["chair"], "an"))

    def test_its_key_is_readable_by_us_alone(self, tmp_path: Path) -> None:
        folder = tmp_path / "keys"
        issuer = EmbeddedIssuer(folder)
        assert folder.stat().st_mode & 0o777 == 0o700
        assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
        published = json.loads(issuer.jwks_path.read_text())["keys"][0]
        assert "d" not in published, "the private half is not published"

    @pytest.mark.parametrize(
        ("tenant", "roles", "sub", "areas"),
        [
            ("QT", ["filer"], "an", []),
            ("qt", ["admin"], "an", []),
            ("qt", [], "an", []),
            ("qt", ["filer"], "", []),
            ("qt", ["filer"], "a\0b", []),
            ("qt", ["council"], "an", ["3.12"]),
        ],
    )
    def test_it_issues_nothing_that_would_not_be_believed(
        self, tmp_path: Path, tenant: str, roles: list[str], sub: str, areas: list[str]
    ) -> None:
        with pytest.raises(ValueError):  # noqa: PT011 (each says something of its own)
            EmbeddedIssuer(tmp_path).issue(tenant, roles, sub, areas)

"""The configuration."""

import pytest

from services.query.config import from_env
from shared.hosting.environment import ConfigurationError

NEEDED = {
    "PARLEDGER_POSTGRES": "postgresql://parledger_query:hidden@/parledger",
    "PARLEDGER_ISSUER": "https://issuer.example",
    "PARLEDGER_JWKS": "https://issuer.example/jwks.json",
    "PARLEDGER_EVIDENCE": "file:///var/lib/parledger/evidence",
}


def test_what_is_not_said_is_the_careful_choice() -> None:
    config = from_env(NEEDED)
    assert (config.host, config.port, config.introspection, config.audience) == (
        "127.0.0.1",
        8000,
        False,
        None,
    )
    assert config.limits.body == 65_536
    assert config.forward is None
    assert "hidden" not in repr(config)


def test_everything_can_be_said() -> None:
    said = {
        "PARLEDGER_HTTP_HOST": "0.0.0.0",  # noqa: S104
        "PARLEDGER_HTTP_PORT": "8080",
        "PARLEDGER_INTROSPECTION": "on",
        "PARLEDGER_AUDIENCE": "parledger",
        "PARLEDGER_FORWARD": "http://ingest:8001/",
    }
    config = from_env({**NEEDED, **said})
    assert (config.host, config.port) == ("0.0.0.0", 8080)  # noqa: S104
    assert (config.introspection, config.audience) == (True, "parledger")
    assert config.forward == "http://ingest:8001"


@pytest.mark.parametrize("name", sorted(NEEDED))
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        from_env({key: value for key, value in NEEDED.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PARLEDGER_HTTP_PORT", "0x50"),
        ("PARLEDGER_INTROSPECTION", "yes"),
        ("PARLEDGER_EVIDENCE", "/var/lib/evidence"),
        ("PARLEDGER_EVIDENCE", "s3://"),
        ("PARLEDGER_FORWARD", "ingest:8001"),
    ],
)
def test_what_is_wrong_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        from_env({**NEEDED, name: value})

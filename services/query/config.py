"""How the query service is configured: by environment variables alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.query.cors import origins
from shared.hosting.environment import port, required, switch


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may ask for. Sizes in bytes, times in seconds."""

    body: int = 64 * 1024
    depth: int = 12
    aliases: int = 64
    tokens: int = 1500
    statement: float = 5.0
    request: float = 20.0
    connections: int = 10


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that the service needs to know. `postgres`, a DSN of parledger_query, is a secret."""

    postgres: str = field(repr=False)
    issuer: str
    jwks: str
    audience: str | None
    host: str
    port: int
    introspection: bool
    cors: tuple[str, ...] = ()
    limits: Limits = Limits()


def from_env(environ: Mapping[str, str]) -> Config:
    """Read the configuration. Raises ConfigurationError, which says what to set."""
    return Config(
        postgres=required(environ, "PARLEDGER_POSTGRES", "a DSN of the role parledger_query"),
        issuer=required(environ, "PARLEDGER_ISSUER", "the `iss` of the tokens that are accepted"),
        jwks=required(environ, "PARLEDGER_JWKS", "the address of the issuer's key set, https:// or file://"),
        audience=environ.get("PARLEDGER_AUDIENCE", "").strip() or None,
        host=environ.get("PARLEDGER_HTTP_HOST", "").strip() or "127.0.0.1",
        port=port(environ, "PARLEDGER_HTTP_PORT", 8000),
        introspection=switch(environ, "PARLEDGER_INTROSPECTION"),
        cors=origins(environ),
    )

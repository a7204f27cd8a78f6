"""How the query service is configured: by environment variables alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from services.query.cors import origins
from shared.evidence.place import Bucket, Folder, NoPlace, parse_place
from shared.hosting.environment import ConfigurationError, port, required, switch


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may ask for, and all of them at once. Sizes in bytes, times in seconds.

    `cost`: how many fields may come of it, if every list were as long as it may be (`services.query.cost`);
    `rows` of lists within lists. As many requests are at work as there are `connections` to the database,
    `waiting` more wait, and one tenant has three quarters of these at most.
    """

    body: int = 64 * 1024
    depth: int = 12
    aliases: int = 64
    tokens: int = 1500
    cost: int = 60_000
    rows: int = 20_000
    statement: float = 5.0
    request: float = 20.0
    connections: int = 10
    waiting: int = 100
    body_within: float = 10.0


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that the service needs to know. `postgres`, a DSN of parledger_query, is a secret.

    `place`: where evidence is kept; `forward`: where ingest serves HTTP, if it is reached through here;
    `logs`: the folder of the public logs, if they are served from here.
    """

    postgres: str = field(repr=False)
    issuer: str
    jwks: str
    audience: str | None
    host: str
    port: int
    introspection: bool
    limits: Limits = Limits()
    cors: tuple[str, ...] = ()
    place: Folder | Bucket | None = None
    forward: str | None = None
    logs: Path | None = None


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
        place=_place(environ),
        forward=_forward(environ),
        logs=Path(folder) if (folder := environ.get("PARLEDGER_TLOG", "").strip()) else None,
    )


def _place(environ: Mapping[str, str]) -> Folder | Bucket:
    address = required(environ, "PARLEDGER_EVIDENCE", "where evidence is kept, file:///folder or s3://bucket")
    try:
        return parse_place(address, environ)
    except NoPlace as error:
        raise ConfigurationError(f"PARLEDGER_EVIDENCE: {error}") from error


def _forward(environ: Mapping[str, str]) -> str | None:
    base = environ.get("PARLEDGER_FORWARD", "").strip().rstrip("/")
    if base and not re.fullmatch(r"https?://[^/?#\s]+", base):
        raise ConfigurationError(
            f"PARLEDGER_FORWARD is {base!r}: set it to the base URL of ingest, such as http://127.0.0.1:8001"
        )
    return base or None

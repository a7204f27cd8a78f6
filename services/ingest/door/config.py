"""How the door is configured: by environment variables alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.evidence.place import Bucket, Folder, NoPlace, parse_place
from shared.hosting.environment import ConfigurationError, port, required, whole

_QUOTA = 5 * 1024**3


@dataclass(frozen=True, slots=True)
class DoorConfig:
    """Where it listens, where files are kept, how many bytes a tenant may put.

    `postgres`, a DSN of parledger_ingest, is a secret.
    """

    postgres: str = field(repr=False)
    nats: str
    host: str
    port: int
    place: Folder | Bucket
    quota: int


def from_env(environ: Mapping[str, str]) -> DoorConfig:
    """Read the configuration. Raises ConfigurationError, which says what to set."""
    address = required(environ, "PARLEDGER_EVIDENCE", "where evidence is kept, file:///folder or s3://bucket")
    try:
        place = parse_place(address, environ)
    except NoPlace as error:
        raise ConfigurationError(f"PARLEDGER_EVIDENCE: {error}") from error
    return DoorConfig(
        postgres=required(environ, "PARLEDGER_POSTGRES", "the DSN of the service's own role"),
        nats=required(environ, "PARLEDGER_NATS", "the broker's URL, nats://host:port"),
        host=environ.get("PARLEDGER_HTTP_HOST", "").strip() or "127.0.0.1",
        port=port(environ, "PARLEDGER_HTTP_PORT", 8001),
        place=place,
        quota=whole(environ, "PARLEDGER_EVIDENCE_QUOTA", _QUOTA),
    )

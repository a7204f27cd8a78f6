"""Where evidence is kept, as the configuration says it: a folder, or a bucket of S3-compatible storage.

`file:///var/lib/parledger/evidence`
`s3://bucket/prefix?endpoint=https://s3.example&region=us-east-1`

The credentials of a bucket come as they do for every AWS client: AWS_ACCESS_KEY_ID and
AWS_SECRET_ACCESS_KEY (AWS_SESSION_TOKEN), a web identity, the machine's own role, or a profile of the shared
credentials file.
"""

import configparser
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from obstore.store import LocalStore, ObjectStore, S3Store

SILENT = timedelta(seconds=60)
"""So long a server may say nothing; a reader may be slower."""

_WHOLE = timedelta(hours=2)  # of one answer: a large file goes to a slow reader as slowly as that reads
_SETTINGS = frozenset({"endpoint", "region"})
_NAMES_OF_CREDENTIALS = {
    "access_key_id": "aws_access_key_id",
    "secret_access_key": "aws_secret_access_key",
    "session_token": "aws_session_token",
}


class NoPlace(Exception):
    """The address says no place where evidence can be kept; the message says what one looks like."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"{address!r} is no place for evidence: write file:///folder, or "
            "s3://bucket/prefix?endpoint=https://…&region=…"
        )


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of this machine."""

    path: Path

    def open(self) -> ObjectStore:
        """The store in it; the folder is made where it is not there. Raises OSError or obstore's errors."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return LocalStore(self.path)


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket of S3-compatible storage; all keys begin with `prefix`."""

    name: str
    prefix: str | None
    endpoint: str | None
    region: str | None
    environ: Mapping[str, str] = field(repr=False)

    def open(self) -> ObjectStore:
        """The store in it; nothing is asked of the server yet. Raises obstore's errors."""
        settings = {"endpoint": self.endpoint, "region": self.region, **_credentials(self.environ)}
        return S3Store(
            self.name,
            prefix=self.prefix,
            client_options={
                "allow_http": (self.endpoint or "").startswith("http://"),
                "connect_timeout": timedelta(seconds=5),
                "read_timeout": SILENT,
                "timeout": _WHOLE,
            },
            retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=15)},
            **{name: value for name, value in settings.items() if value},  # pyright: ignore[reportArgumentType] - only names of S3Config
        )


def parse_place(address: str, environ: Mapping[str, str] = os.environ) -> Folder | Bucket:
    """The place that an address names. Raises `NoPlace`."""
    parts = urlsplit(address)
    settings = dict(parse_qsl(parts.query))
    if parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path.startswith("/"):
        if not settings and not parts.fragment:
            return Folder(Path(unquote(parts.path)))
    elif parts.scheme == "s3" and parts.netloc and settings.keys() <= _SETTINGS:
        prefix = unquote(parts.path).strip("/") or None
        return Bucket(parts.netloc, prefix, settings.get("endpoint"), settings.get("region"), environ)
    raise NoPlace(address)


def _credentials(environ: Mapping[str, str]) -> dict[str, str]:
    """The key that the environment says, or the profile (AWS_PROFILE, or the default one) of the shared file.

    None where neither says one: then obstore asks for the machine's own role or web identity.
    """
    stated = {name: environ.get(said.upper(), "") for name, said in _NAMES_OF_CREDENTIALS.items()}
    if not stated["access_key_id"] and not environ.get("AWS_WEB_IDENTITY_TOKEN_FILE"):
        default = Path(environ.get("HOME", "/")) / ".aws" / "credentials"
        files = configparser.ConfigParser(interpolation=None)
        files.read(environ.get("AWS_SHARED_CREDENTIALS_FILE") or default, encoding="utf-8")
        profile = environ.get("AWS_PROFILE") or "default"
        if files.has_section(profile):
            stated = {
                name: files.get(profile, said, fallback="") for name, said in _NAMES_OF_CREDENTIALS.items()
            }
    return stated

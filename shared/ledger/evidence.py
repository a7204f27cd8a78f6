"""Which tenant has put which file: noted once and for ever, within a quota."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeAlias, cast

import msgspec

from shared.codec.names import root_of
from shared.domain.emission import Emission
from shared.domain.problems import Refused
from shared.ledger.pool import Connection
from shared.ledger.statements import load

_SQL = load("shared.ledger.sql", "evidence.sql")

_HASH = re.compile(r"[0-9a-f]{64}")

Noted = Literal["stored", "over-quota", "unknown-root"]
StoredFiles: TypeAlias = Mapping[str, Mapping[str, int]]
"""Of each tenant, the sizes in bytes of files that it has put, by their SHA-256."""


class _FileAlone(msgspec.Struct):
    sha256: Any = None


_FILE = msgspec.json.Decoder(_FileAlone)


async def note_put(connection: Connection, tenant: str, sha256: str, size: int, quota: int) -> Noted:
    """Note, in the caller's transaction, that `tenant` has put a file of so many bytes.

    `quota`: how many bytes all that it has put may come to. A file that it has put before is stored already.
    """
    return cast(Noted, await connection.fetchval(_SQL["put"], root_of(tenant), tenant, sha256, size, quota))


async def bytes_put(connection: Connection, tenant: str) -> int:
    """How many bytes the files come to that a tenant has put."""
    return cast(int, await connection.fetchval(_SQL["bytes_put"], root_of(tenant), tenant))


async def sizes_put(connection: Connection, root: str, files: Iterable[tuple[str, str]]) -> StoredFiles:
    """Of these (tenant, sha256), those that were put."""
    tenants, hashes = zip(*files, strict=True)
    found: dict[str, dict[str, int]] = {}
    for row in await connection.fetch(_SQL["sizes_put"], root, tenants, hashes):
        found.setdefault(row["tenant"], {})[row["sha256"]] = row["size"]
    return found


def attached_file(read: Emission | Refused) -> str | None:
    """The hash of the file that an emission names, before its data is judged; None where it names none."""
    if isinstance(read, Refused):
        return None
    try:
        named = _FILE.decode(read.envelope.data).sha256
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return named if isinstance(named, str) and _HASH.fullmatch(named) else None

"""Which tenant has put which file: noted once and for ever, within a quota."""

from collections.abc import Mapping, Sequence
from typing import Literal, cast

from shared.codec.names import root_of
from shared.ledger.pool import Connection
from shared.ledger.statements import load

_SQL = load("shared.ledger.sql", "evidence.sql")

Noted = Literal["stored", "over-quota", "unknown-root"]


async def note_put(connection: Connection, tenant: str, sha256: str, size: int, quota: int) -> Noted:
    """Note, in the caller's transaction, that `tenant` has put a file of so many bytes.

    `quota`: how many bytes all that it has put may come to. A file that it has put before is stored already.
    """
    return cast(Noted, await connection.fetchval(_SQL["put"], root_of(tenant), tenant, sha256, size, quota))


async def bytes_put(connection: Connection, tenant: str) -> int:
    """How many bytes the files come to that a tenant has put."""
    return cast(int, await connection.fetchval(_SQL["bytes_put"], root_of(tenant), tenant))


async def sizes_put(
    connection: Connection, root: str, files: Sequence[tuple[str, str]]
) -> Mapping[tuple[str, str], int]:
    """Of these (tenant, sha256), those that were put, with their sizes in bytes."""
    tenants, hashes = [tenant for tenant, _ in files], [sha256 for _, sha256 in files]
    rows = await connection.fetch(_SQL["sizes_put"], root, tenants, hashes)
    return {(row["tenant"], row["sha256"]): row["size"] for row in rows}

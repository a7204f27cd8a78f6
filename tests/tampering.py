"""What a bribed administrator could do: rewrite rows of the ledger with every right that there is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from deploy.local.stack import Servers


@asynccontextmanager
async def unguarded(servers: Servers, root: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection as the ledger's owner, to whom a superuser has opened the partition of a root."""
    partition = f"ledger.event_of_{root.replace('-', '_')}"
    superuser = await asyncpg.connect(servers.dsn("postgres"))
    try:
        await superuser.execute(f"ALTER TABLE {partition} DISABLE TRIGGER ALL")
        await superuser.execute("SET ROLE parledger_owner")
        await superuser.execute("SET row_security = off")
        yield superuser
    finally:
        await superuser.execute("RESET ROLE")
        await superuser.execute(f"ALTER TABLE {partition} ENABLE TRIGGER ALL")
        await superuser.execute(f"ALTER TABLE {partition} ENABLE ALWAYS TRIGGER append_only")
        await superuser.execute(f"ALTER TABLE {partition} ENABLE ALWAYS TRIGGER by_function")
        await superuser.close()


async def rewrite(
    servers: Servers, root: str, position: int, old: str, new: str, *, hashed: bool = True
) -> None:
    """Replace `old` by `new` in the body of an event; `hashed`: with its leaf hash computed anew."""
    partition = f"ledger.event_of_{root.replace('-', '_')}"
    async with unguarded(servers, root) as owner:
        body = await owner.fetchval(f"SELECT body FROM {partition} WHERE position = $1", position)
        assert old.encode() in body
        changed = body.replace(old.encode(), new.encode())
        await owner.execute(f"UPDATE {partition} SET body = $2 WHERE position = $1", position, changed)
        if hashed:
            await owner.execute(
                f"""
                UPDATE {partition} SET leaf_hash = sha256('\\x00'::bytea || sha256(
                    body || int8send((extract(epoch FROM recorded_at) * 1000000)::bigint)))
                WHERE position = $1
                """,
                position,
            )

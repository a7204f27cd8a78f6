"""Connections to PostgreSQL, with bounds on every wait."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

import asyncpg

_BOUNDS = {
    "statement_timeout": "30s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
}
"""After so long the server ends a statement, a wait for a lock, a session that leaves a transaction open."""

LockTimeout = asyncpg.LockNotAvailableError
"""A lock was waited for too long."""

AWAY = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
"""What a server that is not there, ends or starts shows as: nothing is known of what was under way.

The last is what a connection says that breaks while it is given back.
"""

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Connection: TypeAlias = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]
    Pool: TypeAlias = asyncpg.Pool[asyncpg.Record]
else:  # asyncpg's classes take no parameters when they run
    Connection = asyncpg.Connection
    Pool = asyncpg.Pool


async def open_connection(
    dsn: str, name: str, *, settings: Mapping[str, str] | None = None, timeout: float = 30
) -> asyncpg.Connection:
    """One connection, to be closed by the caller, with the same bounds; `settings` beside or instead of them.

    `timeout`: seconds in which it has to stand. No statement of its has a bound on this side.
    """
    return await asyncpg.connect(
        dsn,
        timeout=timeout,
        server_settings={"application_name": f"parledger-{name}", **_BOUNDS, **(settings or {})},
    )


async def open_pool(dsn: str, service: str, *, most: int = 8, sets_nothing: bool = False) -> Pool:
    """A pool of at most `most` connections of the role that `dsn` names.

    A statement may take 30 s, a lock 10 s, an idle transaction 60 s: after that the server ends it.
    `sets_nothing`: whoever uses it changes nothing of a session beyond a transaction, so that a connection
    goes back as it is (a transaction left open is ended all the same).
    """
    return await asyncpg.create_pool(
        dsn,
        min_size=1,
        max_size=most,
        command_timeout=60,
        server_settings={
            "application_name": f"parledger-{service}",
            **_BOUNDS,
            # Plans are kept as long as a connection: those made on a young root must not read an
            # old one whole (tests/integration/plans).
            "enable_seqscan": "off",
            "enable_bitmapscan": "off",
            "jit": "off",
        },
        reset=as_it_is if sets_nothing else None,
    )


async def as_it_is(_connection: Connection) -> None:
    """Gives a connection back without resetting it: one round trip less, of five for a small batch."""

"""One caller's view of one moment: a read-only transaction under the caller's scope."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar, cast

import asyncpg

from services.query.config import Config
from services.query.errors import TookTooLong, Unavailable
from shared.hosting.logs import name_of
from shared.ledger.pool import as_it_is

_log = logging.getLogger("parledger.query")

Row = TypeVar("Row")
# A rebuild swaps tables in, and rows of a table that came after a snapshot are not seen in it. So the tables
# are held before the snapshot is taken (by the first SELECT, not by LOCK), in the order of a rebuild.
_BEGIN = """
    BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
    LOCK TABLE ONLY read.unit, ONLY read.heir, ONLY read.reading, ONLY read.imported, ONLY read.rubric,
               ONLY read.round, ONLY read.publication, ONLY read.standing, ONLY read.dossier, ONLY read.leaf,
               ONLY read.adjustment, ONLY read.dispute, ONLY read.plan, ONLY read.history, ONLY read.story,
               ONLY read.evidence IN ACCESS SHARE MODE;
"""
_ENTER = "SELECT scopes, roots, positions FROM ledger.enter($1)"


class Connection(Protocol):
    """What is needed of an asyncpg connection."""

    async def execute(self, query: str, *args: object) -> str:
        """Run a statement; its tag."""
        ...

    async def fetch(self, query: str, *args: object) -> Sequence[Mapping[str, Any]]:
        """Run a statement; its rows."""
        ...


class Pool(Protocol):
    """What is needed of an asyncpg pool."""

    async def acquire(self, *, timeout: float | None = None) -> Connection:
        """A connection of one's own; TimeoutError after so many seconds."""
        ...

    async def release(self, connection: Any, /) -> None:
        """Give a connection back."""
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...


async def make_pool(config: Config) -> Pool:
    """A pool of connections as parledger_query, each with a time limit on its statements."""
    timeout = str(int(config.limits.statement * 1000))
    return cast(
        Pool,
        await asyncpg.create_pool(
            config.postgres,
            # All at once and for ever: else the first to need one more waits for it, and for its plans.
            min_size=config.limits.connections,
            max_size=config.limits.connections,
            max_inactive_connection_lifetime=0,
            server_settings={
                "application_name": "parledger-query",
                "statement_timeout": timeout,
                "lock_timeout": timeout,
                "idle_in_transaction_session_timeout": "60s",
                "default_transaction_read_only": "on",
                # Plans are kept as long as a connection: those made on a young root must not read an
                # old one whole (tests/integration/plans). Made anew, most of a statement is its planning.
                "plan_cache_mode": "force_generic_plan",
                "enable_seqscan": "off",
                "jit": "off",
            },
            # Nothing is set for longer than a transaction.
            reset=as_it_is,
        ),
    )


class Snapshot:
    """Statements of one request: all see the same moment, one runs at a time, the first takes the connection.

    The scope is set for the transaction, not the session: a pool hands connections on.
    """

    def __init__(self, pool: Pool, viewer: str, wait: float = 5.0) -> None:
        """`viewer` is the path of who asks; `wait`: so many seconds a free connection is waited for."""
        self._pool = pool
        self._viewer = viewer
        self._wait = wait
        self._turn = asyncio.Lock()
        self._connection: Connection | None = None
        self._scopes: Sequence[str] = ()
        self._positions: Mapping[str, int] | None = None
        self._failure: Exception | None = None

    async def fetch(self, row: type[Row], statement: str, *arguments: object) -> list[Row]:
        """The rows that a statement answers. Raises QueryError, and what asyncpg raises.

        Its $1 are always the scopes of who asks: what the policies of the tables hold to, whatever it says.

        After a failure nothing more is answered: it is raised again, for its transaction is over.
        """
        found = await self._run(statement, *arguments)
        return _rows(row, found)

    async def position(self, root: str) -> int:
        """As of which position of a root all of it stands; 0 where the viewer sees nothing of it.

        Raises likewise.
        """
        if self._positions is None:
            await self._run(None)
        return (self._positions or {}).get(root, 0)

    async def _run(self, statement: str | None, *arguments: object) -> Sequence[Mapping[str, Any]]:
        async with self._turn:
            if self._failure is not None:
                raise self._failure
            try:
                connection = self._connection or await self._begin()
                return await connection.fetch(statement, self._scopes, *arguments) if statement else ()
            except Exception as error:
                self._failure = told = _told(error)
                if told is error:
                    raise
                raise told from error

    async def _begin(self) -> Connection:
        self._connection = await self._pool.acquire(timeout=self._wait)
        await self._connection.execute(_BEGIN)
        [entered] = await self._connection.fetch(_ENTER, self._viewer)
        self._scopes = entered["scopes"]
        self._positions = dict(zip(entered["roots"] or (), entered["positions"] or (), strict=True))
        return self._connection

    async def __aenter__(self) -> Self:
        """Nothing is opened yet."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        await self.close()

    async def close(self) -> None:
        """Give the connection back once the statement under way has ended; nothing is answered after that."""
        async with self._turn:
            self._failure = self._failure or Unavailable()
            if self._connection is not None:
                connection, self._connection = self._connection, None
                with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                    await connection.execute("ROLLBACK")  # the pool would do it too, and complain
                await self._pool.release(connection)


def _rows(row: type[Row], found: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Records as rows. Columns that stand as the row has its fields need not be named each time."""
    if found and tuple(found[0].keys()) == getattr(row, "__match_args__", ())[: len(found[0])]:
        return [row(*record.values()) for record in found]
    return [row(**record) for record in found]


def _told(error: Exception) -> Exception:
    """The failure of a statement as our own error, where it is one that the caller can do something about."""
    if isinstance(error, asyncpg.QueryCanceledError):
        return TookTooLong()
    if isinstance(error, (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError, TimeoutError)):
        _log.error("the database cannot be reached: %s", name_of(error))
        return Unavailable()
    return error

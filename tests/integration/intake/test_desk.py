"""What a desk does where its connections break, and where roots wait for each other."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
from nats.aio.client import Client
from nats.aio.msg import Msg

from deploy.local.stack import Servers
from shared.broker.pull import StandingPull
from shared.domain.emission import Caller
from shared.domain.root import Root
from shared.intake.desk import FAIR, Desk
from shared.ledger.arrivals import arrive
from tests.patience import PATIENCE, until

_WAITS = "SELECT EXISTS (SELECT FROM pg_locks WHERE pid = $1 AND NOT granted)"


async def _until_it_waits(connection: asyncpg.Connection, pid: int) -> None:
    """Return once this session waits for a lock."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if await connection.fetchval(_WAITS, pid):
                return
            await asyncio.sleep(0.01)


async def test_a_desk_that_is_told_to_end_does_so_also_as_its_connection_breaks(
    servers: Servers, add_root: Callable[[Servers], Awaitable[str]]
) -> None:
    """PostgreSQL is killed in a batch: the error of the rollback takes the place of the cancellation."""
    root = await add_root(servers)
    opened: list[asyncpg.Connection] = []

    async def remember(connection: asyncpg.Connection) -> None:
        opened.append(connection)

    pool = await asyncpg.create_pool(servers.dsn("parledger_ingest"), min_size=1, max_size=1, init=remember)
    blocker = await asyncpg.connect(servers.dsn("postgres"))
    try:
        desk = Desk(pool, Client(), "ingest", lambda _type: True)
        caller = Caller(root, root, "SubmissionFiled", frozenset({"filer"}), frozenset(), "0" * 16)
        async with blocker.transaction():
            await blocker.execute("SELECT FROM ledger.head WHERE root = $1 FOR UPDATE", root)
            batch = desk.watch.batch(root)
            working = asyncio.create_task(desk._record(Root(root), [arrive(caller, b"{")], batch))
            await _until_it_waits(blocker, opened[0].get_server_pid())
            opened[0].terminate()
            working.cancel()
            ended, _ = await asyncio.wait([working], timeout=PATIENCE)
        assert ended
        assert working.cancelled()
    finally:
        await blocker.close()
        pool.terminate()


class _Feed(StandingPull):
    """A pull that notes how many messages are asked of it, and has one."""

    def __init__(self) -> None:
        self.asked = list[int | None]()

    async def take(self, most: int | None = None) -> list[Msg]:
        self.asked.append(most)
        return [Msg(Client(), subject="nobody's", data=b"{}")]


async def test_while_other_roots_wait_for_their_turn_a_root_is_given_part_of_a_batch(
    servers: Servers,
) -> None:
    pool = await asyncpg.create_pool(servers.dsn("parledger_ingest"), min_size=1, max_size=1)
    desk, feed = Desk(pool, Client(), "ingest", lambda _type: True), _Feed()

    async def other_root() -> None:
        async with desk._turn():
            pass

    try:
        async with desk._turn():
            await desk._read(feed)
            others = [asyncio.create_task(other_root()) for _ in range(2)]
            await until(lambda: desk.waiting == 2)
            await desk._read(feed)
            others.pop().cancel()
            await until(lambda: desk.waiting == 1)
        await asyncio.gather(*others)
        await desk._read(feed)
    finally:
        await pool.close()
    assert feed.asked == [None, FAIR, None]

"""The relay service: one is at work, others stand by."""

import asyncio
from collections.abc import Mapping

from nats.aio.client import Client

from services.relay.log import log_maker
from services.relay.relay import Relay
from shared.ledger.lag import measured
from shared.ledger.pool import Pool
from shared.worker.leased import Work, run_leased


async def serve(environ: Mapping[str, str], stop: asyncio.Event) -> None:
    """Serve until `stop` is set."""

    def work(pool: Pool, client: Client) -> Work:
        relay, maker = Relay(pool, client), log_maker(pool, environ)
        tells = measured(relay.run, pool, lambda: relay.reached, relay.watch.lag)
        return _both(tells, maker.run) if maker else tells

    await run_leased("relay", environ, stop, work, most=3)


def _both(feed: Work, log: Work) -> Work:
    """Tell the feed and make the public logs: where one ends, both do, and start anew."""

    async def work() -> None:
        async with asyncio.TaskGroup() as group:
            for part in (feed, log):
                group.create_task(_done(part))

    return work


async def _done(part: Work) -> None:
    await part()

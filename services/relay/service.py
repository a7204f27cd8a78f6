"""The relay service: one is at work, others stand by."""

import asyncio
from collections.abc import Mapping

from nats.aio.client import Client

from services.relay.relay import Relay
from shared.ledger.lag import measured
from shared.ledger.pool import Pool
from shared.worker.leased import Work, run_leased


async def serve(environ: Mapping[str, str], stop: asyncio.Event) -> None:
    """Serve until `stop` is set."""
    await run_leased("relay", environ, stop, _work, most=2)


def _work(pool: Pool, client: Client) -> Work:
    relay = Relay(pool, client)
    return measured(relay.run, pool, lambda: relay.reached, relay.watch.lag)

"""The scoring service: one is at work, others stand by."""

import asyncio
from collections.abc import Mapping

from nats.aio.client import Client

from services.scoring.scoring import ROOTS_AT_A_TIME, Scoring
from shared.ledger.lag import measured
from shared.ledger.pool import Pool
from shared.worker.leased import Work, run_leased


async def serve(environ: Mapping[str, str], stop: asyncio.Event) -> None:
    """Serve until `stop` is set."""
    await run_leased("scoring", environ, stop, _work, most=2 * ROOTS_AT_A_TIME + 1)


def _work(pool: Pool, client: Client) -> Work:
    scoring = Scoring(pool, client)
    return measured(scoring.run, pool, lambda: scoring.reached, scoring.watch.lag)

"""The scoring service, from its configuration to its end: one is at work, others stand by."""

import asyncio
from collections.abc import Mapping

from faststream import FastStream

from services.scoring.scoring import Scoring
from shared.broker.service_broker import client_of, service_broker
from shared.hosting.environment import required, secret_file
from shared.hosting.ready import ready
from shared.ledger.lag import measured
from shared.ledger.lease import while_leased
from shared.ledger.pool import open_pool


async def serve(environ: Mapping[str, str], stop: asyncio.Event) -> None:
    """Serve until `stop` is set. Reads PARLEDGER_POSTGRES, PARLEDGER_NATS and PARLEDGER_NATS_SEED_FILE."""
    dsn = required(environ, "PARLEDGER_POSTGRES", "the DSN of the role parledger_scoring")
    broker = service_broker(
        required(environ, "PARLEDGER_NATS", "the broker's URL, nats://host:port"),
        secret_file(environ, "PARLEDGER_NATS_SEED_FILE", "the path of scoring's nkey seed"),
        "scoring",
    )
    app = FastStream(broker, logger=None)
    pool = await open_pool(dsn, "scoring", most=4)
    await app.start()
    try:
        ready(environ)
        scoring = Scoring(pool, client_of(broker))
        work = measured(scoring.run, pool, lambda: scoring.reached, scoring.watch.lag)
        await while_leased(dsn, "scoring", stop, work)
    finally:
        await app.stop()
        await pool.close()

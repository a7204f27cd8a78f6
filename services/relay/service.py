"""The relay service, from its configuration to its end: one is at work, others stand by."""

import asyncio
from collections.abc import Mapping

from faststream import FastStream

from services.relay.relay import Relay
from shared.broker.service_broker import client_of, service_broker
from shared.hosting.environment import required, secret_file
from shared.hosting.ready import ready
from shared.ledger.lag import measured
from shared.ledger.lease import while_leased
from shared.ledger.pool import open_pool


async def serve(environ: Mapping[str, str], stop: asyncio.Event) -> None:
    """Serve until `stop` is set. Reads PARLEDGER_POSTGRES, PARLEDGER_NATS and PARLEDGER_NATS_SEED_FILE."""
    dsn = required(environ, "PARLEDGER_POSTGRES", "the DSN of the role parledger_relay")
    broker = service_broker(
        required(environ, "PARLEDGER_NATS", "the broker's URL, nats://host:port"),
        secret_file(environ, "PARLEDGER_NATS_SEED_FILE", "the path of the relay's nkey seed"),
        "relay",
    )
    app = FastStream(broker, logger=None)
    pool = await open_pool(dsn, "relay", most=2)
    await app.start()
    try:
        ready(environ)
        relay = Relay(pool, client_of(broker))
        work = measured(relay.run, pool, lambda: relay.reached, relay.watch.lag)
        await while_leased(dsn, "relay", stop, work)
    finally:
        await app.stop()
        await pool.close()

"""One of a service is at work, others stand by: connect, take the lease, work, close."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from faststream import FastStream
from faststream.nats import NatsBroker
from nats.aio.client import Client

from shared.broker.service_broker import client_of, service_broker
from shared.hosting.environment import required, secret_file
from shared.hosting.ready import ready
from shared.ledger.lease import while_leased
from shared.ledger.pool import Pool, open_pool

Work = Callable[[], Awaitable[None]]
"""What is done while the lease is held; ends when it is cancelled."""


async def run_leased(
    name: str,
    environ: Mapping[str, str],
    stop: asyncio.Event,
    make_work: Callable[[Pool, Client], Work],
    *,
    prepare: Callable[[NatsBroker], None] = lambda _broker: None,
    most: int = 8,
) -> None:
    """Run the service `name` (its role in PostgreSQL, its user at the broker, its lease) until `stop`.

    Reads PARLEDGER_POSTGRES, PARLEDGER_NATS, PARLEDGER_NATS_SEED_FILE. `prepare` may add subscribers to its
    broker, which serve with or without the lease; `most` bounds its connections to PostgreSQL.
    """
    dsn = required(environ, "PARLEDGER_POSTGRES", f"the DSN of the role parledger_{name}")
    broker = service_broker(
        required(environ, "PARLEDGER_NATS", "the broker's URL, nats://host:port"),
        secret_file(environ, "PARLEDGER_NATS_SEED_FILE", f"the path of the nkey seed of {name}"),
        name,
    )
    prepare(broker)
    app = FastStream(broker, logger=None)
    pool = await open_pool(dsn, name, most=most, sets_nothing=True)
    try:
        await app.start()
        ready(environ)
        await while_leased(dsn, name, stop, make_work(pool, client_of(broker)))
    finally:
        await app.stop()
        await pool.close()

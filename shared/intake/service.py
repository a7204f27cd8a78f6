"""A write service, from its configuration to its end."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from faststream import FastStream
from faststream.nats import NatsBroker

from shared.broker.service_broker import client_of, service_broker
from shared.hosting.environment import required, secret_file
from shared.hosting.ready import ready
from shared.intake.desk import Desk, Taken
from shared.ledger.lease import while_leased
from shared.ledger.pool import open_pool


@dataclass(frozen=True, slots=True)
class WriteConfig:
    """What a write service needs: its role's DSN, the broker, and its user's nkey seed there."""

    postgres: str
    nats: str
    seed: str


def write_config(environ: Mapping[str, str]) -> WriteConfig:
    """Read from PARLEDGER_POSTGRES, PARLEDGER_NATS and PARLEDGER_NATS_SEED_FILE."""
    return WriteConfig(
        required(environ, "PARLEDGER_POSTGRES", "the DSN of the service's own role"),
        required(environ, "PARLEDGER_NATS", "the broker's URL, nats://host:port"),
        secret_file(environ, "PARLEDGER_NATS_SEED_FILE", "the path of the service's nkey seed"),
    )


async def run_write_service(
    name: str,
    takes: Taken,
    environ: Mapping[str, str],
    stop: asyncio.Event,
    prepare: Callable[[NatsBroker], None] = lambda _broker: None,
) -> None:
    """Run the write service `name` (its user, role and durable) until `stop`.

    `prepare` may add subscribers.
    """
    config = write_config(environ)
    broker = service_broker(config.nats, config.seed, name)
    prepare(broker)
    app = FastStream(broker, logger=None)
    pool = await open_pool(config.postgres, name)
    await app.start()
    try:
        ready(environ)
        desk = Desk(pool, client_of(broker), name, takes)
        await while_leased(config.postgres, name, stop, desk.run)
    finally:
        await app.stop()
        await pool.close()

"""A write service, from its configuration to its end."""

import asyncio
from collections.abc import Callable, Mapping

from faststream.nats import NatsBroker

from shared.intake.desk import Desk, Taken
from shared.worker.leased import run_leased


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
    await run_leased(
        name, environ, stop, lambda pool, client: Desk(pool, client, name, takes).run, prepare=prepare
    )

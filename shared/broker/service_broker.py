"""A service's connection to the broker, through FastStream: it hosts the service, its start and its end."""

import logging

from faststream.nats import NatsBroker
from faststream.nats.security import NatsNKey
from nats.aio.client import Client

from shared.broker.subjects import service_inbox_prefix


def service_broker(url: str, seed: str, user: str) -> NatsBroker:
    """A broker of one of the services' own users; `seed` is the user's nkey seed. It reconnects for ever."""
    return NatsBroker(
        url,
        security=NatsNKey.from_seed(seed),
        inbox_prefix=service_inbox_prefix(user),
        name=f"parledger-{user}",
        max_reconnect_attempts=-1,
        # Part of a second, which FastStream does not foresee; 0 keeps a core busy while the server is down.
        reconnect_time_wait=0.1,  # pyright: ignore[reportArgumentType]
        allow_reconnect=True,
        logger=logging.getLogger("parledger.broker"),
        log_level=logging.DEBUG,
    )


def client_of(broker: NatsBroker) -> Client:
    """The nats client under a started broker: for pulls and outcomes, which FastStream has no form for."""
    return broker.connection

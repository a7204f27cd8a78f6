"""A real nats-server with our configuration, an embedded issuer, and the callout, once per session."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from faststream.nats import NatsBroker
from faststream.nats.security import NatsNKey

from deploy.local.stack import kept_ports
from services.ingest.callout import Callout, serve_callout
from shared.broker.streams import provision_platform, provision_root
from shared.broker.subjects import service_inbox_prefix
from shared.identity.issuer import EmbeddedIssuer
from shared.identity.tokens import TokenVerifier
from tests.integration.broker.real_server import Server


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The session's server. Tests that restart a server start one of their own."""
    with kept_ports(0) as [port]:
        running = Server(tmp_path_factory.mktemp("nats"), port)
        running.start()
        try:
            yield running
        finally:
            running.stop()


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """A server of the test's own, which it may end and start again."""
    with kept_ports(0) as [port]:
        running = Server(tmp_path, port)
        running.start()
        try:
            yield running
        finally:
            running.stop()


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedIssuer:
    return EmbeddedIssuer(tmp_path_factory.mktemp("issuer"))


@pytest.fixture(scope="session")
async def platform(server: Server, issuer: EmbeddedIssuer) -> AsyncIterator[Server]:
    """The server with its feeds for the roots `qt` and `hue`, and the callout that lets tenants in."""
    async with server.as_service("provisioner") as provisioner:
        jetstream = provisioner.jetstream()
        await provision_platform(jetstream)
        for root in ("qt", "hue"):
            await provision_root(jetstream, root)
    broker = NatsBroker(
        server.url,
        security=NatsNKey.from_seed(server.seeds["ingest"]),
        inbox_prefix=service_inbox_prefix("ingest"),
    )
    verifier = TokenVerifier(issuer.issuer, issuer.jwks_url)
    serve_callout(broker, Callout(verifier, server.account_seed))
    async with broker:
        await broker.start()
        yield server

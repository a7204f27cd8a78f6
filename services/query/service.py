"""The query service, from its configuration to its end."""

import asyncio
from collections.abc import Mapping
from functools import partial

from services.query.config import from_env
from services.query.cors import with_cors
from services.query.download import Downloads
from services.query.endpoint import Service, make_app
from services.query.forward import Forwarder, forwarding_client
from services.query.log import PublicLogs
from services.query.rubrics import Shelf
from services.query.schema.build import build_schema
from services.query.snapshot import make_pool
from shared.evidence.store import EvidenceStore
from shared.hosting.http_server import serve as serve_http
from shared.hosting.ready import ready
from shared.identity.tokens import TokenVerifier


async def serve(environ: Mapping[str, str], stop: asyncio.Event) -> None:
    """Serve until `stop` is set."""
    config = from_env(environ)
    pool, client = await make_pool(config), forwarding_client()
    try:
        service = Service(
            schema=build_schema(config.limits, config.introspection),
            pool=pool,
            verifier=TokenVerifier(config.issuer, config.jwks, config.audience),
            limits=config.limits,
            shelf=Shelf(),
            downloads=Downloads(EvidenceStore(config.place), pool) if config.place else None,
            forwarder=Forwarder(config.forward, client) if config.forward else None,
            logs=PublicLogs(config.logs) if config.logs else None,
        )
        app = with_cors(make_app(service), config.cors)
        await serve_http(app, config.host, config.port, stop, partial(ready, environ))
    finally:
        await client.aclose()
        await pool.close()

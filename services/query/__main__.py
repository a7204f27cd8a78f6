"""`python -m services.query`: configuration, build, run, close."""

import asyncio
import os
import sys
from functools import partial

from services.query.config import from_env
from services.query.cors import with_cors
from services.query.endpoint import Service, make_app
from services.query.rubrics import Shelf
from services.query.schema.build import build_schema
from services.query.server import serve
from services.query.snapshot import make_pool
from shared.hosting.process import run_service
from shared.hosting.ready import ready
from shared.identity.tokens import TokenVerifier


async def main(stop: asyncio.Event) -> None:
    """Serve GraphQL until `stop` is set."""
    config = from_env(os.environ)
    pool = await make_pool(config)
    try:
        service = Service(
            schema=build_schema(config.limits, config.introspection),
            pool=pool,
            verifier=TokenVerifier(config.issuer, config.jwks, config.audience),
            limits=config.limits,
            shelf=Shelf(),
        )
        app = with_cors(make_app(service), config.cors)
        await serve(app, config.host, config.port, stop, partial(ready, os.environ))
    finally:
        await pool.close()


if __name__ == "__main__":
    sys.exit(run_service(main, os.environ, "query"))

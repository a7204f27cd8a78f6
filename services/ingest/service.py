"""The ingest service.

A desk for what units emit of themselves, and for unknown types; the broker's auth callout; a door by HTTP.
"""

import asyncio
from collections.abc import Mapping

from services.ingest.callout import Callout, serve_callout
from services.ingest.door.config import from_env
from services.ingest.door.serve import serve_door
from shared.codec.catalogue import APPRAISAL_TYPES
from shared.hosting.environment import required, secret_file
from shared.identity.tokens import TokenVerifier
from shared.intake.service import run_write_service


def takes(type_: str) -> bool:
    """Does ingest answer what was sent under this type? Appraisal's types it lets pass."""
    return type_ not in APPRAISAL_TYPES


async def serve(environ: Mapping[str, str], stop: asyncio.Event) -> None:
    """Serve until `stop` is set."""
    verifier = TokenVerifier(
        required(environ, "PARLEDGER_ISSUER", "the issuer whose tokens are taken"),
        required(environ, "PARLEDGER_JWKS", "the URL of the issuer's key set"),
        environ.get("PARLEDGER_AUDIENCE") or None,
    )
    callout = Callout(
        verifier,
        secret_file(environ, "PARLEDGER_CALLOUT_SEED_FILE", "the path of the callout's account seed"),
    )
    config, listening = from_env(environ), asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(serve_door(config, verifier, stop, listening.set))
        await listening.wait()
        await run_write_service(
            "ingest", takes, environ, stop, prepare=lambda broker: serve_callout(broker, callout)
        )

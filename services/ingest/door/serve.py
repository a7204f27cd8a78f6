"""The door as a whole: its routes, what stands behind them, and its end."""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route

from services.ingest.door.answers import Turned, failed, nothing_here, turn_away
from services.ingest.door.caller import Verifier
from services.ingest.door.config import DoorConfig
from services.ingest.door.couriers import Couriers
from services.ingest.door.emit import Emissions
from services.ingest.door.upload import Pace, Uploads
from shared.evidence.errors import StoreFailed
from shared.evidence.store import EvidenceStore
from shared.hosting.http_server import serve
from shared.ledger.pool import open_pool

_log = logging.getLogger("parledger.ingest.evidence")
_LEFT_BEHIND = timedelta(seconds=Pace().whole + 60)
_CLEAR_EVERY = 600.0


def make_door(uploads: Uploads, emissions: Emissions) -> Starlette:
    """The ASGI application."""
    app = Starlette(
        routes=[
            Route("/emit", emissions.post, methods=["POST"]),
            Route("/evidence/{sha256}", uploads.put, methods=["PUT"]),
        ],
        exception_handlers={Turned: turn_away, HTTPException: nothing_here, Exception: failed},
    )
    app.router.redirect_slashes = False
    return app


async def serve_door(
    config: DoorConfig, verifier: Verifier, stop: asyncio.Event, when_ready: Callable[[], object]
) -> None:
    """Serve until `stop` is set; then answer what was asked before, and end."""
    store = EvidenceStore(config.place)
    couriers = Couriers(config.nats)
    pool = await open_pool(config.postgres, "ingest-door", most=4)
    beside = [asyncio.create_task(couriers.keep_few()), asyncio.create_task(_keep_clear(store))]
    try:
        door = make_door(Uploads(store, pool, verifier, config.quota), Emissions(couriers, verifier))
        await serve(door, config.host, config.port, stop, when_ready)
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        await pool.close()


async def _keep_clear(store: EvidenceStore) -> None:
    """Clear away what a process that was killed left half-written: at the start, and now and then."""
    while True:
        try:
            if count := await store.clear(_LEFT_BEHIND):
                _log.info("cleared away %d files that never came in whole", count)
        except StoreFailed as error:
            _log.error("the evidence storage: %s", error)
        await asyncio.sleep(_CLEAR_EVERY)

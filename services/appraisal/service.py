"""The appraisal service: a desk for the types that authorities and registrars emit."""

import asyncio
from collections.abc import Mapping

from shared.codec.catalogue import APPRAISAL_TYPES
from shared.intake.service import run_write_service


def takes(type_: str) -> bool:
    """Does appraisal answer emissions sent under this type? Its consumer is filtered to them too."""
    return type_ in APPRAISAL_TYPES


async def serve(environ: Mapping[str, str], stop: asyncio.Event) -> None:
    """Serve until `stop` is set."""
    await run_write_service("appraisal", takes, environ, stop)

"""A platform of its own: things are killed here."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.chaos.ground import Ground, a_ground


@pytest.fixture(scope="package")
async def ground() -> AsyncIterator[Ground]:
    """The whole platform, to which anything may be done.

    PARLEDGER_CHAOS_LOGS names a folder to which the logs are copied in the end.
    """
    logs = os.environ.get("PARLEDGER_CHAOS_LOGS")
    async with a_ground(logs=Path(logs) if logs else None) as made:
        yield made

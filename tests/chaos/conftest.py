"""A platform of its own: things are killed here."""

import os
import shutil
from collections.abc import AsyncIterator

import pytest

from deploy.local.stack import Stack, running_stack
from tests.conftest import a_data_folder


@pytest.fixture(scope="module")
async def doomed() -> AsyncIterator[Stack]:
    """The whole platform, of which any process may be killed.

    PARLEDGER_CHAOS_LOGS names a folder to which the logs are copied in the end.
    """
    with a_data_folder() as folder:
        async with running_stack(folder) as running:
            yield running
        if place := os.environ.get("PARLEDGER_CHAOS_LOGS"):
            shutil.copytree(folder / "log", place, dirs_exist_ok=True)

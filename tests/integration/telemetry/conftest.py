"""A platform that tells a collector of the test's own."""

import os
from collections.abc import AsyncIterator, Iterator

import pytest

from deploy.local.stack import Stack, running_stack
from tests.conftest import a_data_folder
from tests.integration.telemetry.collector import Collector, collecting

SETTINGS = {"OTEL_BSP_SCHEDULE_DELAY": "50", "OTEL_METRIC_EXPORT_INTERVAL": "200"}


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    """An OTLP collector."""
    with collecting() as found:
        yield found


@pytest.fixture(scope="module")
def settings(collector: Collector) -> dict[str, str]:
    """The environment that has a process tell the collector, at once."""
    return {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, **SETTINGS}


@pytest.fixture(scope="module")
async def told_stack(settings: dict[str, str]) -> AsyncIterator[Stack]:
    """The whole platform, its services telling the collector."""
    with pytest.MonkeyPatch.context() as patch, a_data_folder() as folder:
        for name, value in settings.items():
            patch.setenv(name, value)
        async with running_stack(folder) as stack:
            patch.undo()
            yield stack


def process_environment(settings: dict[str, str]) -> dict[str, str]:
    """The environment of a process that tells the collector."""
    return {**os.environ, **settings}

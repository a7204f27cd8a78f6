"""Where no endpoint is named nothing is told, nothing is imported, and nothing changes."""

import os
import subprocess
import sys
import time

import pytest

from shared.telemetry.switch import is_asked_for, signals, telemetry
from tests.patience import PATIENCE

_EVERYTHING = """
import os, sys, threading
import parledger, parledger.cli, parledger.emit_command
import services.ingest.service, services.appraisal.service, services.relay.service, services.scoring.service
import services.query.endpoint
from services.query.config import Limits
from services.query.schema.build import build_schema
from services.query.watch import watched
from services.relay.watch import make_watch as relay
from services.scoring.watch import make_watch as scoring
from shared.intake.watch import make_watch as intake
from shared.telemetry.switch import telemetry

with telemetry("everything", os.environ):
    build_schema(Limits(), True)
    assert relay().lag is None and scoring().lag is None
    intake().batch("qt").answered([], [])
    assert watched(print) is print
    emission = parledger.emission("UnitRegistered", subject="qt", source="qt", data={})
    from parledger.tracing import begin_trace
    assert begin_trace(emission, "qt") is None
    assert threading.active_count() == 1, threading.enumerate()
loaded = [name for name in sys.modules if name.startswith(("opentelemetry.sdk", "opentelemetry.trace",
    "opentelemetry.metrics", "opentelemetry.exporter", "google.protobuf", "requests"))]
assert loaded == [], loaded
"""


def run(program: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """A program in a process of its own, without any variable of OpenTelemetry but these."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    return subprocess.run(
        [sys.executable, "-c", program],
        env=environ | settings,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": " "},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_SDK_DISABLED": "true"},
    ],
)
def test_nothing_is_imported_started_or_changed(settings: dict[str, str]) -> None:
    ended = run(_EVERYTHING, **settings)
    assert ended.returncode == 0, ended.stderr


def test_another_protocol_is_said_and_leaves_it_off(caplog: pytest.LogCaptureFixture) -> None:
    environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}
    assert not is_asked_for(environ)
    assert "http/protobuf alone" in caplog.text
    with telemetry("test", environ):
        assert signals() is None


def test_a_collector_that_is_not_there_keeps_no_process_from_its_end() -> None:
    program = (
        "import os\nfrom shared.telemetry.switch import signals, telemetry\n"
        "with telemetry('test', os.environ):\n"
        "    found = signals()\n"
        "    assert found is not None\n"
        "    found.counter('n', '1', 'n').add(1)\n"
        "    found.span('s', None, 1, 2, {})\n"
        "print('ended')\n"
    )
    began = time.monotonic()
    ended = run(program, OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:1")
    assert (ended.returncode, ended.stdout) == (0, "ended\n"), ended.stderr
    assert time.monotonic() - began < 20

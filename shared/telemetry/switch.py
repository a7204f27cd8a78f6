"""Telemetry is on where OTEL_EXPORTER_OTLP_ENDPOINT is set; else off, and nothing of it is imported."""

from __future__ import annotations

import logging
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.telemetry.signals import Signals

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
_PROTOCOL = "http/protobuf"
_log = logging.getLogger("parledger.telemetry")
_signals: Signals | None = None


def signals() -> Signals | None:
    """Where to tell traces and metrics; None where telemetry is off. Never changes once a service runs."""
    return _signals


def is_asked_for(environ: Mapping[str, str]) -> bool:
    """Do the standard variables of OpenTelemetry ask for it, in a protocol that is spoken here?"""
    if (
        not environ.get(ENDPOINT, "").strip()
        or environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    ):
        return False
    protocol = environ.get("OTEL_EXPORTER_OTLP_PROTOCOL", "").strip() or _PROTOCOL
    if protocol != _PROTOCOL:
        _log.warning("OTEL_EXPORTER_OTLP_PROTOCOL is %s: %s alone is spoken here", protocol, _PROTOCOL)
    return protocol == _PROTOCOL


@contextmanager
def telemetry(service: str, environ: Mapping[str, str]) -> Generator[None, None, None]:
    """Telemetry of this process, as `service`, until the context ends: what is left is then sent.

    `environ` says whether; how, the OTEL_ variables of the process say, which the SDK reads by itself.
    """
    global _signals  # noqa: PLW0603 - one process has one telemetry, as the SDK has
    if not is_asked_for(environ):
        yield
        return
    from shared.telemetry.export import start

    _signals, stop = start(service)
    try:
        yield
    finally:
        _signals = None
        stop()

"""The SDK, set up to send by OTLP over HTTP as the standard OTEL_ variables say. Heavy to import."""

from collections.abc import Callable
from importlib.metadata import version
from os import environ
from threading import Thread
from time import monotonic

from opentelemetry import metrics, trace
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from shared.telemetry.signals import Signals

SCOPE = "parledger"
_PATIENCE = 1.5  # seconds at the end: a collector that does not answer keeps no service from ending


def start(service: str) -> tuple[Signals, Callable[[], None]]:
    """Start sending as `parledger-<service>`; where to tell, and what to call at the end.

    Nothing is asked of the collector here. What it does not take is dropped, after a bounded queue.
    """
    resource = _resource(service)
    meters = MeterProvider(
        [PeriodicExportingMetricReader(OTLPMetricExporter())] if _wanted("METRICS") else [],
        resource,
        shutdown_on_exit=False,
    )
    tracers = TracerProvider(resource=resource, shutdown_on_exit=False)
    if _wanted("TRACES"):
        tracers.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    metrics.set_meter_provider(meters)
    trace.set_tracer_provider(tracers)
    told = Signals(trace.get_tracer(SCOPE), metrics.get_meter(SCOPE))
    return told, lambda: _stop(tracers.shutdown, meters.shutdown)


def _resource(service: str) -> Resource:
    """Who tells: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come before what is said here."""
    ours = Resource({"service.name": f"parledger-{service}", "service.version": version("parledger")})
    named = Resource.create()
    given = {name: value for name, value in named.attributes.items() if not str(value).startswith("unknown_")}
    return Resource({**ours.attributes, **given})


def _wanted(signal: str) -> bool:
    """Is a signal to be sent? OTEL_TRACES_EXPORTER=none and OTEL_METRICS_EXPORTER=none leave it out."""
    return environ.get(f"OTEL_{signal}_EXPORTER", "").strip().lower() != "none"


def _stop(*endings: Callable[[], object]) -> None:
    """Send what is left, for so long and no longer."""
    until = monotonic() + _PATIENCE
    threads = [Thread(target=ending, name="parledger telemetry ends", daemon=True) for ending in endings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, until - monotonic()))

"""An OTLP collector: a real HTTP server that takes traces and metrics, and keeps them."""

import asyncio
import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.patience import PATIENCE


@dataclass(frozen=True)
class Span:
    """A span as it was received; ids are hex, times nanoseconds since 1970."""

    service: str
    name: str
    kind: int
    trace: str
    id: str
    parent: str
    began: int
    ended: int
    said: dict[str, Any]
    links: list[str]
    status: int


@dataclass(frozen=True)
class Point:
    """A point of a metric, as it was received last: a number, or the count and the sum of a histogram."""

    service: str
    name: str
    unit: str
    said: dict[str, Any]
    value: float
    count: int


@dataclass
class Collector:
    """What was received, and where."""

    url: str = ""
    spans: list[Span] = field(default_factory=list[Span])
    latest: dict[Any, Point] = field(default_factory=dict)
    bodies: list[bytes] = field(default_factory=list[bytes])

    def trace(self, trace: str) -> list[Span]:
        """The spans of a trace, by their beginning."""
        return sorted((span for span in self.spans if span.trace == trace), key=lambda span: span.began)

    def points(self, name: str, **said: Any) -> list[Point]:
        """The points of a metric with these attributes (`_` for `.` in their names)."""
        wanted = {key.replace("_", "."): value for key, value in said.items()}
        return [p for p in list(self.latest.values()) if p.name == name and wanted.items() <= p.said.items()]

    async def until(self, what: Callable[[], Any], within: float = PATIENCE) -> Any:
        """Wait until `what` answers something that is true, and answer it."""
        async with asyncio.timeout(within):
            while not (found := what()):  # noqa: ASYNC110 - it comes in on another thread
                await asyncio.sleep(0.05)
        return found

    def take(self, path: str, body: bytes) -> bool:
        """Take one request; is it one for a collector?"""
        self.bodies.append(body)
        if path == "/v1/traces":
            self._take_traces(ExportTraceServiceRequest.FromString(body))
        elif path == "/v1/metrics":
            self._take_metrics(ExportMetricsServiceRequest.FromString(body))
        else:
            return False
        return True

    def _take_traces(self, request: Any) -> None:
        for resource in request.resource_spans:
            service = _said(resource.resource.attributes)["service.name"]
            for scope in resource.scope_spans:
                self.spans += [_span(service, span) for span in scope.spans]

    def _take_metrics(self, request: Any) -> None:
        for resource in request.resource_metrics:
            service = _said(resource.resource.attributes)["service.name"]
            for scope in resource.scope_metrics:
                for metric in scope.metrics:
                    for point in _points(service, metric):
                        self.latest[point.service, point.name, str(sorted(point.said.items()))] = point


def _said(attributes: Any) -> dict[str, Any]:
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value")) for pair in attributes}


def _span(service: str, span: Any) -> Span:
    return Span(
        service,
        span.name,
        span.kind,
        span.trace_id.hex(),
        span.span_id.hex(),
        span.parent_span_id.hex(),
        span.start_time_unix_nano,
        span.end_time_unix_nano,
        _said(span.attributes),
        [link.span_id.hex() for link in span.links],
        span.status.code,
    )


def _points(service: str, metric: Any) -> Iterator[Point]:
    kind = metric.WhichOneof("data")
    for point in getattr(metric, kind).data_points:
        if kind == "histogram":
            value, count = point.sum, point.count
        else:
            value, count = getattr(point, point.WhichOneof("value")), 1
        yield Point(service, metric.name, metric.unit, _said(point.attributes), value, count)


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector at work on a free port."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        """Answers as a collector does."""

        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            """Take what is sent."""
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            self.send_response(200 if collector.take(self.path, body) else 404)
            self.send_header("content-type", "application/x-protobuf")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        collector.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield collector
        finally:
            server.shutdown()
            thread.join()

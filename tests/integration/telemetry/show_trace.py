"""Print the trace of one emission as a collector receives it; `docs/telemetry.md` shows what this printed.

`python -m tests.integration.telemetry.show_trace`
"""

import asyncio
import json
import tempfile
from pathlib import Path

import pytest

from deploy.local.stack import running_stack
from tests.integration.telemetry.collector import Collector, Span, collecting
from tests.integration.telemetry.conftest import SETTINGS
from tests.integration.telemetry.test_trace import by_the_command, recorded_traceparent

ROOT = "qt"


async def show() -> None:
    """Emit one line by the command, and print its outcome, its trace, and what the metrics say."""
    with (
        tempfile.TemporaryDirectory(prefix="parledger-trace-") as folder,
        collecting() as collector,
        pytest.MonkeyPatch.context() as patch,
    ):
        settings = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, **SETTINGS}
        for name, value in settings.items():
            patch.setenv(name, value)
        async with running_stack(Path(folder) / "data") as stack:
            await stack.add_root(ROOT)
            outcome = await by_the_command(stack, ROOT, Path(folder) / "one.jsonl", settings)
            written = await recorded_traceparent(stack, ROOT, outcome["position"]) or ""
            trace = written.split("-")[1]
            await collector.until(lambda: len(collector.trace(trace)) == 6)
            await collector.until(lambda: collector.points("parledger.projection.lag", parledger_root=ROOT))
    print(json.dumps(outcome), f"\ntraceparent in the ledger: {written}\n")
    spans = collector.trace(trace)
    _print_tree(spans, "", spans[0].began, 0)
    print()
    for span in spans:
        print(json.dumps(vars(span)))
    print()
    _print_metrics(collector)


def _print_tree(spans: list[Span], parent: str, start: int, depth: int) -> None:
    for span in (span for span in spans if span.parent == parent):
        began, ended = (span.began - start) / 1e6, (span.ended - start) / 1e6
        print(f"{'  ' * depth + span.name:<14} {span.service:<20} {began:7.2f} … {ended:6.2f} ms  {span.id}")
        _print_tree(spans, span.id, start, depth + 1)


def _print_metrics(collector: Collector) -> None:
    for point in sorted(collector.latest.values(), key=lambda point: (point.name, point.service)):
        if point.said.get("parledger.root") == ROOT:
            print(f"{point.name} {point.unit} {point.service} {point.said} {point.value:g} ({point.count})")


if __name__ == "__main__":
    asyncio.run(show())

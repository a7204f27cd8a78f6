"""The client puts the trace of whoever traces into the envelope, and changes nothing else."""

import subprocess
import sys

_PROGRAM = """
import asyncio, json
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
import parledger
from parledger.tracing import begin_trace

def emission(**data):
    return parledger.emission("UnitRegistered", subject="qt", source="qt", data=data)

given = emission(unit="qt")
assert begin_trace(given, "qt") is None, "nobody traces yet"

spans = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(spans))
trace.set_tracer_provider(provider)

with trace.get_tracer("a unit's own program").start_as_current_span("its work") as work:
    begun = begin_trace(given, "qt")
sent, before = json.loads(begun.payload), json.loads(given.payload)
traceparent = sent.pop("traceparent")
assert sent == before
_, trace_id, span_id, flags = traceparent.split("-")
assert trace_id == f"{work.get_span_context().trace_id:032x}" and flags == "01"

async def settle():
    for ending in ("cancel", "exception"):
        future = asyncio.get_running_loop().create_future()
        other = begin_trace(emission(), "qt")
        future.add_done_callback(other.end)
        future.cancel() if ending == "cancel" else future.set_exception(parledger.NoOutcome("late"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
asyncio.run(settle())
ended = {span.attributes.get("error.type") for span in spans.get_finished_spans() if span.name == "emit"}
assert ended == {"given-up", "NoOutcome"}, ended

another = b'{"traceparent":"00-%032x-%016x-01",' % (5, 6)
theirs = parledger.raw_emission(given.payload.replace(b"{", another, 1))
bearing = begin_trace(theirs, "qt")
assert bearing.payload == theirs.payload
assert bearing.span.get_span_context().trace_id == 5 and bearing.span.parent.span_id == 6
wrong = parledger.raw_emission(given.payload.replace(b"{", b'{"traceparent":"mine",', 1))
assert begin_trace(wrong, "qt").payload == wrong.payload

room = 64 * 1024 - len(emission(unit="").payload)
assert begin_trace(emission(unit="x" * (room - 72)), "qt").payload.startswith(b'{"traceparent"')
full = emission(unit="x" * (room - 71))
assert begin_trace(full, "qt").payload == full.payload, "nothing becomes too large by being traced"
assert begin_trace(parledger.raw_emission(b"no json"), "qt") is None
spaced = parledger.raw_emission(b"  \\n" + given.payload)
assert json.loads(begin_trace(spaced, "qt").payload)["traceparent"]
"""


def test_a_program_with_telemetry_of_its_own_has_its_trace_carried_on() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 0, ended.stderr

"""`telemetry_off`, `telemetry_on`, `telemetry_traced`: what a desk's loop pays for telling of its batches.

Off: the calls that a batch of 500 makes, over the same loop without them. On, and with every emission in a
sampled trace: what an emission costs the desk, over what judging, committing and answering it takes here.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from shared.intake.watch import Watch, make_watch
from shared.ledger.answers import Outcome
from shared.ledger.arrivals import Arrival, arrive
from shared.telemetry.switch import telemetry
from tests.bench.figures import median, tell
from tests.bench.load import arrivals_of, filings

BATCH = 500
ROUNDS = 9
LOOPS = 2_000

# A collector in a process of its own: it answers, and forgets.
_SINK = """
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200); self.send_header("content-length", "0"); self.end_headers()
    def log_message(self, *_): pass
server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
"""


def bench_telemetry() -> None:
    """Print the figures."""
    plain = arrivals_of(filings("told", number=BATCH), BATCH)
    outcomes: list[Outcome | None] = [{"status": "recorded", "position": n} for n in range(BATCH)]
    off, bare = _per_batch(lambda: _loop(Watch(), [], [])), _per_batch(lambda: _loop(None, [], []))
    tell("telemetry_off", (off - bare) * 1e9, "ns/batch", floor=bare * 1e9, n=LOOPS * ROUNDS)
    with _a_collector() as environ, telemetry("bench", environ):
        for name, arrivals in (("telemetry_on", plain), ("telemetry_traced", [_traced(a) for a in plain])):
            spent = [_timed(lambda told=arrivals: _loop(make_watch(), told, outcomes, 20)) for _ in range(3)]
            tell(name, median(spent) / 20 / BATCH * 1e6, "us/emission", n=3 * 20 * BATCH)


def _per_batch(work: Callable[[], None]) -> float:
    return median([_timed(work) for _ in range(ROUNDS)]) / LOOPS


def _loop(
    watch: Watch | None, arrivals: list[Arrival], outcomes: list[Outcome | None], loops: int = LOOPS
) -> None:
    for _ in range(loops):
        if watch is not None:
            batch = watch.batch("told")
            batch.begins()
            batch.committed()
            batch.answered(arrivals, outcomes)


def _timed(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _traced(arrival: Arrival) -> Arrival:
    envelope = json.loads(arrival.raw) | {"traceparent": f"00-{1:032x}-{1:016x}-01"}
    return arrive(arrival.caller, json.dumps(envelope).encode())


@contextmanager
def _a_collector() -> Iterator[dict[str, str]]:
    with subprocess.Popen([sys.executable, "-c", _SINK], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}"}
        with pytest.MonkeyPatch.context() as patch:
            for name, value in environ.items():
                patch.setenv(name, value)
            yield environ
        process.terminate()


if __name__ == "__main__":
    bench_telemetry()

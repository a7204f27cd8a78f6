"""One trace goes from `emit` through outcome, relay and projection; what asks for none, leaves none."""

import asyncio
import json
import sys
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

import parledger
from deploy.local.stack import Servers, Stack
from parledger import Emission, Outcome, raw_emission
from tests.integration.telemetry.collector import Collector, Span
from tests.integration.telemetry.conftest import process_environment
from tests.patience import PATIENCE

AddRoot = Callable[[Servers], Awaitable[str]]

SERVER, PRODUCER, CONSUMER = 2, 4, 5


def envelope(root: str, unit: str, **attributes: Any) -> dict[str, Any]:
    data = {"unit": unit, "name": "Đơn vị", "kind": "district", "effective": "2023-01-01"}
    emission = parledger.emission("UnitRegistered", source=root, subject=unit, data=data)
    return json.loads(emission.payload) | attributes


def emission(root: str, unit: str, **attributes: Any) -> Emission:
    return raw_emission(json.dumps(envelope(root, unit, **attributes)).encode())


def traceparent(flags: str = "01") -> tuple[str, str, str]:
    """A trace, a span, and the traceparent of both."""
    trace, span = uuid.uuid4().hex, uuid.uuid4().hex[:16]
    return trace, span, f"00-{trace}-{span}-{flags}"


async def emit(
    stack: Stack, root: str, *emissions: Emission, roles: tuple[str, ...] = ("registrar",)
) -> list[Outcome]:
    async with parledger.connect(stack.nats_url, stack.token(root, roles)) as client:
        return [outcome async for outcome in client.emit_all(emissions)]


async def recorded_traceparent(stack: Stack, root: str, position: int) -> str | None:
    connection = await asyncpg.connect(stack.dsn("postgres"))
    try:
        return await connection.fetchval(
            "SELECT traceparent FROM ledger.event WHERE root = $1 AND position = $2", root, position
        )
    finally:
        await connection.close()


@pytest.fixture
async def root(told_stack: Stack, add_root: AddRoot) -> str:
    return await add_root(told_stack)


async def by_the_command(stack: Stack, root: str, file: Path, settings: dict[str, str]) -> dict[str, Any]:
    """Emit one line by `parledger emit`; its outcome."""
    file.write_text(json.dumps(envelope(root, root)) + "\n", "utf-8")  # noqa: ASYNC240 - a line
    command = ("-m", "parledger", "emit", "--nats", stack.nats_url, str(file))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        env=process_environment(settings) | {"PARLEDGER_TOKEN": stack.token(root, ["registrar"])},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 0, err.decode()
    return json.loads(out)


async def test_one_trace_from_emit_to_projection(
    told_stack: Stack, collector: Collector, settings: dict[str, str], root: str, tmp_path: Path
) -> None:
    outcome = await by_the_command(told_stack, root, tmp_path / "one.jsonl", settings)
    written = await recorded_traceparent(told_stack, root, outcome["position"])
    assert written is not None
    trace = written.split("-")[1]
    await collector.until(lambda: len(collector.trace(trace)) >= 6)

    spans = {span.name: span for span in collector.trace(trace)}
    assert len(spans) == len(collector.trace(trace)) == 6
    emitted = spans["emit"]
    assert written == f"00-{trace}-{emitted.id}-01"
    assert {name: (span.service, span.parent) for name, span in spans.items()} == {
        "emit": ("parledger-emit", ""),
        "judge": ("parledger-appraisal", emitted.id),
        "append": ("parledger-appraisal", spans["judge"].id),
        "outcome": ("parledger-appraisal", spans["judge"].id),
        "relay": ("parledger-relay", emitted.id),
        "projection": ("parledger-scoring", emitted.id),
    }
    assert [emitted.kind, spans["judge"].kind, spans["relay"].kind] == [PRODUCER, CONSUMER, PRODUCER]
    said = {
        "parledger.root": root,
        "parledger.tenant": root,
        "parledger.type": "UnitRegistered",
        "parledger.emission": outcome["id"],
        "parledger.status": "recorded",
        "parledger.position": 1,
    }
    assert spans["judge"].said == said
    assert emitted.said == {name: value for name, value in said.items() if name != "parledger.root"}
    assert (
        spans["relay"].said == spans["projection"].said == {"parledger.root": root, "parledger.position": 1}
    )
    append, judge = spans["append"], spans["judge"]
    assert emitted.began <= judge.began <= append.began < append.ended <= spans["outcome"].began
    assert append.ended <= spans["relay"].began < spans["projection"].ended


async def test_a_trace_that_began_elsewhere_goes_on(
    told_stack: Stack, collector: Collector, root: str
) -> None:
    trace, span, given = traceparent()
    (outcome,) = await emit(told_stack, root, emission(root, root, traceparent=given))
    assert await recorded_traceparent(told_stack, root, outcome.position or 0) == given
    await collector.until(
        lambda: {"judge", "relay", "projection"} <= {s.name for s in collector.trace(trace)}
    )
    parents = {s.name: s.parent for s in collector.trace(trace)}
    assert parents["judge"] == parents["relay"] == parents["projection"] == span


async def test_a_batch_has_one_append_linked_to_each_of_its_emissions(
    told_stack: Stack, collector: Collector, root: str
) -> None:
    traces = [traceparent() for _ in range(40)]
    units = [root, *(f"{root}/u{number}" for number in range(39))]
    emissions = [emission(root, unit, traceparent=t[2]) for unit, t in zip(units, traces, strict=True)]
    assert {outcome.status for outcome in await emit(told_stack, root, *emissions)} == {"recorded"}

    def judged() -> dict[str, Span]:
        wanted = {trace for trace, _, _ in traces}
        return {s.id: s for s in list(collector.spans) if s.name == "judge" and s.trace in wanted}

    def appended() -> list[Span]:
        ids = judged().keys()
        return [s for s in list(collector.spans) if s.name == "append" and ({*s.links, s.parent} & ids)]

    await collector.until(lambda: sum(len(s.links) or 1 for s in appended()) == 40)
    for append in appended():
        assert append.said["parledger.batch.size"] == (len(append.links) or 1)
        assert bool(append.links) != bool(append.parent)
    await collector.until(
        lambda: len([s for t, _, _ in traces for s in collector.trace(t) if s.name == "relay"]) == 40
    )


async def test_a_trace_that_is_not_sampled_is_carried_and_leaves_no_span(
    told_stack: Stack, collector: Collector, root: str
) -> None:
    trace, _, given = traceparent("00")
    (outcome,) = await emit(told_stack, root, emission(root, root, traceparent=given))
    assert await recorded_traceparent(told_stack, root, outcome.position or 0) == given
    await _next_is_projected(told_stack, collector, root)
    assert collector.trace(trace) == []


@pytest.mark.parametrize(
    "given",
    [
        "nonsense",
        "",
        "00-" + "0" * 32 + "-" + "1" * 16 + "-01",
        "00-" + "1" * 32 + "-" + "0" * 16 + "-01",
        "ff-" + "1" * 32 + "-" + "1" * 16 + "-01",
        "00-" + "\u0661" * 32 + "-" + "1" * 16 + "-01",
        "00-" + "A" * 32 + "-" + "1" * 16 + "-01",
        "x" * 60_000,
        7,
        {"deep": [None]},
        None,
    ],
    ids=lambda value: str(value)[:12],
)
async def test_a_traceparent_that_is_none_harms_nobody(
    told_stack: Stack, collector: Collector, root: str, given: object
) -> None:
    before = len(collector.spans)
    (outcome,) = await emit(told_stack, root, emission(root, root, traceparent=given))
    assert outcome.status == "recorded"
    written = await recorded_traceparent(told_stack, root, outcome.position or 0)
    assert written is None or len(written) == 55
    await _next_is_projected(told_stack, collector, root)
    ours = [span for span in collector.spans[before:] if span.said.get("parledger.root") == root]
    assert {span.said.get("parledger.position") for span in ours if "parledger.position" in span.said} == {2}


async def test_a_refusal_belongs_to_its_trace_whatever_was_wrong(
    told_stack: Stack, collector: Collector, root: str
) -> None:
    (trace, _, given), (other, _, given_too) = traceparent(), traceparent()
    malformed = envelope(root, root, traceparent=given)
    del malformed["time"]
    refused = emission("elsewhere", root, traceparent=given_too)
    outcomes = await emit(told_stack, root, raw_emission(json.dumps(malformed).encode()), refused)
    assert [outcome.problem and outcome.problem.type for outcome in outcomes] == ["malformed", "wrong-source"]
    for wanted, problem in ((trace, "malformed"), (other, "wrong-source")):
        (judge,) = await collector.until(
            lambda wanted=wanted: [s for s in collector.trace(wanted) if s.name == "judge"]
        )
        assert (judge.said["parledger.status"], judge.said["parledger.problem"]) == ("refused", problem)
    assert {s.name for s in collector.trace(trace)} <= {"judge", "outcome", "append"}


async def test_a_graphql_request_has_a_span_and_says_its_name_alone(
    told_stack: Stack, collector: Collector, root: str
) -> None:
    trace, span, given = traceparent()
    query = "query WhoAmI($secretvariable: ID!) { unit(path: $secretvariable) { hidden: name } }"
    asked = {"query": query, "variables": {"secretvariable": f"{root}/secretvalue"}}
    async with httpx.AsyncClient(base_url=told_stack.http_url) as client:
        token = told_stack.token(root, ["viewer"])
        headers = {"authorization": f"Bearer {token}", "traceparent": given}
        assert (await client.post("/graphql", json=asked, headers=headers)).status_code == 200
        assert (await client.post("/graphql", json=asked)).status_code == 401
    (asking,) = await collector.until(lambda: collector.trace(trace))
    assert (asking.name, asking.parent, asking.kind, asking.service) == (
        "graphql",
        span,
        SERVER,
        "parledger-query",
    )
    assert asking.said == {
        "graphql.operation.name": "WhoAmI",
        "http.response.status_code": 200,
        "parledger.graphql.errors": False,
    }
    duration = "parledger.graphql.duration"
    (point,) = await collector.until(lambda: collector.points(duration, graphql_operation_name="WhoAmI"))
    assert (point.unit, point.count) == ("s", 1)
    assert 0 < point.value < PATIENCE
    await collector.until(
        lambda: [p for p in collector.points(duration) if p.said["http.response.status_code"] == 401]
    )
    told = b"".join(collector.bodies)
    for secret in ("secretvariable", "secretvalue", "hidden", token):
        assert secret.encode() not in told


async def _next_is_projected(stack: Stack, collector: Collector, root: str) -> None:
    """Emit one more with a trace, and wait until it has gone all the way: what came before it has too."""
    trace, _, given = traceparent()
    await emit(stack, root, emission(root, f"{root}/next", traceparent=given))
    await collector.until(lambda: "projection" in {span.name for span in collector.trace(trace)})

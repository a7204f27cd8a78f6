"""No log holds a token or a free text: of what is recorded, of what is refused, or when things break."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

import parledger
from deploy.local.demo.case import Step, read_case, steps_of
from deploy.local.demo.command import EXAMPLE
from deploy.local.runfile import read_run
from deploy.local.service import SERVICES
from deploy.local.stack import Stack, running_stack
from parledger import Emission, raw_emission
from shared.codec.shapes import SHAPES
from tests.conftest import a_data_folder
from tests.integration.telemetry.collector import Collector, collecting
from tests.patience import PATIENCE

MARKER = "Nguyễn-Văn-Dấu-vết"
TOKENS = "eyJ"  # whatever is a JWT begins like this


def marked(emission: Emission) -> Emission:
    """The emission with the marker in each of its free texts."""
    envelope = json.loads(emission.payload)
    texts = SHAPES[envelope["type"]].TEXTS
    envelope["data"] |= {name: f"{MARKER} {envelope['data'].get(name, '')}".strip() for name in texts}
    return raw_emission(json.dumps(envelope).encode())


def hostile(emission: Emission) -> list[Emission]:
    """What will be refused for many a reason, the marker in it."""
    envelope = json.loads(emission.payload)
    given = [
        {**envelope, "id": str(parledger.emission("X", subject="x", data={}, source="x").id), **wrong}
        for wrong in (
            {"data": {"unknown": MARKER}},
            {"data": MARKER},
            {"type": MARKER},
            {"subject": MARKER},
            {"source": MARKER},
            {"time": MARKER},
            {"traceparent": MARKER},
            {"data": {**envelope["data"], "note": f"{MARKER}\u0000"}},
        )
    ]
    lines = [json.dumps(one).encode() for one in given]
    return [raw_emission(line) for line in (*lines, MARKER.encode(), lines[0][:-9], lines[0] + b"\xff\xfe")]


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with collecting() as found:
        yield found


@pytest.fixture(scope="module")
async def played(collector: Collector) -> AsyncIterator[tuple[dict[str, str], list[str]]]:
    """Every log of a platform that went through the demo and through trouble; the tokens that were used."""
    settings = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_METRIC_EXPORT_INTERVAL": "500"}
    tokens: list[str] = []
    with a_data_folder() as folder, pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(name, value)
        async with running_stack(folder, log="json") as stack:
            await _play(stack, folder, tokens)
        yield {log.name: log.read_text("utf-8", "replace") for log in _logs(folder)}, tokens


def _logs(folder: Path) -> list[Path]:
    return sorted((folder / "log").iterdir())


async def _play(stack: Stack, folder: Path, tokens: list[str]) -> None:
    case = read_case(EXAMPLE)
    await stack.add_root(case.root)
    steps = steps_of(case, datetime.now(UTC))
    for number, step in enumerate(steps):
        if number == len(steps) // 2:
            await _break(stack, folder)
        await _emit(stack, step, tokens)
    await _ask(stack, case.root, tokens)
    for bad in (tokens[0][:-4] + "AAAA", MARKER):
        assert b"-ERR" in await _knock(stack.nats_url, bad)


async def _knock(url: str, token: str) -> bytes:
    """What the broker says to somebody with this token."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
    connect = json.dumps({"verbose": False, "pedantic": False, "auth_token": token})
    writer.write(f"CONNECT {connect}\r\nPING\r\n".encode())
    said = await asyncio.wait_for(reader.read(), PATIENCE)
    writer.close()
    await writer.wait_closed()
    return said


async def _emit(stack: Stack, step: Step, tokens: list[str]) -> None:
    token = stack.token(step.tenant, step.roles, sub=step.who)
    tokens.append(token)
    async with parledger.connect(stack.nats_url, token, resend_after=1.0, patience=2 * PATIENCE) as client:
        outcomes = [outcome async for outcome in client.emit_all(map(marked, step.emissions))]
        assert {outcome.status for outcome in outcomes} <= {"recorded", "duplicate"}
        refused = [outcome async for outcome in client.emit_all(hostile(step.emissions[0]))]
        assert {outcome.status for outcome in refused} <= {"refused", "recorded"}


async def _break(stack: Stack, folder: Path) -> None:
    """Kill the servers under the services, each with something under way."""
    run = read_run(stack.folder)
    assert run is not None
    for name in ("nats", "postgres"):
        mark = next(mark for known, mark in run.processes.items() if known == name)
        os.kill(mark.pid, signal.SIGKILL)
        await asyncio.sleep(0.5)


async def _ask(stack: Stack, root: str, tokens: list[str]) -> None:
    token = stack.token(root, ["viewer"])
    tokens.append(token)
    query = (
        "query Q($p: ID!, $c: String) { unit(path: $p) { name } "
        'units(under: "%s", after: $c) { edges { cursor } } }'
    )
    variables = [{"p": MARKER}, {"p": root, "c": MARKER}, {"p": {"deep": MARKER}}]
    async with httpx.AsyncClient(
        base_url=stack.http_url, headers={"authorization": f"Bearer {token}"}, timeout=PATIENCE
    ) as client:
        for given in variables:
            await client.post("/graphql", json={"query": query % root, "variables": given})
        await client.post("/graphql", json={"query": f'{{ unit(path: "{MARKER}") {{ nothing }} }}'})
        await client.post("/graphql", content=MARKER.encode())
        await client.post(
            "/graphql", headers={b"authorization": b"Bearer " + MARKER.encode()}, json={"query": "{ me }"}
        )
        await client.get(f"/{MARKER}")


async def test_no_log_holds_a_token_or_a_free_text(played: tuple[dict[str, str], list[str]]) -> None:
    logs, tokens = played
    assert {f"{name}.log" for name in (*SERVICES, "nats", "postgres")} <= logs.keys()
    assert any(logs.values()), "something was logged, or this proves nothing"
    for name, log in logs.items():
        for secret in (MARKER, json.dumps(MARKER)[1:-1], *tokens, TOKENS):
            assert secret not in log, f"{name} holds {secret[:20]}"


async def test_no_span_and_no_metric_holds_a_token_or_a_free_text(
    played: tuple[dict[str, str], list[str]], collector: Collector
) -> None:
    told = b"".join(collector.bodies)
    assert b"parledger.emissions" in told
    for secret in (MARKER, *played[1]):
        assert secret.encode() not in told


@pytest.mark.parametrize("service", SERVICES)
async def test_a_services_log_is_json_line_by_line(
    played: tuple[dict[str, str], list[str]], service: str
) -> None:
    for line in played[0][f"{service}.log"].splitlines():
        assert {"time", "level", "logger", "message"} <= json.loads(line).keys()

"""The service as a process: configured by its environment, ready when it says so, ended by a signal."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from deploy.local.stack import Servers, free_port
from shared.identity.issuer import ISSUER
from tests.integration.query.world import World
from tests.patience import PATIENCE


def environment(servers: Servers, port: int) -> dict[str, str]:
    return {
        "PARLEDGER_POSTGRES": servers.dsn("parledger_query"),
        "PARLEDGER_ISSUER": ISSUER,
        "PARLEDGER_JWKS": servers.keys.issuer().jwks_url,
        "PARLEDGER_HTTP_PORT": str(port),
        "PARLEDGER_EVIDENCE": servers.folder.evidence.as_uri(),
        "PARLEDGER_LOG": "readable",
        "PATH": os.environ["PATH"],
    }


@asynccontextmanager
async def process(environ: Mapping[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.query", env=environ, stderr=asyncio.subprocess.PIPE
    )
    try:
        yield started
    finally:
        if started.returncode is None:
            started.kill()
            await started.wait()


async def end_of(started: asyncio.subprocess.Process) -> tuple[int, str]:
    async with asyncio.timeout(PATIENCE):
        _, said = await started.communicate()
    assert started.returncode is not None
    return started.returncode, said.decode()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_serves_until_it_is_told_to_end(
    servers: Servers, world: World, tmp_path: Path, number: signal.Signals
) -> None:
    port = free_port(0)
    address = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notified:
        notified.bind(str(address))
        notified.setblocking(False)
        async with process({**environment(servers, port), "NOTIFY_SOCKET": str(address)}) as started:
            async with asyncio.timeout(PATIENCE):
                assert await asyncio.get_running_loop().sock_recv(notified, 100) == b"READY=1"
            await _asks(f"http://127.0.0.1:{port}", servers.token(world.root, ["viewer"]), world.root)
            started.send_signal(number)
            assert await end_of(started) == (0, "")


async def _asks(url: str, token: str, root: str) -> None:
    async with httpx.AsyncClient(base_url=url) as client:
        assert (await client.get("/health")).status_code == 200
        query = {"query": "query ($r: ID!) { unit(path: $r) { name } }", "variables": {"r": root}}
        response = await client.post("/graphql", json=query, headers={"authorization": f"Bearer {token}"})
        assert response.json() == {"data": {"unit": {"name": f"Đơn vị {root}"}}}
        assert "server" not in response.headers
        upgrade = {"connection": "upgrade", "upgrade": "websocket", "sec-websocket-version": "13"}
        key = {
            "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
            "sec-websocket-protocol": "graphql-transport-ws",
        }
        assert (await client.get("/graphql", headers={**upgrade, **key})).status_code == 405
        schema = {"query": "{ __schema { queryType { name } } }"}
        response = await client.post("/graphql", json=schema, headers={"authorization": f"Bearer {token}"})
        assert "introspection" in response.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    ("missing", "says"),
    [("PARLEDGER_POSTGRES", "a DSN of the role parledger_query"), ("PARLEDGER_JWKS", "the issuer's key set")],
)
async def test_what_is_not_configured_is_said(servers: Servers, missing: str, says: str) -> None:
    environ = environment(servers, free_port(0))
    del environ[missing]
    async with process(environ) as started:
        code, said = await end_of(started)
    assert code == 2
    assert missing in said
    assert says in said


async def test_a_port_that_is_in_use_ends_it(servers: Servers) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        async with process(environment(servers, taken.getsockname()[1])) as started:
            code, said = await end_of(started)
    assert code not in (0, 2)
    assert "address already in use" in said

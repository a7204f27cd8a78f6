"""What a tenant may write byte by byte does not silence a service: it arrives, and what follows it too."""

import asyncio

import pytest
from nats.aio.client import Client

from shared.broker.pull import StandingPull
from shared.broker.streams import provision_root
from shared.broker.subjects import as_token, emit_stream, parse_emit_subject
from shared.identity.issuer import EmbeddedIssuer
from tests.integration.broker.real_server import Server
from tests.patience import PATIENCE, until

STATUS_OF_THE_SERVER = b"NATS/1.0 404 No Messages\r\n\r\n"

HEADERS = {
    "a first line alone": b"NATS/1.0",
    "a first line and a space": b"NATS/1.0 ",
    "nothing of the form": b"garbage",
    "one byte": b"x",
    "a status that is no number": b"NATS/1.0 \xff\xff\xff\r\n\r\n",
    "a status like the server's": STATUS_OF_THE_SERVER,
    "a heartbeat like the server's": b"NATS/1.0 100 Idle Heartbeat\r\n\r\n",
    "a status with bytes that are no text": b"NATS/1.0 100 \xff\xfe\r\n\r\n",
    "names and values that are no text": b"NATS/1.0\r\nA\xff: \xfe\r\n\r\n",
    "a line without an end": b"NATS/1.0\r\nA: b",
    "no colon": b"NATS/1.0\r\nnothing\r\n\r\n",
}

TYPES = {
    "no UTF-8": b"\xff\xfe",
    "a vertical tab": b"A\x0bB",
    "a form feed": b"A\x0cB",
    "NUL": b"A\x00B",
    "a separator of Unicode": "A\u2028B".encode(),
    "a long one": b"A" * 3_000,
}


async def send(client: Client, line: bytes, payload: bytes) -> None:
    """Writes a line of the protocol as it is: what a client of their own would let pass."""
    await client._send_command(line + b"\r\n" + payload + b"\r\n")
    await client._flush_pending()
    await client.flush()


@pytest.fixture
def token(issuer: EmbeddedIssuer) -> str:
    return issuer.issue("qt/dong-ha", ["filer"], "an")


@pytest.fixture
def own_as(issuer: EmbeddedIssuer) -> bytes:
    return as_token(["filer"], [], issuer.issuer, "an").encode()


async def last_two(server: Server) -> list[tuple[str, bytes]]:
    """Subject and content of the feed's last messages, up to `after`, through a service's standing pull."""
    found: list[tuple[str, bytes]] = []
    async with server.as_service("ingest") as service:
        pull = StandingPull(service, emit_stream("qt"), "ingest")
        await pull.start()
        async with asyncio.timeout(PATIENCE):
            while not found or found[-1][1] != b"after":
                batch = await pull.take()
                found += [(message.subject, message.data) for message in batch]
                await pull.ack(batch[-1])
        await pull.stop()
    return found[-2:]


@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS.keys())
async def test_headers_of_any_bytes_arrive(
    platform: Server, token: str, own_as: bytes, headers: bytes
) -> None:
    subject = b"par.emit.qt.SubmissionFiled." + own_as + b".dong-ha"
    async with platform.as_tenant("qt/dong-ha", token) as tenant:
        size = len(headers)
        await send(tenant, b"HPUB %s %d %d" % (subject, size, size + 2), headers + b"{}")
        await send(tenant, b"PUB %s 5" % subject, b"after")
    assert [content for _, content in await last_two(platform)] == [b"{}", b"after"]


@pytest.mark.parametrize(
    "empty", [STATUS_OF_THE_SERVER, b"NATS/1.0"], ids=["like the server's", "first line"]
)
async def test_an_empty_message_is_never_taken_for_the_servers_word(
    platform: Server, token: str, own_as: bytes, empty: bytes
) -> None:
    subject = b"par.emit.qt.SubmissionFiled." + own_as + b".dong-ha"
    async with platform.as_tenant("qt/dong-ha", token) as tenant:
        await send(tenant, b"HPUB %s %d %d" % (subject, len(empty), len(empty)), empty)
        await send(tenant, b"PUB %s 5" % subject, b"after")
    assert [content for _, content in await last_two(platform)] == [b"", b"after"]


@pytest.mark.parametrize("type_", TYPES.values(), ids=TYPES.keys())
async def test_a_type_of_any_bytes_arrives_and_its_sender_is_known(
    platform: Server, token: str, own_as: bytes, type_: bytes
) -> None:
    async with platform.as_tenant("qt/dong-ha", token) as tenant:
        await send(tenant, b"PUB par.emit.qt.%s.%s.dong-ha 2" % (type_, own_as), b"{}")
        await send(tenant, b"PUB par.emit.qt.SubmissionFiled.%s.dong-ha 5" % own_as, b"after")
    (subject, content), (_, next_content) = await last_two(platform)
    assert (content, next_content) == (b"{}", b"after")
    assert parse_emit_subject(subject).tenant == "qt/dong-ha"


async def test_a_service_that_is_sturdy_still_hears_the_server(own_server: Server) -> None:
    """Pings, errors and information are the library's to read, between messages too."""
    seen: list[str] = []

    async def note(error: Exception) -> None:
        seen.append(str(error))

    async with own_server.as_service("provisioner") as provisioner:
        await provision_root(provisioner.jetstream(), "qt")
    async with own_server.as_service("ingest", error_cb=note, ping_interval=1) as service:
        pull = StandingPull(service, emit_stream("qt"), "ingest")
        await pull.start()
        await service.publish("par.recorded.qt.X", b"")
        await service.flush()
        await until(lambda: seen)
        assert "permissions violation" in seen[0]
        await asyncio.sleep(2.5)
        assert service.is_connected
        await pull.stop()

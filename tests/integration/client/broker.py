"""A real nats-server for one test, and a judge that answers what it is told to."""

import asyncio
import base64
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nats
import nats.errors
from nats.js.api import ConsumerConfig, RetentionPolicy, StreamConfig

from parledger.emission import raw_emission
from shared.broker.subjects import emits_of, malformed_subject, outcome_subject, parse_emit_subject
from tests.patience import until

Answer = Callable[[dict[str, Any], int], dict[str, Any] | None]


def make_token(tenant: str = "qt/dong-ha", roles: tuple[str, ...] = ("filer",), **claims: Any) -> str:
    """A token whose signature nobody checks here: the server knows it as a whole."""
    body = {"iss": "test", "sub": "someone", "tenant": tenant, "roles": roles, "exp": 9_999_999_999, **claims}
    encoded = base64.urlsafe_b64encode(json.dumps(body).encode()).decode().rstrip("=")
    return f"e30.{encoded}.c2ln"


class Server:
    """nats-server with JetStream on a port that stays the same over restarts; it takes the one token."""

    def __init__(self, folder: Path, port: int, token: str) -> None:
        self.port = port
        self.url = f"nats://127.0.0.1:{self.port}"
        self.token = token
        self._config = folder / "nats.conf"
        self._config.write_text(
            f'listen: "127.0.0.1:{self.port}"\nmax_payload: 512KB\njetstream {{ store_dir: "{folder}" }}\n'
            f'authorization {{ token: "{token}" }}\n'
        )
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        program = shutil.which("nats-server") or str(Path(sys.executable).with_name("nats-server"))
        self._process = await asyncio.create_subprocess_exec(
            program, "-c", str(self._config), stderr=asyncio.subprocess.DEVNULL
        )
        for _ in range(1000):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                await writer.wait_closed()
                return
        raise TimeoutError("nats-server did not come up")

    async def stop(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def prepare(self, **limits: Any) -> None:
        """Make the feed of `qt` with a consumer `ingest`, as a judge needs it."""
        broker = await nats.connect(self.url, token=self.token)
        jetstream = broker.jetstream()
        config = StreamConfig(
            name="EMIT_QT", subjects=[emits_of("qt")], retention=RetentionPolicy.INTEREST, **limits
        )
        await jetstream.add_stream(config)
        await jetstream.add_consumer("EMIT_QT", ConsumerConfig(durable_name="ingest", ack_wait=5))
        await broker.close()


class Judge:
    """Answers each emission by `answer(envelope or {}, how often it came)`: None, and it says nothing."""

    def __init__(self, server: Server, answer: Answer | None = None) -> None:
        self.judged: list[dict[str, Any]] = []
        self.payloads: list[bytes] = []
        self.answer: Answer = answer or recorded
        self._server = server
        self._task: asyncio.Task[None] | None = None
        self._times: dict[bytes, int] = {}
        self._idle = 0

    async def __aenter__(self) -> "Judge":
        self._task = asyncio.create_task(self._judge())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def until_idle(self) -> None:
        """Return once the feed has nothing more: whoever sent something before this was judged."""
        seen = self._idle
        await until(lambda: self._idle > seen)

    async def _judge(self) -> None:
        async def quiet(_: Exception) -> None:
            return None

        broker = await nats.connect(
            self._server.url, token=self._server.token, error_cb=quiet,
            max_reconnect_attempts=-1, reconnect_time_wait=0.05,  # type: ignore[arg-type]
        )  # fmt: skip
        try:
            pull = await broker.jetstream().pull_subscribe_bind("ingest", "EMIT_QT")
            while True:
                try:
                    messages = await pull.fetch(100, timeout=0.5)
                except (TimeoutError, nats.errors.Error):
                    if (this := asyncio.current_task()) and this.cancelling():
                        raise asyncio.CancelledError from None  # nats-py has made a timeout of it
                    self._idle += 1
                    await asyncio.sleep(0.01)
                    continue
                for message in messages:
                    await self._answer(broker, message.subject, message.data)
                    await message.ack()
        finally:
            await broker.close()

    async def _answer(self, broker: Any, subject: str, payload: bytes) -> None:
        sender = parse_emit_subject(subject)
        times = self._times[payload] = self._times.get(payload, 0) + 1
        self.payloads.append(payload)
        id_ = raw_emission(payload).id
        envelope = {} if id_ is None else json.loads(payload)
        self.judged.append(envelope)
        outcome = self.answer(envelope, times)
        if outcome is not None:
            where = (
                malformed_subject(sender.tenant, payload)
                if id_ is None
                else outcome_subject(sender.tenant, id_)
            )
            for _ in range(outcome.pop("told", 1)):
                await broker.publish(where, json.dumps({"id": id_, **outcome}).encode())


def recorded(_envelope: dict[str, Any], times: int) -> dict[str, Any]:
    return {"status": "recorded" if times == 1 else "duplicate", "root": "qt", "position": 1}


def refused(type_: str = "malformed") -> dict[str, Any]:
    return {
        "status": "refused",
        "problem": {"type": type_, "title": {"vi": "Sai định dạng", "en": "Malformed"}},
    }

"""Who hears every outcome of a root, and sees every checkpoint of its public log."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from deploy.local.stack import Stack
from shared.broker.subjects import inbox_prefix, outcomes_of
from tests.chaos.storm import Storm

_LOOKS_EVERY = 0.02


@contextlib.asynccontextmanager
async def witness(stack: Stack, root: str, storm: Storm) -> AsyncIterator[None]:
    """Hears the outcomes of a root and all below, those besides that a client has no ear for any more.

    While the broker is away, it misses some.
    """
    stop = asyncio.Event()
    tasks = [
        asyncio.create_task(_listen(stack, root, storm, stop)),
        asyncio.create_task(_watch(stack, root, storm, stop)),
    ]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*tasks)


async def _watch(stack: Stack, root: str, storm: Storm, stop: asyncio.Event) -> None:
    """Write down each checkpoint that the public log shows."""
    place, seen = stack.folder.public_log / root / "checkpoint", storm.checkpoints.setdefault(root, [])
    while not stop.is_set():
        with contextlib.suppress(FileNotFoundError):
            shown = place.read_text("utf-8")
            if not seen or seen[-1] != shown:
                seen.append(shown)
        await asyncio.sleep(_LOOKS_EVERY)


async def _listen(stack: Stack, root: str, storm: Storm, stop: asyncio.Event) -> None:
    async def hear(message: Msg) -> None:
        storm.heard.append((message.subject, message.data))

    token = stack.token(root, ["auditor"], sub="witness")
    while not stop.is_set():
        closed = asyncio.Event()

        async def tell(closed: asyncio.Event = closed) -> None:
            closed.set()

        async def ignore(_error: Exception) -> None:
            pass

        client = Client()
        try:
            await client.connect(
                stack.nats_url,
                token=token,
                inbox_prefix=inbox_prefix(root).encode(),
                allow_reconnect=False,
                max_reconnect_attempts=1,
                closed_cb=tell,
                error_cb=ignore,
                connect_timeout=5,
            )
            await client.subscribe(outcomes_of(root), cb=hear)
            ends = [asyncio.create_task(event.wait()) for event in (stop, closed)]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            for end in ends:
                end.cancel()
        except (nats.errors.Error, OSError, TimeoutError):
            await asyncio.sleep(0.2)
        finally:
            with contextlib.suppress(nats.errors.Error, OSError, TimeoutError):
                await client.close()

"""Saying it all while things are killed: the clients, the kills, and a witness of every outcome."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from random import Random

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

import parledger
from deploy.local.processes import running
from deploy.local.runfile import read_run
from deploy.local.stack import Stack
from parledger import Emission
from shared.broker.subjects import inbox_prefix, outcomes_of
from tests.chaos.load import Phase, Speech, Voice, size

VICTIMS = ("ingest", "appraisal", "relay", "scoring", "query", "nats", "postgres")

_WINDOW = 32
_RESEND_AFTER = 2.0
_PATIENCE = 120.0
_BACK_WITHIN = 60.0


@dataclass(frozen=True, slots=True)
class Kill:
    """Whom to kill, once how many emissions were answered, and how many seconds after that."""

    victim: str
    answered: int
    delay: float


def planned_kills(victims: Sequence[str], emissions: int, seed: int) -> list[Kill]:
    """A kill for each of the victims, in an order and at moments that the seed says, all over the load."""
    chance = Random(seed)  # noqa: S311 - the same again is what is wanted
    order = chance.sample(victims, len(victims))
    stretch = 0.9 * emissions / len(order)
    return [
        Kill(victim, int(stretch * (n + chance.random())), round(chance.random() * 0.05, 3))
        for n, victim in enumerate(order)
    ]


@dataclass(slots=True)
class Said:
    """One emission as it was handed to a client, and what came of it.

    `offered` and `answered` count the same clock: what was answered before another was offered, was first.
    """

    tenant: str
    voice: str
    emission: Emission
    offered: int
    answered: int = 0
    outcome: bytes = b""


@dataclass(slots=True)
class Storm:
    """One load going in: what was said, what was answered, what a witness heard besides, who was killed."""

    said: list[Said] = field(default_factory=list[Said])
    heard: list[tuple[str, bytes]] = field(default_factory=list[tuple[str, bytes]])
    killed: list[str] = field(default_factory=list[str])
    answers: int = 0
    _clock: int = 0

    async def until_answered(self, number: int) -> None:
        """Return once so many were answered."""
        while True:
            if self.answers >= number:
                return
            await asyncio.sleep(0.002)

    def tick(self) -> int:
        """The next moment."""
        self._clock += 1
        return self._clock


async def rage(stack: Stack, loads: Sequence[list[Phase]], kills: Sequence[Kill]) -> Storm:
    """Say these loads, of a root each, while killing; until all is answered. Raises where it does not end.

    Then everybody who was killed is at work again.
    """
    storm = Storm()
    async with contextlib.AsyncExitStack() as open_ones:
        clients: dict[Voice, parledger.Client] = {}
        for voice in dict.fromkeys(voice for phases in loads for voice in _voices(phases)):
            token = stack.token(voice.tenant, voice.roles, sub=voice.sub, areas=voice.areas)
            client = parledger.connect(stack.nats_url, token, resend_after=_RESEND_AFTER, patience=_PATIENCE)
            clients[voice] = await open_ones.enter_async_context(client)
        for root in {voice.tenant.partition("/")[0] for voice in clients}:
            await open_ones.enter_async_context(_witness(stack, root, storm))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_kill_all(stack, storm, kills))
            for phases in loads:
                tasks.create_task(_say_all(storm, clients, phases))
        await _all_back(stack)
    expected = sum(size(phases) for phases in loads)
    if storm.answers != expected:
        raise AssertionError(f"{storm.answers} of {expected} emissions were answered")
    return storm


def _voices(phases: list[Phase]) -> list[Voice]:
    return [speech.voice for phase in phases for track in phase for speech in track]


async def _say_all(storm: Storm, clients: dict[Voice, parledger.Client], phases: list[Phase]) -> None:
    for phase in phases:
        async with asyncio.TaskGroup() as tasks:
            for track in phase:
                tasks.create_task(_say_track(storm, clients, track))


async def _say_track(storm: Storm, clients: dict[Voice, parledger.Client], track: Sequence[Speech]) -> None:
    for speech in track:
        said: list[Said] = []

        async def offered(speech: Speech = speech, said: list[Said] = said) -> AsyncIterator[Emission]:
            for emission in speech.emissions:
                said.append(Said(speech.voice.tenant, speech.voice.sub, emission, storm.tick()))
                storm.said.append(said[-1])
                yield emission

        answered = 0
        async for outcome in clients[speech.voice].emit_all(offered(), window=_WINDOW):
            said[answered].outcome, said[answered].answered = outcome.raw, storm.tick()
            answered += 1
            storm.answers += 1


# --- killing


async def _kill_all(stack: Stack, storm: Storm, kills: Sequence[Kill]) -> None:
    for kill in kills:
        await storm.until_answered(kill.answered)
        await asyncio.sleep(kill.delay)
        await _kill(stack, kill.victim)
        storm.killed.append(f"{kill.victim} at {storm.answers}")


async def _kill(stack: Stack, victim: str) -> None:
    """SIGKILL to a process of this stack, by its pid; one that is just being started again is waited for."""
    async with asyncio.timeout(_BACK_WITHIN):
        while True:
            run = read_run(stack.folder)
            known = run.processes.get(victim) if run else None
            if known is not None and (process := running(known)) is not None:
                process.kill()
                return
            await asyncio.sleep(0.01)


async def _all_back(stack: Stack) -> None:
    async with asyncio.timeout(_BACK_WITHIN):
        while True:
            run = read_run(stack.folder)
            if run and all(name in run.processes and running(run.processes[name]) for name in VICTIMS):
                return
            await asyncio.sleep(0.05)


# --- the witness


@contextlib.asynccontextmanager
async def _witness(stack: Stack, root: str, storm: Storm) -> AsyncIterator[None]:
    """Hears the outcomes of a root and all below, those besides that a client has no ear for any more.

    While the broker is away, it misses some.
    """
    stop = asyncio.Event()
    task = asyncio.create_task(_listen(stack, root, storm, stop))
    try:
        yield
    finally:
        stop.set()
        await task


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


def plain(outcome: bytes) -> dict[str, object]:
    """An outcome without its status where that is recorded or duplicate: what every repetition must equal."""
    read = json.loads(outcome)
    return read | ({} if read["status"] == "refused" else {"status": "recorded"})

"""What is said and heard in a round: by the clients, and by a witness of every outcome and checkpoint."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import parledger
from deploy.local.stack import Stack
from parledger import Emission
from tests.chaos.load import Phase, Speech, Voice

_NEVER = datetime.max.replace(tzinfo=UTC)
_WINDOW = 32
_RESEND_AFTER = 2.0
_PATIENCE = 120.0


@dataclass(slots=True)
class Said:
    """One emission as it was handed to a client, and what came of it.

    `offered` and `answered` count the same clock: what was answered before another was offered, was first.
    `offered_at` and `answered_at` are by the clock on the wall.
    """

    tenant: str
    voice: str
    emission: Emission
    offered: int
    answered: int = 0
    outcome: bytes = b""
    offered_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    answered_at: datetime = _NEVER


@dataclass(slots=True)
class Storm:
    """What was said, what was answered, what a witness heard and saw besides, what was done to the platform.

    `checkpoints` are those that the public logs of the roots showed, by root, in the order in which they were
    seen. `done` are sentences, `not_done` what could not be done here, and why.
    """

    said: list[Said] = field(default_factory=list[Said])
    heard: list[tuple[str, bytes]] = field(default_factory=list[tuple[str, bytes]])
    checkpoints: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    done: list[str] = field(default_factory=list[str])
    not_done: list[str] = field(default_factory=list[str])
    answers: int = 0
    voices: dict[tuple[str, str], Voice] = field(default_factory=dict[tuple[str, str], Voice])
    _clock: int = 0

    async def until_answered(self, number: int) -> None:
        """Return once so many were answered."""
        while self.answers < number:  # noqa: ASYNC110 - nothing else is waited for so often
            await asyncio.sleep(0.002)

    def tick(self) -> int:
        """The next moment."""
        self._clock += 1
        return self._clock

    async def say(
        self, client: parledger.Client, voice: Voice, emissions: AsyncIterator[Emission] | Iterable[Emission]
    ) -> None:
        """Emit these as one voice, and write down what came of each."""
        said: list[Said] = []
        self.voices[voice.tenant, voice.sub] = voice

        async def offered() -> AsyncIterator[Emission]:
            async for emission in _each(emissions):
                said.append(Said(voice.tenant, voice.sub, emission, self.tick()))
                self.said.append(said[-1])
                yield emission

        answered = 0
        async for outcome in client.emit_all(offered(), window=_WINDOW):
            each = said[answered]
            each.outcome, each.answered, each.answered_at = outcome.raw, self.tick(), datetime.now(UTC)
            answered += 1
            self.answers += 1

    async def say_all(self, clients: "Clients", phases: Sequence[Phase]) -> None:
        """Say a load: its phases one after the other, the tracks of a phase side by side."""
        for phase in phases:
            async with asyncio.TaskGroup() as tasks:
                for track in phase:
                    tasks.create_task(self._say_track(clients, track))

    async def _say_track(self, clients: "Clients", track: Sequence[Speech]) -> None:
        for speech in track:
            await self.say(await clients(speech.voice), speech.voice, speech.emissions)


Clients = Callable[[Voice], Awaitable[parledger.Client]]
"""The client of a voice: one, as long as the round lasts."""


@contextlib.asynccontextmanager
async def clients_of(stack: Stack) -> AsyncIterator[Clients]:
    """Clients of whoever speaks, connected as they are asked for, until the context ends."""
    async with contextlib.AsyncExitStack() as open_ones:
        clients: dict[Voice, asyncio.Task[parledger.Client]] = {}

        async def connected(voice: Voice) -> parledger.Client:
            token = stack.token(voice.tenant, voice.roles, sub=voice.sub, areas=voice.areas)
            deadline = asyncio.get_running_loop().time() + _PATIENCE
            while True:
                made = parledger.connect(
                    stack.nats_url, token, resend_after=_RESEND_AFTER, patience=_PATIENCE
                )
                try:
                    return await open_ones.enter_async_context(made)
                except (parledger.Unavailable, parledger.Unauthorized):  # nobody vouches for anybody just now
                    if asyncio.get_running_loop().time() > deadline:
                        raise
                await asyncio.sleep(0.2)

        async def client(voice: Voice) -> parledger.Client:
            if voice not in clients:
                clients[voice] = asyncio.create_task(connected(voice))
            return await clients[voice]

        yield client


async def _each(emissions: AsyncIterator[Emission] | Iterable[Emission]) -> AsyncIterator[Emission]:
    if isinstance(emissions, AsyncIterator):
        async for emission in emissions:
            yield emission
    else:
        for emission in emissions:
            yield emission


def plain(outcome: bytes) -> dict[str, object]:
    """An outcome without its status where that is recorded or duplicate: what every repetition must equal."""
    read = json.loads(outcome)
    return read | ({} if read["status"] == "refused" else {"status": "recorded"})

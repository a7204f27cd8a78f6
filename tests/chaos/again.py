"""Whatever was sent comes again: three times, shuffled, by other connections; what is out is called back."""

import asyncio
import contextlib
from dataclasses import dataclass
from random import Random

import nats.errors
from nats.aio.client import Client
from nats.js import JetStreamContext

from parledger.bearer import read_token
from shared.broker.deliveries import acknowledgement_subject, look
from shared.broker.service_broker import client_of, service_broker
from shared.broker.sturdy import withstand
from shared.broker.subjects import RECORDED, emit_stream
from tests.chaos.ground import Ground
from tests.chaos.load import Voice
from tests.chaos.storm import Said, Storm

_TIMES = 3
_AT_ONCE = 60
_AWAY = (nats.errors.Error, OSError, TimeoutError)


@dataclass(frozen=True, slots=True)
class Echoes:
    """For some seconds, what was answered is sent thrice more by three other connections of its sender.

    In any order: what is judged already may not change what comes after.
    """

    seconds: float
    seed: int

    def __str__(self) -> str:
        return f"echoes x{_TIMES} {self.seconds:g}s"

    async def make(self, ground: Ground, storm: Storm) -> None:
        """Send them."""
        chance = Random(self.seed)  # noqa: S311 - the same again is what is wanted
        end = asyncio.get_running_loop().time() + self.seconds
        while asyncio.get_running_loop().time() < end:
            answered = [each for each in storm.said if each.outcome]
            if answered:
                voice = chance.choice(answered).voice, chance.choice(answered).tenant
                await self._echo(ground, storm, chance, voice)
            await asyncio.sleep(0.1)

    async def _echo(self, ground: Ground, storm: Storm, chance: Random, named: tuple[str, str]) -> None:
        sub, tenant = named
        voice = storm.voices.get((tenant, sub))
        mine = [each for each in storm.said if each.outcome and (each.tenant, each.voice) == (tenant, sub)]
        if voice is None or not mine:
            return
        copies = chance.sample(mine, min(_AT_ONCE, len(mine))) * _TIMES
        chance.shuffle(copies)
        with contextlib.suppress(*_AWAY):
            await asyncio.gather(*(_send(ground, voice, copies[n::_TIMES]) for n in range(_TIMES)))


async def _send(ground: Ground, voice: Voice, copies: list[Said]) -> None:
    token = ground.stack.token(voice.tenant, voice.roles, sub=voice.sub, areas=voice.areas)
    bearer = read_token(token)

    async def ignore(_error: Exception) -> None:
        pass

    client = Client()
    withstand(client)
    try:
        await client.connect(
            ground.stack.nats_url,
            token=token,
            inbox_prefix=bearer.inbox_prefix().encode(),
            allow_reconnect=False,
            max_reconnect_attempts=1,
            connect_timeout=3,
            error_cb=ignore,
        )
        for each in copies:
            await client.publish(bearer.subject(each.emission.type), each.emission.payload)
        await client.flush(3)
    finally:
        with contextlib.suppress(*_AWAY):
            async with asyncio.timeout(3):
                await client.close()


@dataclass(frozen=True, slots=True)
class CalledBack:
    """For some seconds, what a service has taken and not acknowledged is given back by a foreign hand.

    The server delivers it again, before or after what is newer, and again.
    """

    service: str
    seconds: float

    def __str__(self) -> str:
        return f"redeliver {self.service} {self.seconds:g}s"

    async def make(self, ground: Ground, storm: Storm) -> None:
        """Give it back, again and again."""
        roots = sorted({each.tenant.partition("/")[0] for each in storm.said})
        streams = [RECORDED] if self.service == "scoring" else [emit_stream(root) for root in roots]
        end = asyncio.get_running_loop().time() + self.seconds
        seed = ground.stack.nats_seed_file(self.service).read_text().strip()
        while asyncio.get_running_loop().time() < end:
            broker = service_broker(ground.stack.nats_url, seed, self.service)
            with contextlib.suppress(*_AWAY):
                try:
                    async with asyncio.timeout(self.seconds):
                        await broker.start()
                        while asyncio.get_running_loop().time() < end:
                            for stream in streams:
                                await self._give_back(client_of(broker), stream)
                            await asyncio.sleep(0.05)
                finally:
                    await broker.stop()
            await asyncio.sleep(0.2)

    async def _give_back(self, client: Client, stream: str) -> None:
        state = await look(JetStreamContext(client, timeout=1), stream, self.service)
        for place in range(state.floor + 1, state.newest + 1):
            await client.publish(
                acknowledgement_subject(stream, self.service, place, state.delivered), b"-NAK"
            )
        await client.flush(2)

"""Plays a made-up province over NATS, wave by wave, each sender with a token of its own."""

import asyncio
import http.client
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from urllib.parse import urlsplit

import parledger
from deploy.local.stack import Stack
from deploy.province.script import RECORDED, Line, Sender
from deploy.province.story import Play
from deploy.province.write import written
from parledger import Outcome
from parledger.cli import CommandError
from parledger.emission import raw_emission

Advance = Callable[[Line], None]

_AT_ONCE = 6
_PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Surprise:
    """A line that was not answered as expected."""

    line: Line
    answered: str


@dataclass(slots=True)
class Player:
    """A play on a platform; `positions` are where its emissions were recorded, by id."""

    stack: Stack
    play: Play
    advance: Advance
    positions: dict[str, int] = field(default_factory=dict[str, int])
    surprises: list[Surprise] = field(default_factory=list[Surprise])
    _put: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])

    async def perform(self) -> None:
        """Send every line, and compare its outcome. CommandError where a file is not taken."""
        room = asyncio.Semaphore(_AT_ONCE)
        for wave in _waves(self.play.lines):
            async with asyncio.TaskGroup() as group:
                for sender, lines in wave.items():
                    group.create_task(self._send(room, sender, lines))

    @property
    def position(self) -> int:
        """Of the last event."""
        return max(self.positions.values(), default=0)

    async def _send(self, room: asyncio.Semaphore, sender: Sender, lines: Sequence[Line]) -> None:
        async with room:
            token = self.stack.token(sender.tenant, [sender.role], sub=sender.role, areas=sender.areas)
            for digest in dict.fromkeys(_attached(lines)):
                await self._upload(token, sender.tenant, digest)
            emissions = [raw_emission(text.encode()) for text in written(lines)]
            async with parledger.connect(self.stack.nats_url, token, patience=_PATIENCE) as client:
                sent = iter(lines)
                async for outcome in client.emit_all(emissions):
                    self._take(next(sent), outcome)

    def _take(self, line: Line, outcome: Outcome) -> None:
        answered = outcome.problem.type if outcome.problem else outcome.status
        if outcome.id is not None and outcome.position is not None:
            self.positions.setdefault(outcome.id, outcome.position)
        # What had to be sent twice is answered as a duplicate of what was recorded.
        if answered != line.expect and not (line.expect == RECORDED and outcome.position is not None):
            self.surprises.append(Surprise(line, answered))
        self.advance(line)

    async def _upload(self, token: str, tenant: str, digest: str) -> None:
        if (tenant, digest) in self._put:
            return
        status = await asyncio.to_thread(self._put_file, token, digest, self.play.files[digest])
        if status not in (http.client.OK, http.client.CREATED):
            raise CommandError(f"{tenant} could not put {digest}: {status}")
        self._put.add((tenant, digest))

    def _put_file(self, token: str, digest: str, content: bytes) -> int:
        place = urlsplit(self.stack.http_url)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=30)
        try:
            headers = {"Authorization": f"Bearer {token}"}
            connection.request("PUT", f"/evidence/{digest}", content, headers)
            response = connection.getresponse()
            response.read()
            return response.status
        except OSError as error:
            raise CommandError(f"{self.stack.http_url} does not take a file: {error}") from error
        finally:
            connection.close()


def _attached(lines: Sequence[Line]) -> Iterator[str]:
    """The files that these lines attach with success."""
    for line in lines:
        if line.emission["type"] == "EvidenceAttached" and line.expect == RECORDED:
            yield line.emission["data"]["sha256"]


def _waves(lines: Sequence[Line]) -> Iterator[dict[Sender, list[Line]]]:
    """Wave by wave, the lines of each sender."""
    for _, wave in groupby(lines, key=lambda line: line.wave):
        steps: dict[Sender, list[Line]] = {}
        for line in wave:
            steps.setdefault(line.sender, []).append(line)
        yield steps

"""One run of the province: serve, play, read back, rebuild, read back again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local.demo.answers import GraphQL
from deploy.local.demo.progress import PlayProgress
from deploy.local.demo.province.player import Player, Surprise
from deploy.local.demo.province.readback import Reading, caught_up, read_publication, read_round
from deploy.local.stack import Stack, running_stack
from deploy.province.script import Line
from deploy.province.story import Play
from services.scoring import rebuild


@dataclass(frozen=True, slots=True)
class Checked:
    """A round, or a publication of one: as read while it was played, and after the rebuild."""

    authority: str
    round: str
    units: int
    published: bool
    live: Reading
    rebuilt: Reading


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a play."""

    recorded: int
    surprises: list[Surprise]
    rounds: list[Checked]

    @property
    def agrees(self) -> bool:
        """Was everything answered as expected, and does everything that is read back agree?"""
        readings = [reading for one in self.rounds for reading in (one.live, one.rebuilt)]
        return not self.surprises and bool(readings) and not any(reading.differences for reading in readings)


class ProvinceSession:
    """A play, the platform it is played on, and what came of it."""

    def __init__(self, play: Play) -> None:
        self.play = play

    @asynccontextmanager
    async def played(self, data: Path, http_port: int, nats_port: int) -> AsyncIterator[tuple[Stack, Result]]:
        """The platform on `data`, with the whole play in it, read back twice."""
        with PlayProgress(len(self.play.lines)) as progress:
            async with running_stack(
                data, http_port=http_port, nats_port=nats_port, report=progress.tell
            ) as stack:
                progress.tell(f"preparing the root {self.play.root}")
                await stack.add_root(self.play.root)
                player = Player(stack, self.play, lambda line: progress.count(_month(line)))
                await player.perform()
                result = await self._checked(stack, player, progress)
                progress.close()
                yield stack, result

    async def _checked(self, stack: Stack, player: Player, progress: PlayProgress) -> Result:
        progress.tell("reading everything back")
        await self._caught_up(stack, player)
        live = await self._read(stack, player)
        progress.tell("replaying the ledger into a read model made anew")
        await rebuild.run(stack.dsn("parledger_scoring"), self.play.root, lambda *_: None)
        progress.tell("reading everything back again")
        await self._caught_up(stack, player)
        again = await self._read(stack, player)
        rounds = [
            Checked(one["authority"], one["round"], len(one["standings"]), "id" in one, before, after)
            for one, before, after in zip(self._asked(), live, again, strict=True)
        ]
        return Result(player.position, player.surprises, rounds)

    def _asked(self) -> list[dict[str, Any]]:
        return [*self.play.expected["rounds"], *self.play.expected["publications"]]

    async def _read(self, stack: Stack, player: Player) -> list[Reading]:
        graphql = self.viewer(stack)
        rounds = [await read_round(graphql, one) for one in self.play.expected["rounds"]]
        publications = [
            await read_publication(graphql, self.play.root, one, player.positions.get(one["id"], 0))
            for one in self.play.expected["publications"]
        ]
        return rounds + publications

    async def _caught_up(self, stack: Stack, player: Player) -> None:
        last = self.play.expected["rounds"][-1]
        await caught_up(self.viewer(stack), last["standings"][0]["unit"], last["round"], player.position)

    def viewer(self, stack: Stack) -> GraphQL:
        """Who sees the whole province."""
        return GraphQL(stack.http_url, stack.token(self.play.root, ["viewer"], sub="viewer"))


def _month(line: Line) -> str:
    """What the play is at, by its own time."""
    return f"tỉnh Mẫu, {line.emission['time'][:7]}"

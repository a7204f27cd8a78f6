"""One run of the demo: serve, play, ask, show."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from deploy.local.demo.answers import GraphQL
from deploy.local.demo.case import Case, steps_of
from deploy.local.demo.comparison import Comparison, compare
from deploy.local.demo.play import play
from deploy.local.demo.progress import PlayProgress
from deploy.local.demo.tables import Paper, tables, verdict
from deploy.local.stack import Stack, running_stack


class DemoSession:
    """A case, the platform it is played on, and what came of it."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._steps = steps_of(case, datetime.now(UTC))
        self._emissions = sum(len(step.emissions) for step in self._steps)
        self._position = 0
        self._out = Paper()

    @asynccontextmanager
    async def played(self, data: Path, http_port: int, nats_port: int) -> AsyncIterator[Stack]:
        """The platform on `data`, with the whole case in it. CommandError if an emission is refused."""
        with PlayProgress(self._emissions) as progress:
            async with running_stack(
                data, http_port=http_port, nats_port=nats_port, report=progress.tell
            ) as stack:
                progress.tell(f"preparing the root {self._case.root}")
                await stack.add_root(self._case.root)
                self._position = await play(stack, self._steps, progress.advance)
                progress.close()
                yield stack

    async def show(self, stack: Stack) -> bool:
        """Ask, and print everything beside what was published. Does it agree?"""
        comparisons = [
            await self._compared(stack, round_["id"], round_["unit"]) for round_ in self._case.rounds
        ]
        tenants = len({step.tenant for step in self._steps})
        recorded = max(comparison.position for comparison in comparisons)
        self._out.print(
            f"{self._emissions} bản gửi của {tenants} đơn vị, {recorded} sự kiện đã ghi nhận "
            f"({self._emissions} emissions of {tenants} tenants, {recorded} events recorded)"
        )
        for comparison in comparisons:
            self._out.print(tables(comparison))
        self._out.print(verdict(comparisons))
        return all(comparison.agrees for comparison in comparisons)

    def invite(self, stack: Stack) -> None:
        """Print where it is served, and a query to paste."""
        round_ = self._case.rounds[0]["id"]
        self._out.invite(stack, self._viewer(stack), self._case.root, round_)

    async def _compared(self, stack: Stack, round_: str, unit: str) -> Comparison:
        answer = await self._viewer(stack).ask_round(self._case.root, unit, round_, self._position)
        return compare(answer, self._case.expected[round_])

    def _viewer(self, stack: Stack) -> GraphQL:
        return GraphQL(stack.http_url, stack.token(self._case.root, ["viewer"], sub="viewer"))

"""The client: it emits, keeps what it emitted, and sends it again with the same id until it has the outcome.

filed = parledger.emission("SubmissionFiled", subject="qt/dong-ha@2023", source="qt/dong-ha", data={...})
async with parledger.connect("nats://localhost:4222", token) as client:
    outcome = await client.emit(filed)

With `journal=PATH` what is emitted is on disk before it is sent, and a program that was killed goes on:

async with parledger.connect("nats://localhost:4222", token, journal="emitted.journal") as client:
    async for outcome in client.resume():
        ...
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from pathlib import Path
from types import TracebackType
from typing import Self

from parledger.emission import Emission
from parledger.journal import Journal, owner_of
from parledger.keeper import Keeper
from parledger.outcomes import Label, Outcome
from parledger.pipeline import Attempt, Emissions, Pipeline

WINDOW = 256
RESEND_AFTER = 5.0


def connect(
    servers: str | list[str],
    token: str | Callable[[], str],
    *,
    resend_after: float = RESEND_AFTER,
    patience: float | None = None,
    journal: str | Path | Journal | None = None,
) -> "Client":
    """A client that connects on `async with`, which raises `Unavailable`, `Unauthorized` or `NotPermitted`.

    `token`: the JWT, or a function that is asked for a fresh one at each connection. After `resend_after`
    seconds without an outcome an emission is sent again, then each time after twice as long, up to a
    minute; for ever, or until `patience` seconds have passed.

    `journal`: a file that keeps what is emitted until it has its outcome; see `Client.resume`. It is made
    where it is missing, is for this token's tenant, `<as>` and platform alone, and for one client at a time;
    else `JournalUnusable` is raised.
    """
    named = [servers] if isinstance(servers, str) else servers
    return Client(
        named, token, resend_after, patience, Path(journal) if isinstance(journal, str) else journal
    )


class Client:
    """Emits as one tenant.

    Made by `connect`. It outlives lost connections; a refusal is an outcome, no error.
    """

    def __init__(
        self,
        servers: list[str],
        token: str | Callable[[], str],
        resend_after: float,
        patience: float | None,
        journal: Path | Journal | None,
    ) -> None:
        ask = token if callable(token) else lambda: token
        self._servers = servers
        self._place = journal
        self._journal = None if isinstance(journal, Path) else journal
        self._keeper = Keeper(servers, ask, resend_after=resend_after, patience=patience)

    async def __aenter__(self) -> Self:
        if isinstance(self._place, Path):
            self._journal = Journal(self._place, owner_of(self._keeper.bearer, self._servers))
        try:
            await self._keeper.start(self._journal)
        except BaseException:
            self._close_journal()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self._keeper.stop()
        finally:
            self._close_journal()

    def _close_journal(self) -> None:
        """One that was handed over open is closed by who opened it."""
        if self._journal is not None and self._journal is not self._place:
            self._journal.close()

    @property
    def tenant(self) -> str:
        """The path that the token speaks for: the `source` of what is emitted here."""
        return self._keeper.bearer.tenant

    @property
    def as_(self) -> str:
        """The `<as>` that the broker vouches for: roles and actor."""
        return self._keeper.bearer.as_

    @property
    def outstanding(self) -> int:
        """How many emissions have no outcome yet."""
        return self._keeper.outstanding

    @property
    def held_back(self) -> Label | None:
        """What to tell people while the platform has no room for more, in both languages; None where it has.

        Nothing need be done: what was emitted is kept, sent more slowly, and again until it has its outcome.
        """
        return self._keeper.held_back

    async def emit(self, emission: Emission) -> Outcome:
        """Emit one and wait for its outcome.

        Raises `EmitError` where none will come. Cancelled, it is sent no more; a journal still keeps it.
        """
        pending = await self._keeper.take(emission)
        try:
            return await self._keeper.outcome(pending)
        finally:
            self._keeper.forget(pending)

    async def emit_all(self, emissions: Emissions, *, window: int = WINDOW) -> AsyncGenerator[Outcome, None]:
        """Emit many and yield their outcomes in order, at most `window` under way.

        Raises the first `EmitError`.
        """
        async with aclosing(self.attempt_all(emissions, window=window)) as attempts:
            async for attempt in attempts:
                if attempt.error is not None:
                    raise attempt.error
                if attempt.outcome is not None:
                    yield attempt.outcome

    def attempt_all(self, emissions: Emissions, *, window: int = WINDOW) -> AsyncGenerator[Attempt, None]:
        """Like `emit_all`, but who gets no outcome does not end the others: its attempt bears the error."""
        return Pipeline(self._keeper, emissions, window).attempts()

    def resume(self) -> AsyncGenerator[Outcome, None]:
        """Emit again what a former run left in the journal without an outcome, in the order it was accepted.

        Before anything new is emitted, if the order counts. What had been recorded is answered `duplicate`.
        Raises the first `EmitError`; nothing is lost by that: it can be resumed again.
        """
        return self.emit_all([] if self._journal is None else list(self._journal.open.values()))

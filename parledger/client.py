"""The client: it emits, keeps what it emitted, and sends it again with the same id until it has the outcome.

filed = parledger.emission("SubmissionFiled", subject="qt/dong-ha@2023", source="qt/dong-ha", data={...})
async with parledger.connect("nats://localhost:4222", token) as client:
    outcome = await client.emit(filed)
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from types import TracebackType
from typing import Self

from parledger.emission import Emission
from parledger.keeper import Keeper
from parledger.outcomes import Outcome
from parledger.pipeline import Attempt, Emissions, Pipeline

WINDOW = 256
RESEND_AFTER = 5.0


def connect(
    servers: str | list[str],
    token: str | Callable[[], str],
    *,
    resend_after: float = RESEND_AFTER,
    patience: float | None = None,
) -> "Client":
    """A client that connects on `async with`, which raises `Unavailable`, `Unauthorized` or `NotPermitted`.

    `token`: the JWT, or a function that is asked for a fresh one at each connection. After `resend_after`
    seconds without an outcome an emission is sent again, then each time after twice as long, up to a
    minute; for ever, or until `patience` seconds have passed.
    """
    return Client([servers] if isinstance(servers, str) else servers, token, resend_after, patience)


class Client:
    """Emits as one tenant.

    Made by `connect`. It outlives lost connections; a refusal is an outcome, no error.
    """

    def __init__(
        self, servers: list[str], token: str | Callable[[], str], resend_after: float, patience: float | None
    ) -> None:
        ask = token if callable(token) else lambda: token
        self._keeper = Keeper(servers, ask, resend_after=resend_after, patience=patience)

    async def __aenter__(self) -> Self:
        await self._keeper.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._keeper.stop()

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

    async def emit(self, emission: Emission) -> Outcome:
        """Emit one and wait for its outcome.

        Raises `EmitError` where none will come. Cancelled, it is sent no more.
        """
        pending = await self._keeper.take(emission)
        try:
            return await pending.answer
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

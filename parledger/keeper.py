"""Keeps every emission and sends it until its outcome is there, over one connection after the other."""

import asyncio
import contextlib
import logging
import math
import random
from collections.abc import Callable
from datetime import UTC, datetime

from msgspec import DecodeError

from parledger.bearer import Bearer, read_token
from parledger.emission import Emission
from parledger.errors import (
    Closed,
    EmitError,
    IdInDoubt,
    NoOutcome,
    NotPermitted,
    RootNotPrepared,
    TooLargeForTheFeed,
    Unauthorized,
    Unavailable,
)
from parledger.held_back import HeldBack, busy
from parledger.journal import Journal
from parledger.link import FeedAnswer, Link, too_large
from parledger.outcomes import Label, Outcome, read_outcome
from parledger.outstanding import FIRST_PAUSE, LONGEST_PAUSE, Outstanding, Pending
from parledger.tracing import begin_trace
from parledger.turns import Turns
from parledger.used_ids import UsedIds

_LOG = logging.getLogger("parledger.client")
_REJECTED_AT_MOST = 30.0


class Keeper:
    """Holds one link at a time, and what is without an outcome. One task of it does all the sending."""

    def __init__(
        self, servers: list[str], token: Callable[[], str], *, resend_after: float, patience: float | None
    ) -> None:
        self.bearer: Bearer = read_token(token())
        self._servers = servers
        self._token = token
        self._resend_after = resend_after
        self._patience = math.inf if patience is None else patience
        self._outstanding = Outstanding()
        self._turns = Turns(self._outstanding)
        self._used = UsedIds()
        self._journal: Journal | None = None
        self._feed_stands = False
        self._told = HeldBack()
        self._wake = asyncio.Event()
        self._broken: EmitError | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def outstanding(self) -> int:
        """How many have no outcome yet."""
        return len(self._outstanding)

    @property
    def held_back(self) -> Label | None:
        """What to tell people while the feed has no room for what was emitted; None where it has."""
        return busy(self.bearer, self.outstanding) if self._turns.held_back else None

    async def start(self, journal: Journal | None = None) -> None:
        """Connect, once. Raises `Unavailable`, `Unauthorized` or `NotPermitted`."""
        link = await self._open()
        self._journal = journal
        self._task = asyncio.create_task(self._keep(link), name="parledger keeper")

    async def stop(self) -> None:
        """Close. What is without an outcome fails with `Closed`."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self._give_up(Closed("the client was closed before the outcome came; ask for it with the same id"))

    async def take(self, emission: Emission) -> Pending:
        """Keep an emission from here on. Waits while another one would be answered under the same name."""
        while (twin := self._outstanding.same_as(emission)) is not None:
            await asyncio.wait([twin.answer])
        if self._used.in_doubt(emission):
            raise IdInDoubt(
                f"the id {emission.id} was sent with other content, of which nobody knows what came: "
                "take another id, or emit the other content again"
            )
        pending = Pending(emission, self.bearer.subject(emission.type), self._resend_after)
        if self._broken is not None:
            pending.fail(self._broken)
            return pending
        if self._journal is not None:
            pending.entry = self._journal.enter(emission)
        if (trace := begin_trace(emission, self.bearer.tenant)) is not None:
            pending.payload = trace.payload
            pending.answer.add_done_callback(trace.end)
        self._outstanding.add(pending)
        self._turns.add(pending)
        self._wake.set()
        return pending

    async def outcome(self, pending: Pending) -> Outcome:
        """Wait for its outcome; with a journal, until it stands there. Raises `EmitError`."""
        outcome = await pending.answer
        if self._journal is not None:
            await self._journal.synced()
        return outcome

    def forget(self, pending: Pending) -> None:
        """Keep it no longer, answered or not. A journal keeps what was not answered."""
        if not pending.answer.done():
            pending.answer.cancel()
        if pending.answer.cancelled():
            self._give_up_id(pending)
        self._done(pending)

    # What the link tells.

    def heard_outcome(self, key: str, raw: bytes) -> None:
        """Settle the emission that this answers; what was answered before, or is not ours, is let pass."""
        pending = self._outstanding.named(key)
        try:
            outcome = read_outcome(raw)
        except DecodeError:
            _LOG.warning("an outcome of %d bytes cannot be read, and is asked for again", len(raw))
            return
        if pending is None:
            self._used.answered_late(key, outcome)
        elif key != pending.emission.id or self._used.may_answer(outcome, pending.emission, pending.sent):
            self._settle(pending, outcome)

    def _settle(self, pending: Pending, outcome: Outcome) -> None:
        self._used.answered(pending.emission, outcome)
        if self._journal is not None:
            self._journal.answer(pending.entry, pending.emission, outcome.raw)
        pending.settle(outcome)
        self._done(pending)

    def heard_feed(self, number: int, answer: FeedAnswer) -> None:
        """Note that the feed took it, or try again, or say why it never will."""
        pending = self._outstanding.numbered(number)
        if pending is None:
            return
        if answer is FeedAnswer.ACCEPTED:
            self._feed_stands = pending.accepted = True
            pending.held_back = False
            self._turns.accepted(pending)
        elif answer is FeedAnswer.TOO_LARGE:
            self._turn_down(pending, TooLargeForTheFeed(too_large(len(pending.emission.payload))))
        elif answer is FeedAnswer.NO_FEED and not self._feed_stands:
            self._fail(pending, _not_prepared(self.bearer))
        elif not pending.accepted:
            self._turns.turned_away(pending, asyncio.get_running_loop().time())
        self._told.tell(self.held_back, asyncio.get_running_loop().time())
        self._wake.set()

    def heard_denial(self, subject: str) -> None:
        """Fail what was sent there: it will never get through with this token."""
        for pending in self._outstanding:
            same = pending.subject.casefold() == subject.casefold()
            if same and pending.sent and not pending.accepted:
                self._fail(pending, _not_permitted(pending))

    def heard_loss(self) -> None:
        """Let the sending task see it."""
        self._wake.set()

    # Keeping.

    async def _keep(self, link: Link) -> None:
        try:
            while True:
                try:
                    await self._send_until_lost(link)
                finally:
                    await link.close()
                _LOG.warning(
                    "the connection to the broker is lost; what has no outcome is kept: %d", self.outstanding
                )
                link = await self._reach_again()
                _LOG.warning("connected to the broker again")
        except EmitError as error:
            self._give_up(error)
        except Exception as error:
            _LOG.exception("the client has failed")
            self._give_up(
                EmitError(f"the client has failed ({error!r}): open another and emit again with the same ids")
            )

    async def _send_until_lost(self, link: Link) -> None:
        self._turns.start_over()
        while not link.lost:
            self._wake.clear()
            while not link.lost and (pending := self._turns.next_unsent()) is not None:
                await self._send(link, pending)
            for pending in self._turns.due(asyncio.get_running_loop().time()):
                if not link.lost and not pending.answer.done():
                    await self._send(link, pending)
            if not link.lost:
                await self._rest()

    async def _send(self, link: Link, pending: Pending) -> None:
        if self._journal is not None and not pending.sent:
            await self._journal.kept()
        if pending.answer.done():
            return
        self._turns.sent(pending, asyncio.get_running_loop().time())
        try:
            await link.send(pending.subject, pending.payload, pending.number)
        except TooLargeForTheFeed as error:
            self._turn_down(pending, error)

    async def _rest(self) -> None:
        now = asyncio.get_running_loop().time()
        pause = min(self._turns.pause(now), self._until_patience_ends(now))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(None if math.isinf(pause) else pause):
                await self._wake.wait()
        self._lose_patience()

    async def _reach_again(self) -> Link:
        loop = asyncio.get_running_loop()
        pause, began = FIRST_PAUSE, loop.time()
        while True:
            try:
                return await self._open()
            except Unauthorized:
                # A broker that has just come back may stand a moment before the service that reads tokens.
                if self.bearer.expired(datetime.now(UTC)) or loop.time() - began > _REJECTED_AT_MOST:
                    raise
            except Unavailable:
                pass
            self._lose_patience()
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - spreads clients, guards nothing
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _open(self) -> Link:
        token = self._token()
        bearer = read_token(token)
        if (bearer.tenant, bearer.as_) != (self.bearer.tenant, self.bearer.as_):
            raise Unauthorized(
                f"the new token is for {bearer.tenant} as {bearer.as_}, "
                f"not for {self.bearer.tenant} as {self.bearer.as_}"
            )
        self.bearer = bearer
        return await Link.open(self._servers, token, bearer, self)

    # Ends.

    def _done(self, pending: Pending) -> None:
        self._outstanding.drop(pending)
        self._turns.accepted(pending)
        if self._turns.something_may_go:
            self._wake.set()

    def _fail(self, pending: Pending, error: EmitError) -> None:
        pending.fail(error)
        self._done(pending)

    def _turn_down(self, pending: Pending, error: TooLargeForTheFeed) -> None:
        """It can never be sent, so a journal must not keep it."""
        if self._journal is not None:
            self._journal.drop(pending.entry, pending.emission, str(error))
        self._fail(pending, error)

    def _give_up_id(self, pending: Pending) -> None:
        if pending.sent:
            self._used.given_up(pending.emission)

    def _until_patience_ends(self, now: float) -> float:
        oldest = self._outstanding.oldest
        return math.inf if oldest is None else max(oldest.given + self._patience - now, 0.0)

    def _lose_patience(self) -> None:
        now = asyncio.get_running_loop().time()
        while (oldest := self._outstanding.oldest) is not None and now >= oldest.given + self._patience:
            told = (
                f"no outcome in {self._patience:g} s, sent {oldest.sent} times: "
                f"{'the feed had no room for it' if oldest.held_back else 'the platform does not answer'}"
            )
            self._give_up_id(oldest)
            self._fail(oldest, NoOutcome(f"{told}; it may yet be recorded, so ask again with the same id"))

    def _give_up(self, error: EmitError) -> None:
        self._broken = self._broken or error
        for pending in self._outstanding:
            self._fail(pending, error)


def _not_prepared(bearer: Bearer) -> RootNotPrepared:
    root = bearer.tenant.partition("/")[0]
    return RootNotPrepared(
        f"the root {root} has no feed yet: prepare it with `parledger root add {root} --data DIR`"
    )


def _not_permitted(pending: Pending) -> NotPermitted:
    return NotPermitted(
        f"the broker lets this token publish nothing on {pending.subject}: "
        "it needs a role that may emit (`parledger token --role …`)"
    )

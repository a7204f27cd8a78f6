"""Our recorder for the `eventsourcing` library: one root's ledger, by the write services' own SQL functions.

The library is synchronous: each call waits for a coroutine on an event loop in a thread of its own.
"""

from collections.abc import Coroutine, Sequence
from threading import Event
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
from asyncpg import Record
from eventsourcing.persistence import (
    ApplicationRecorder,
    DatabaseError,
    DataError,
    IntegrityError,
    Notification,
    OperationalError,
    PersistenceError,
    StoredEvent,
    Subscription,
)

from shared.ledger.errors import UnknownRoot
from shared.ledger.loop_thread import LoopThread
from shared.ledger.pool import open_pool
from shared.ledger.statements import load
from shared.ledger.stored import DescribedEvent, LedgerNotification, described

T = TypeVar("T")
_SQL = load("shared.ledger.sql", "ledger.sql")
_LAST = 2**63 - 1
_POLL = 0.05

_ERRORS: tuple[tuple[tuple[type[BaseException], ...], type[PersistenceError]], ...] = (
    ((asyncpg.IntegrityConstraintViolationError,), IntegrityError),
    ((asyncpg.DataError, ValueError), DataError),
    ((asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError, TimeoutError), OperationalError),
    ((asyncpg.PostgresError,), DatabaseError),
)
"""What PostgreSQL and its driver raise, and what the library calls it. The first row that fits counts."""


class RootRecorder(ApplicationRecorder):
    """Records and reads the events of one root; a notification id is a position.

    `dsn` is of a role that may append. Streams are texts; where they are UUIDs, `originator_id_type` says so.
    Use it from any thread; close it at the end.
    """

    def __init__(
        self, root: str, dsn: str, *, originator_id_type: type[str] | type[UUID] = str, connections: int = 4
    ) -> None:
        self.root = root
        self._originator_id_type = originator_id_type
        self._thread = LoopThread(f"recorder of {root}")
        try:
            self._pool = self._run(open_pool(dsn, "recorder", most=connections))
        except BaseException:
            self._thread.close()
            raise
        self._is_open = True

    def close(self) -> None:
        """Close the connections and end the thread. May be called again."""
        if self._is_open:
            self._is_open = False
            self._run(self._pool.close())
            self._thread.close()

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        """Record all of them or none; their positions.

        `source`, `event_id`, `actor`, `occurred_at`, `traceparent`: one for all, or a list with one for
        each; what stands in their place otherwise, `described` says. Errors: `IntegrityError` where a
        version or an id is taken; nothing is written then.
        """
        if not stored_events:
            return []
        return self._run(self._insert(described(stored_events, self.root, kwargs)))

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Events of one stream with versions above `gt` and up to `lte`; by `desc` the latest first."""
        statement = _SQL["stream_events_backwards" if desc else "stream_events"]
        after = -1 if gt is None else gt
        rows = self._run(
            self._fetch(statement, self.root, str(originator_id), after, _or_last(lte), _or_last(limit))
        )
        return [self._notification(row) for row in rows]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """At most `limit` events by position, from `start` up to `stop`; of these topics, if any."""
        first = 1 if start is None else start if inclusive_of_start else start + 1
        rows = self._run(
            self._fetch(_SQL["notifications"], self.root, first, _or_last(stop), list(topics), limit)
        )
        return [self._notification(row) for row in rows]

    def max_notification_id(self) -> int | None:
        """The root's last position; None where nothing was recorded."""
        rows = self._run(self._fetch(_SQL["last_position"], self.root))
        return rows[0]["position"] or None if rows else None

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        """The events after position `gt`, and those that come, as long as somebody asks."""
        return PollingSubscription(self, gt, topics)

    async def _insert(self, events: Sequence[DescribedEvent]) -> list[int]:
        async with self._pool.acquire() as connection, connection.transaction():
            ids = [str(event.event_id) for event in events]
            rows = await connection.fetch(_SQL["lock_root"], self.root, [e.source for e in events], ids, ids)
            if not rows:
                raise UnknownRoot(f"{self.root} is not prepared: run `parledger root add {self.root}`")
            head, *known = rows
            if known:
                raise IntegrityError(f"{self.root}: {ids[known[0]['ordinal'] - 1]} was answered before")
            answers = await connection.fetch(
                _SQL["append"], *_arguments(self.root, head["position"], head["recorded_at"], events)
            )
            for answer in answers:
                if answer["status"] != "recorded":
                    event = events[int(answer["ordinal"]) - 1]
                    raise IntegrityError(
                        f"{answer['status']}: {event.originator_id} version {event.originator_version}"
                    )
            return sorted(answer["position"] for answer in answers)

    async def _fetch(self, statement: str, *arguments: object) -> list[Record]:
        async with self._pool.acquire() as connection:
            return await connection.fetch(statement, *arguments)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        try:
            return self._thread.run(work)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, ValueError) as error:
            raise _in_the_librarys_words(error) from error

    def _notification(self, row: Record) -> LedgerNotification:
        return LedgerNotification(
            originator_id=self._originator_id_type(row["stream"]),
            originator_version=row["version"],
            topic=row["name"],
            state=row["body"],
            id=row["position"],
            root=self.root,
            recorded_at=row["recorded_at"],
        )


class PollingSubscription(Subscription[RootRecorder]):
    """Asks for what is new, 20 times a second while there is nothing: the ledger tells nobody by itself."""

    PAGE = 500

    def __init__(self, recorder: RootRecorder, gt: int | None = None, topics: Sequence[str] = ()) -> None:
        super().__init__(recorder, gt, topics)
        self._ready: list[Notification] = []
        self._stopped = Event()

    def stop(self) -> None:
        """End it, whoever waits for the next event."""
        super().stop()
        self._stopped.set()

    def __next__(self) -> Notification:
        while not self._stopped.is_set():
            if self._ready:
                notification = self._ready.pop()
                self._last_notification_id = notification.id
                return notification
            page = self._recorder.select_notifications(
                self._last_notification_id or 0, self.PAGE, topics=self._topics, inclusive_of_start=False
            )
            self._ready = list(reversed(page))
            if not page:
                self._stopped.wait(_POLL)
        raise StopIteration


def _or_last(value: int | None) -> int:
    return _LAST if value is None else value


def _in_the_librarys_words(error: BaseException) -> PersistenceError:
    for raised, name in _ERRORS:
        if isinstance(error, raised):
            return name(str(error))
    return PersistenceError(str(error))


def _arguments(root: str, position: int, now: object, events: Sequence[DescribedEvent]) -> tuple[object, ...]:
    texts = [(n, *text) for n, event in enumerate(events, start=1) for text in event.texts]
    return (
        root,
        position,
        now,
        [str(event.originator_id) for event in events],
        [event.originator_version for event in events],
        [event.event_id for event in events],
        [event.topic for event in events],
        [event.shape for event in events],
        [event.source for event in events],
        [event.actor for event in events],
        [event.occurred_at for event in events],
        [event.traceparent for event in events],
        [event.state for event in events],
        *([text[column] for text in texts] for column in range(4)),
        *([] for _refusals in range(7)),
    )

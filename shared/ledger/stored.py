"""Stored events of the `eventsourcing` library, with what the ledger keeps beside a body."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from eventsourcing.persistence import Notification, ProgrammingError, StoredEvent

SYSTEM_ACTOR = "parledger.recorder"
"""Who recorded an event of which nobody says who sent it."""

_SAID = frozenset({"event_id", "source", "actor", "occurred_at", "traceparent"})


@dataclass(frozen=True)
class DescribedEvent(StoredEvent):
    """An event on its way in: its body (`state`), and the columns that stand beside it.

    `texts` are its free texts: (field, salt, text).
    """

    event_id: UUID | str
    source: str
    actor: str
    occurred_at: datetime
    shape: int = 1
    traceparent: str | None = None
    texts: tuple[tuple[str, bytes, str], ...] = ()


@dataclass(frozen=True)
class LedgerNotification(Notification):
    """An event on its way out: `id` is its position in the root."""

    root: str
    recorded_at: datetime


def described(events: Sequence[StoredEvent], root: str, said: Mapping[str, Any]) -> list[DescribedEvent]:
    """The events with their columns.

    A column holds what is `said` for all, or for each in a list; else what an event brings along; else a
    fresh UUID, the root as the source, the recorder as the actor, now as the time.

    Errors: the library's `ProgrammingError` for a word that is not known, or a list of another length.
    """
    columns: list[dict[str, Any]] = [{} for _ in events]
    for name, value in said.items():
        if name == "tracking" and value is None:
            continue  # the library's Application hands it on, always
        if name not in _SAID:
            raise ProgrammingError(f"the ledger keeps no {name}: it takes {', '.join(sorted(_SAID))}")
        for column, item in zip(columns, _for_each(name, value, len(events)), strict=True):
            column[name] = item
    return [_described(event, root, column) for event, column in zip(events, columns, strict=True)]


def _for_each(name: str, value: object, count: int) -> Sequence[object]:
    if not isinstance(value, list | tuple):
        return [value] * count
    if len(value) != count:  # pyright: ignore[reportUnknownArgumentType] - a list of whatever the caller says
        raise ProgrammingError(f"{name} has another length than the events")
    return value  # pyright: ignore[reportUnknownVariableType] - likewise


def _described(event: StoredEvent, root: str, column: dict[str, Any]) -> DescribedEvent:
    if isinstance(event, DescribedEvent):
        return replace(event, **column) if column else event
    columns: dict[str, Any] = {
        "event_id": uuid4(),
        "source": root,
        "actor": SYSTEM_ACTOR,
        "occurred_at": datetime.now(UTC),
        **column,
    }
    return DescribedEvent(
        originator_id=event.originator_id,
        originator_version=event.originator_version,
        topic=event.topic,
        state=event.state,
        **columns,
    )

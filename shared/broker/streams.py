"""The feeds and their durables, made in one place by the user `provisioner`.

Nothing else declares a stream.
"""

# nats-py leaves the types of its keyword arguments open.
# pyright: reportUnknownMemberType=false

import dataclasses
from collections.abc import Generator, Sequence
from contextlib import contextmanager

from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DeliverPolicy,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.errors import APIError, NotFoundError

from shared.broker import subjects
from shared.broker.permissions import LEDGER_API
from shared.codec.catalogue import APPRAISAL_TYPES

MOST_UNACKNOWLEDGED = 1_000
"""Messages of one durable that are out unacknowledged.

A batch that is being committed, and the next that is being read.
"""
ACK_WAIT = 5.0
"""Seconds after which what was delivered and not acknowledged is delivered again."""

_A_DAY = 24 * 3600.0
_KIB = 1024
MOST_BYTES_OF_AN_EMISSION = 300 * _KIB
"""What a feed takes; more than anybody judges, so that what is a little too large still gets an answer."""
_NO_ROOM_ON_DISK = 10047

# What a standing stream or durable may be given anew; anything else is for an operator to decide.
_STREAM_MAY_CHANGE = frozenset(
    {
        "max_bytes",
        "max_msgs",
        "max_msgs_per_subject",
        "max_msg_size",
        "max_age",
        "duplicate_window",
        "description",
    }
)
_DURABLE_MAY_CHANGE = frozenset({"ack_wait", "max_ack_pending", "filter_subjects", "description"})


@dataclasses.dataclass(frozen=True, slots=True)
class FeedLimits:
    """What the feed of one root holds at most, of what is not judged yet; what is more is refused.

    The server sets `bytes` of its disk aside for each feed: 63 provinces take 16 GiB. Of one sender, which is
    a subject (a tenant, in its roles, with one type), it holds `of_a_sender`, so that it fills its own share
    alone: two thousand of 64 KiB are half of the feed, and more than a unit files in a whole round.
    """

    bytes: int = 256 * _KIB * _KIB
    messages: int = 200_000
    of_a_sender: int = 2_000


class NoRoomOnDisk(Exception):
    """The server has no room on its disk to set aside for one more feed. The message says what to do."""


class StandsOtherwise(Exception):
    """A feed or durable stands with a setting that cannot be changed.

    An operator must move its messages and remake it.
    """


_USUAL = FeedLimits()


def platform_stream() -> StreamConfig:
    """RECORDED: what was recorded, in order, written by the relay alone, kept for 30 days."""
    return StreamConfig(
        name=subjects.RECORDED,
        description="What was recorded, in order and without a gap per root",
        subjects=[subjects.RECORDED_ANYWHERE],
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        discard=DiscardPolicy.OLD,
        max_age=30 * _A_DAY,
        duplicate_window=0.1,
        deny_delete=True,
        deny_purge=True,
    )


def root_stream(root: str, limits: FeedLimits = _USUAL) -> StreamConfig:
    """EMIT_<ROOT>.

    What the root's tenants emit, kept until ingest and, where it concerns it, appraisal have judged it.
    """
    return StreamConfig(
        name=subjects.emit_stream(root),
        description=f"What the tenants of {root} emit",
        subjects=[subjects.emits_of(root)],
        retention=RetentionPolicy.INTEREST,
        storage=StorageType.FILE,
        # Full means refused, for the sender to see; per subject, so that a sender fills its own share alone.
        discard=DiscardPolicy.NEW,
        discard_new_per_subject=True,
        max_msgs_per_subject=limits.of_a_sender,
        max_msgs=limits.messages,
        max_bytes=limits.bytes,
        max_msg_size=MOST_BYTES_OF_AN_EMISSION,
        # The shortest that the server takes: the ledger alone says what is a duplicate.
        duplicate_window=0.1,
        deny_delete=True,
        deny_purge=True,
    )


def durable(
    name: str, *, filters: Sequence[str] = (), unacknowledged: int = MOST_UNACKNOWLEDGED
) -> ConsumerConfig:
    """A pull consumer whose acknowledgement of a message stands for all before it. No filter: everything."""
    return ConsumerConfig(
        name=name,
        durable_name=name,
        deliver_policy=DeliverPolicy.ALL,
        ack_policy=AckPolicy.ALL,
        ack_wait=ACK_WAIT,
        max_deliver=-1,
        max_ack_pending=unacknowledged,
        filter_subjects=list(filters) or None,
    )


async def provision_platform(js: JetStreamContext) -> list[str]:
    """Makes RECORDED and its durable `scoring`; answers what was done, a sentence each, nothing if all stood.

    They lie in the ledger's account, which the provisioner reaches under a prefix. Raises StandsOtherwise.
    """
    ledger = JetStreamContext(js._nc, prefix=LEDGER_API)  # pyright: ignore[reportPrivateUsage]
    return [
        *await _stand_stream(ledger, platform_stream()),
        *await _stand_durable(ledger, subjects.RECORDED, durable(subjects.SCORING, unacknowledged=2_000)),
    ]


async def provision_root(js: JetStreamContext, root: str, limits: FeedLimits = _USUAL) -> list[str]:
    """Makes a root's feed and its durables; answers what was done, a sentence each, nothing if all stood.

    To be done before any token of the root is issued: the feed keeps nothing for durables that are not there
    yet. Raises StandsOtherwise, NoRoomOnDisk; ValueError if `root` is none.
    """
    stream = root_stream(root, limits)
    of_appraisal = [subjects.emits_of_type(root, type_) for type_ in sorted(APPRAISAL_TYPES)]
    name = subjects.emit_stream(root)
    return [
        *await _stand_stream(js, stream),
        *await _stand_durable(js, name, durable(subjects.INGEST)),
        *await _stand_durable(js, name, durable(subjects.APPRAISAL, filters=of_appraisal)),
    ]


async def _stand_stream(js: JetStreamContext, wanted: StreamConfig) -> list[str]:
    name = str(wanted.name)
    try:
        standing = (await js.stream_info(name)).config
    except NotFoundError:
        with _room_on_disk(name, wanted):
            await js.add_stream(wanted)
        return [f"made the feed {name}"]
    changed = _differences(standing, wanted)
    _refuse_others(name, changed, _STREAM_MAY_CHANGE)
    if changed:
        with _room_on_disk(name, wanted):
            await js.update_stream(
                dataclasses.replace(standing, **{field: getattr(wanted, field) for field in changed})
            )
    return [f"changed {field} of the feed {name}: {change}" for field, change in changed.items()]


@contextmanager
def _room_on_disk(name: str, wanted: StreamConfig) -> Generator[None]:
    try:
        yield
    except APIError as error:
        if error.err_code != _NO_ROOM_ON_DISK:
            raise
        raise NoRoomOnDisk(
            f"the broker cannot set {wanted.max_bytes or 0:,} bytes aside for the feed {name}: "
            "give it a larger disk, or its feeds less (PARLEDGER_FEED_BYTES)"
        ) from error


async def _stand_durable(js: JetStreamContext, stream: str, wanted: ConsumerConfig) -> list[str]:
    name = str(wanted.durable_name)
    try:
        standing = (await js.consumer_info(stream, name)).config
    except NotFoundError:
        await js.add_consumer(stream, wanted)
        return [f"made the durable {name} of {stream}"]
    changed = _differences(standing, wanted)
    _refuse_others(f"{stream} {name}", changed, _DURABLE_MAY_CHANGE)
    if changed:
        await js.add_consumer(
            stream, dataclasses.replace(standing, **{field: getattr(wanted, field) for field in changed})
        )
    return [
        f"changed {field} of the durable {name} of {stream}: {change}" for field, change in changed.items()
    ]


def _differences(standing: object, wanted: StreamConfig | ConsumerConfig) -> dict[str, str]:
    """The fields in which what stands differs from what is wanted.

    A field that we leave open differs from nothing.
    """
    found: dict[str, str] = {}
    for field in dataclasses.fields(wanted):
        ours, theirs = getattr(wanted, field.name), getattr(standing, field.name)
        if ours is not None and _plain(ours) != _plain(theirs):
            found[field.name] = f"{_plain(theirs)!r} to {_plain(ours)!r}"
    return found


def _plain(value: object) -> object:
    return sorted(map(str, value)) if isinstance(value, list) else getattr(value, "value", value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def _refuse_others(what: str, changed: dict[str, str], may_change: frozenset[str]) -> None:
    if fixed := sorted(changed.keys() - may_change):
        raise StandsOtherwise(
            f"{what} stands with another {', '.join(f'{name} ({changed[name]})' for name in fixed)}"
        )

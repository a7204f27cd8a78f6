"""The decision on the erasure of free texts: of an event that was recorded before, in the same stream."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from shared.codec.shapes import TextErased
from shared.domain.decisions.answers import no_change, unknown
from shared.domain.emission import Emission
from shared.domain.events import Recorded
from shared.domain.permissions import erasure_fault
from shared.domain.problems import Refused
from shared.domain.root import Root


@dataclass(frozen=True, slots=True)
class Earlier:
    """What is asked of an event that is in the ledger: its stream, its type, the free texts that it has."""

    stream: str
    name: str
    texts: frozenset[str]


NOTHING_EARLIER: Mapping[int, Earlier] = MappingProxyType({})


def earlier(event: Recorded) -> Earlier:
    """The same of an event at hand."""
    data = event.data
    given = frozenset(name for name in data.TEXTS if getattr(data, name) is not None)
    return Earlier(event.stream, event.name, given)


def text_erased(
    root: Root,
    emission: Emission,
    data: TextErased,
    _now_us: int,
    known: Mapping[int, Earlier] = NOTHING_EARLIER,
) -> Refused | None:
    """At any time; texts that the event was given, by who may speak for its stream.

    `known`: by position, the events that the emission may name.
    """
    found = known.get(data.position)
    if found is None or found.stream != emission.envelope.subject:
        stream = emission.envelope.subject
        return unknown(
            "/data/position",
            f"sự kiện số {data.position} trong {stream}",
            f"event {data.position} in {stream}",
        )
    return (
        erasure_fault(root, emission, found.name)
        or _unknown_field(data, found)
        or (no_change() if root.erased.get(data.position, frozenset()).issuperset(data.fields) else None)
    )


def _unknown_field(data: TextErased, found: Earlier) -> Refused | None:
    for n, name in enumerate(data.fields):
        if name not in found.texts:
            return unknown(
                f"/data/fields/{n}",
                f"văn bản {name} trong sự kiện số {data.position}",
                f"free text {name} in the event {data.position}",
            )
    return None

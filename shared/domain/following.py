"""The event that an accepted emission becomes."""

from collections.abc import Mapping

from shared.codec.shapes import SHAPES, Data
from shared.domain.emission import Emission
from shared.domain.events import Recorded
from shared.domain.root import Root


def following(
    root: Root, emission: Emission, data: Data, salts: Mapping[str, bytes], now_us: int
) -> Recorded:
    """The next event of the root; `data` is the judge's, with commitments under `salts` for its texts."""
    envelope = emission.envelope
    return Recorded(
        root=root.name,
        position=root.position + 1,
        stream=envelope.subject,
        version=root.versions.get(envelope.subject, 0) + 1,
        event_id=envelope.id,
        name=envelope.type,
        shape=SHAPES[envelope.type].class_version,
        source=envelope.source,
        actor=emission.caller.actor,
        occurred=envelope.time,
        recorded_us=now_us,
        data=data,
        salts=salts,
    )

"""Events in shapes of before, written into a ledger as they were written then.

`ASSIGNED` and `SIGNED` are LeafAssigned and DossierSubmitted of shape 1, `…_NOW` the same in today's words.
"""

import asyncio
from typing import Any

from shared.codec.canonical import canonical
from shared.codec.envelope import instant
from shared.ledger.recorder import RootRecorder
from shared.ledger.stored import DescribedEvent

ASSIGNED: dict[str, Any] = {"leaves": ["1.1", "2.1"], "responsible": "Văn phòng", "support": "Tư pháp"}
ASSIGNED_NOW: dict[str, Any] = {"leaves": ["1.1", "2.1"], "lead": "Văn phòng", "support": ["Tư pháp"]}
SIGNED: dict[str, Any] = {"number": "215/BC-UBND", "dated": "2023-12-10", "signed_by": "Chủ tịch UBND"}
SIGNED_NOW: dict[str, Any] = {"number": "215/BC-UBND", "dated": "2023-12-10", "signed_as": "Chủ tịch UBND"}
ACTOR = "9f3c0a1b2c3d4e5f"


async def record_older(dsn: str, *envelopes: dict[str, Any], version: int) -> None:
    """Record emissions of one dossier just as they say, in shape 1, from this version of its stream on."""
    root = envelopes[0]["source"].partition("/")[0]
    events = [_stored(envelope, version + number) for number, envelope in enumerate(envelopes)]
    recorder = await asyncio.to_thread(RootRecorder, root, dsn, connections=1)
    try:
        await asyncio.to_thread(recorder.insert_events, events)
    finally:
        await asyncio.to_thread(recorder.close)


def _stored(envelope: dict[str, Any], version: int) -> DescribedEvent:
    said = {name: envelope[name] for name in ("id", "source", "subject", "time", "type", "data")}
    return DescribedEvent(
        originator_id=envelope["subject"],
        originator_version=version,
        topic=envelope["type"],
        state=canonical({**said, "actor": ACTOR, "shape": 1, "version": version}),
        event_id=envelope["id"],
        source=envelope["source"],
        actor=ACTOR,
        occurred_at=instant(envelope["time"]),
        shape=1,
    )

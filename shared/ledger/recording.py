"""Judging inside the append: one transaction per batch and root, under the root's head row.

lock the head row → take in what the other service recorded → judge each emission, in order, at the ledger's
time, on the state left by those before it → append events, texts and refusals → move the head → commit.
Only then are there outcomes.
"""

import asyncio
from collections.abc import Sequence

from asyncpg import Record

from shared.domain.root import Root
from shared.ledger.answers import Outcome
from shared.ledger.arrays import array_text
from shared.ledger.arrivals import Arrival
from shared.ledger.batch import Batch, EmissionKey
from shared.ledger.erasure import events_at, named_positions
from shared.ledger.errors import BrokenFence, UnknownRoot
from shared.ledger.evidence import StoredFiles, attached_file, sizes_put
from shared.ledger.pool import Connection
from shared.ledger.statements import load
from shared.ledger.tail import catch_up

_PART = 200
"""Arrivals that are judged before they are sent to be written: PostgreSQL works on a core of its own."""

_SQL = load("shared.ledger.sql", "ledger.sql")


async def record(connection: Connection, root: Root, arrivals: Sequence[Arrival]) -> list[Outcome | None]:
    """Judge and record a batch in one transaction; the outcomes, in order, once it is committed.

    `root` is the caller's state of the root and holds what was recorded afterwards. If this raises, nothing
    was recorded and the state must be thrown away. None stands for an emission on which the judge itself
    failed: it is logged and not answered.
    """
    async with connection.transaction():
        emissions = {(arrival.caller.tenant, arrival.key): arrival.id for arrival in arrivals}
        rows = await connection.fetch(
            _SQL["lock_batch"],
            root.name,
            array_text([tenant for tenant, _ in emissions]),
            array_text([key for _, key in emissions]),
            array_text(list(emissions.values())),
        )
        if not rows:
            raise UnknownRoot(f"{root.name} is not prepared: run `parledger root add {root.name}`")
        head, *known = rows
        if head["position"] != root.position:
            await catch_up(connection, root, until=head["position"], with_salts=True)
        if head["position"] != root.position:
            raise BrokenFence(f"the ledger of {root.name} ends at {head['position']}, before {root.position}")
        batch = Batch(root, head["position"], head["recorded_at"], _by_emission(list(emissions), known))
        batch.repeats = len(emissions) < len(arrivals)
        batch.stored = await _stored(connection, root.name, arrivals)
        batch.named = named_positions(arrivals)
        if batch.named:
            batch.earlier = await events_at(connection, root.name, batch.named)
        leaf_hashes = await _judge(connection, batch, arrivals)
    return batch.told(leaf_hashes)


async def _judge(connection: Connection, batch: Batch, arrivals: Sequence[Arrival]) -> str:
    """Judge part after part; while one is being appended, the next is judged. The leaf hashes of all."""
    leaf_hashes, writing = "", None
    try:
        for start in range(0, len(arrivals), _PART):
            for arrival in arrivals[start : start + _PART]:
                batch.take(arrival)
            if writing is not None:
                leaf_hashes += await writing
            writing = asyncio.create_task(batch.cut().append(connection))
            await asyncio.sleep(0)  # it sets out before the next part is judged
        return leaf_hashes if writing is None else leaf_hashes + await writing
    except BaseException:
        if writing is not None:  # the connection must be free for the rollback
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
        raise


async def _stored(connection: Connection, root: str, arrivals: Sequence[Arrival]) -> StoredFiles:
    """Of the files that the batch attaches, those that their senders have put."""
    files = {
        (arrival.caller.tenant, file)
        for arrival in arrivals
        if arrival.caller.type == "EvidenceAttached" and (file := attached_file(arrival.read))
    }
    return await sizes_put(connection, root, sorted(files)) if files else {}


def _by_emission(emissions: Sequence[EmissionKey], rows: Sequence[Record]) -> dict[EmissionKey, list[Record]]:
    """What is known of each emission; a row's ordinal counts them from 1."""
    found: dict[EmissionKey, list[Record]] = {}
    for row in rows:
        found.setdefault(emissions[int(row["ordinal"]) - 1], []).append(row)
    return found

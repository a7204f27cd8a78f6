"""What stands in the end of one root: ledger, feed, public log, read model, and what GraphQL says."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from nats.aio.client import Client
from nats.js import JetStreamContext

from deploy.local.provision import provisioner
from deploy.local.stack import Stack
from services.scoring import rebuild
from shared.broker.service_broker import client_of, service_broker
from shared.broker.subjects import APPRAISAL, INGEST, RECORDED, emit_stream
from tests.patience import PATIENCE

Row = dict[str, Any]
Dump = dict[str, list[Row]]
"""The rows of each table of the read model, in the order of their keys."""

_TABLES = "SELECT 'progress' UNION ALL SELECT unnest(read.rebuilt_tables())"
_STANDINGS = """
query ($authority: ID!, $round: ID!) {
  standings(authority: $authority, round: $round) { unit { path } index }
}
"""
_AT_ONCE = 200
_SETTLES_WITHIN = 60.0


@dataclass(frozen=True, slots=True)
class Books:
    """Of one root.

    `rebuilt` is the read model folded afresh from the ledger, `served` the index by (unit, round) as GraphQL
    tells it, `left` how many emissions nobody is done with. `checkpoint` is that of the public log, `logged`
    the leaf hashes of its tiles, one after the other.
    """

    root: str
    head: int
    events: list[Row]
    texts: list[Row]
    refusals: list[Row]
    feed: list[Row]
    read_model: Dump
    rebuilt: Dump
    served: dict[tuple[str, str], str | None]
    left: int
    checkpoint: str
    logged: bytes


async def read_books(stack: Stack, roots: list[str]) -> list[Books]:
    """The books of these roots, as soon as feed and read model have come to the ledger's end."""
    connection = await asyncpg.connect(stack.dsn("postgres"))
    try:
        async with asyncio.timeout(_SETTLES_WITHIN), _relays_client(stack) as client:
            await _until_settled(connection, client, roots)
            told = await _feed(client)
        return [await _books_of(stack, connection, root, told) for root in roots]
    finally:
        await connection.close()


async def _until_settled(connection: asyncpg.Connection, client: Client, roots: list[str]) -> None:
    while True:
        if await _settled(connection, client, roots):
            return
        await asyncio.sleep(0.1)


async def _settled(connection: asyncpg.Connection, client: Client, roots: list[str]) -> bool:
    behind = await connection.fetchval(
        "SELECT count(*) FROM ledger.head JOIN read.progress USING (root)"
        " WHERE root = ANY ($1) AND head.position <> progress.position",
        roots,
    )
    told = (await JetStreamContext(client).stream_info(RECORDED)).state.messages
    return not behind and told >= await connection.fetchval("SELECT sum(position) FROM ledger.head")


async def _books_of(stack: Stack, connection: asyncpg.Connection, root: str, told: list[Row]) -> Books:
    read_model = await _dump(connection, root)
    await rebuild.run(stack.dsn("parledger_scoring"), root, lambda _root, _done, _last: None)
    head = await connection.fetchval("SELECT position FROM ledger.head WHERE root = $1", root)
    return Books(
        root=root,
        head=head,
        events=await _rows(connection, "SELECT * FROM ledger.event WHERE root = $1 ORDER BY position", root),
        texts=await _rows(
            connection, "SELECT * FROM ledger.text WHERE root = $1 ORDER BY position, field", root
        ),
        refusals=await _rows(
            connection, "SELECT * FROM ledger.refusal WHERE root = $1 ORDER BY number", root
        ),
        feed=[event for event in told if event["root"] == root],
        read_model=read_model,
        rebuilt=await _dump(connection, root),
        served=await _served(stack, root, read_model["round"]),
        left=await _left(stack, root),
        **await _public_log(stack.folder.public_log / root, head),
    )


async def _public_log(folder: Path, head: int) -> dict[str, Any]:
    """The checkpoint, as soon as it covers the head, and the leaf hashes up to there, as plain files say."""
    async with asyncio.timeout(PATIENCE):
        while True:
            file = folder / "checkpoint"
            checkpoint = file.read_text() if file.exists() else "\n0\n"
            if int(checkpoint.splitlines()[1]) >= head:
                break
            await asyncio.sleep(0.1)
    full = b"".join((folder / f"tile/0/{number:03d}").read_bytes() for number in range(head // 256))
    partial = folder / f"tile/0/{head // 256:03d}.p/{head % 256}"
    return {"checkpoint": checkpoint, "logged": full + (partial.read_bytes() if head % 256 else b"")}


async def _rows(connection: asyncpg.Connection, query: str, root: str) -> list[Row]:
    return [dict(row) for row in await connection.fetch(query, root)]


async def _dump(connection: asyncpg.Connection, root: str) -> Dump:
    found: Dump = {}
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        for (table,) in await connection.fetch(_TABLES):
            rows = await _rows(connection, f"SELECT * FROM read.{table} WHERE root = $1", root)
            found[table] = sorted(rows, key=_key)
    return found


async def _served(stack: Stack, root: str, rounds: list[Row]) -> dict[tuple[str, str], str | None]:
    headers = {"Authorization": f"Bearer {stack.token(root, ['auditor'])}"}
    found: dict[tuple[str, str], str | None] = {}
    async with httpx.AsyncClient(base_url=stack.http_url, headers=headers, timeout=PATIENCE) as client:
        for row in rounds:
            asked = {"authority": row["authority"], "round": row["round"]}
            answer = await client.post("/graphql", json={"query": _STANDINGS, "variables": asked})
            said = answer.raise_for_status().json()
            if "errors" in said:
                raise AssertionError(f"GraphQL does not tell the standings: {said['errors']}")
            for standing in said["data"]["standings"]:
                found[standing["unit"]["path"], row["round"]] = standing["index"]
    return found


def _key(row: Row) -> tuple[str, ...]:
    names = ("path", "authority", "id", "unit", "round", "code", "position")
    return (*(str(row.get(name, "")).zfill(12) for name in names), str(row))


async def _left(stack: Stack, root: str) -> int:
    """How many emissions a service is not done with; none, once acknowledgements came.

    Messages that both durables are done with do not count: a killed NATS may find some again, between one's
    acknowledgements and the other's, and forgets them at its next start.
    """
    async with provisioner(stack.nats_url, stack.nats_seed_file("provisioner")) as stream:
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while True:
            durables = [await stream.consumer_info(emit_stream(root), name) for name in (INGEST, APPRAISAL)]
            left = sum((each.num_pending or 0) + (each.num_ack_pending or 0) for each in durables)
            if not left or asyncio.get_running_loop().time() > deadline:
                return left
            await asyncio.sleep(0.1)


async def _feed(client: Client) -> list[Row]:
    """All that RECORDED holds, in its order."""
    stream = JetStreamContext(client)
    state = (await stream.stream_info(RECORDED)).state
    places = range(state.first_seq, state.last_seq + 1)
    found: list[Row] = []
    for start in range(0, len(places), _AT_ONCE):
        some = places[start : start + _AT_ONCE]
        for message in await asyncio.gather(*(stream.get_msg(RECORDED, seq=place) for place in some)):
            found.append({"_subject": message.subject, **json.loads(message.data or b"")})
    return found


@asynccontextmanager
async def _relays_client(stack: Stack) -> AsyncIterator[Client]:
    """A connection of the relay's own user, who may look into the feed."""
    broker = service_broker(stack.nats_url, stack.nats_seed_file("relay").read_text().strip(), "relay")
    await broker.start()
    try:
        yield client_of(broker)
    finally:
        await broker.stop()

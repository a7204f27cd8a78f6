"""Preparing roots: their part of the ledger, and their feed."""

import os
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import nats
from nats.js import JetStreamContext

from shared.broker.streams import FeedLimits, provision_platform, provision_root
from shared.broker.subjects import service_inbox_prefix
from shared.hosting.environment import whole

_USER = "provisioner"
_CONNECT_WITHIN = 10


def feed_limits(environ: Mapping[str, str]) -> FeedLimits:
    """What the feed of each root holds, as the operator wants it. Raises ConfigurationError."""
    usual = FeedLimits()
    return FeedLimits(
        bytes=whole(environ, "PARLEDGER_FEED_BYTES", usual.bytes),
        messages=whole(environ, "PARLEDGER_FEED_MESSAGES", usual.messages),
        of_a_sender=whole(environ, "PARLEDGER_FEED_OF_A_SENDER", usual.of_a_sender),
    )


@asynccontextmanager
async def provisioner(url: str, seed_file: Path) -> AsyncIterator[JetStreamContext]:
    """JetStream as the one user that may make feeds."""
    connection = await nats.connect(
        url,
        nkeys_seed=str(seed_file),
        inbox_prefix=service_inbox_prefix(_USER).encode(),
        connect_timeout=_CONNECT_WITHIN,
        allow_reconnect=False,
    )
    try:
        yield connection.jetstream()
    finally:
        await connection.close()


async def prepared_roots(connection: asyncpg.Connection) -> list[str]:
    """The roots that have a part of the ledger."""
    rows = await connection.fetch("SELECT root FROM ledger.head ORDER BY root")
    return [row["root"] for row in rows]


async def provision_all(url: str, seed_file: Path, roots: Iterable[str]) -> None:
    """Make the feed of the platform and of each root; what is there stays, its limits as they are now."""
    limits = feed_limits(os.environ)
    async with provisioner(url, seed_file) as stream:
        await provision_platform(stream)
        for root in roots:
            await provision_root(stream, root, limits)


async def prepare_root(connection: asyncpg.Connection, url: str, seed_file: Path, root: str) -> None:
    """Prepare one root, as superuser: its part of the ledger first, then its feed. Idempotent."""
    await connection.execute("SELECT ledger.prepare_root($1)", root)
    async with provisioner(url, seed_file) as stream:
        await provision_root(stream, root, feed_limits(os.environ))

"""Receipts: that an event is in its root's public log, to be kept and checked without us."""

import asyncio

from services.query.context import Info
from services.query.load.receipts import sent
from services.query.schema.events import event_at
from shared.codec.names import root_of
from shared.log.checkpoint import parse_checkpoint
from shared.log.folder import LogFolder
from shared.log.merkle import inclusion_path
from shared.log.note import parse_note
from shared.log.proof import Proof


async def receipt_at(info: Info, root: str, position: int) -> str | None:
    """The tlog-proof of a position; None until a checkpoint covers it.

    None too for who may neither see the event nor has sent it.
    """
    log = info.context.logs.of(root) if info.context.logs else None
    if log is None or not await _may_have(info, root, position):
        return None
    return await asyncio.to_thread(_proof, log, position)


async def _may_have(info: Info, root: str, position: int) -> bool:
    viewer = info.context.viewer
    if root == root_of(viewer) and await sent(info.context.snapshot, viewer, position):
        return True
    return await event_at(info, root, position) is not None


def _proof(log: LogFolder, position: int) -> str | None:
    raw = log.checkpoint()
    if raw is None:
        return None
    size = parse_checkpoint(parse_note(raw).text).size
    if not 1 <= position <= size:
        return None
    path = inclusion_path(position - 1, size, log.tree(size).node)
    return Proof(position - 1, tuple(path), raw).text()

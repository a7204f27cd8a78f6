"""From the ledger to the public log of each root: tiles and a signed checkpoint, as static files.

The log only ever grows from what it has published. Where the ledger does not go on from there (it was
restored, or somebody changed it), that root's log stands still and says so; it never takes anything back.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
from asyncpg import Record

from shared.codec.hashes import leaf_hash
from shared.hosting.logs import name_of
from shared.ledger.pool import Pool
from shared.ledger.statements import load
from shared.ledger.tail import roots
from shared.log.folder import LogFolder
from shared.log.note import NoteError, SignerKey
from shared.log.tiles import ENTRIES, WIDTH, Edge, Tile, split

_SQL = load("services.relay", "log.sql")
_log = logging.getLogger("parledger.relay.log")
_PAGE = 20_000
_POLL = 0.4
_AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError)


class LogStands(Exception):
    """The log of a root cannot go on; the message says why, and what to look at."""


@dataclass(slots=True)
class _Log:
    """One root's log: where it lies, its key, and how far it has come; `last` is its last entry."""

    folder: LogFolder
    key: SignerKey
    edge: Edge
    last: bytes | None


@dataclass(slots=True)
class LogMaker:
    """Makes the logs below `folder`, of the roots whose key lies in `keys` as `<root>.key`."""

    pool: Pool
    folder: Path
    keys: Path
    _logs: dict[str, _Log] = field(default_factory=dict[str, _Log])
    _stands: dict[str, str] = field(default_factory=dict[str, str])

    async def run(self) -> None:
        """Let the logs grow with the ledger, until it is cancelled."""
        while True:
            try:
                behind = await self.extend_all()
            except _AWAY as error:
                _log.warning("the public logs wait (%s)", name_of(error))
                behind = False
            await asyncio.sleep(0 if behind else _POLL)

    async def extend_all(self) -> bool:
        """Let each root's log grow by what was recorded; whether more is left to be taken in at once."""
        async with self.pool.acquire() as connection:
            heads = await roots(connection)
        behind = False
        for root, head in heads.items():
            try:
                behind = await self._extend(root, head) or behind
            except (LogStands, NoteError) as error:
                self._logs.pop(root, None)
                if self._stands.get(root) != str(error):
                    _log.error("the public log of %s stands still: %s", root, error)
                self._stands[root] = str(error)
        return behind

    async def _extend(self, root: str, head: int) -> bool:
        log = self._logs.get(root)
        if log is None:
            log = await asyncio.to_thread(_open, root, self.folder, self.keys)
            if log is None:
                return False
            self._logs[root] = log
        if head == log.edge.size and self._stands.get(root) is None:
            return False
        async with self.pool.acquire() as connection:
            rows = await connection.fetch(_SQL["entries"], root, max(log.edge.size, 1), _PAGE)
        entries = _new_entries(rows, log)
        self._stands.pop(root, None)
        if not entries:
            return False
        self._logs.pop(root)  # a growth that fails leaves an edge that never was
        await asyncio.to_thread(_grow, log, entries)
        self._logs[root] = log
        return len(rows) == _PAGE


def _open(root: str, folder: Path, keys: Path) -> _Log | None:
    """The log as it was published last; None where the root has no key (yet)."""
    try:
        secret = (keys / f"{root}.key").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LogStands(f"its key cannot be read: {error}") from error
    key, place = SignerKey.parse(secret), LogFolder(folder / root)
    edge = place.edge(key.verifier())
    return _Log(place, key, edge, _last_entry(place, edge))


def _last_entry(folder: LogFolder, edge: Edge) -> bytes | None:
    partial = edge.partial.get(ENTRIES)
    if partial or not edge.size:
        return partial[-1] if partial else None
    tile = Tile(ENTRIES, edge.size // WIDTH - 1)
    return split(folder.tile(tile), tile)[-1]


def _new_entries(rows: list[Record], log: _Log) -> list[bytes]:
    """What comes after the log's last entry, which the ledger must still hold. Raises LogStands."""
    size = log.edge.size
    if size:
        if not rows or rows[0]["position"] != size:
            raise LogStands(f"the log has {size} positions, and the ledger has fewer")
        if rows[0]["entry"] != log.last:
            raise LogStands(f"position {size} was logged, and the ledger now holds something else there")
        rows = rows[1:]
    for expected, row in enumerate(rows, start=size + 1):
        if row["position"] != expected:
            raise LogStands(f"position {expected} is missing from the ledger")
        if leaf_hash(row["entry"]) != row["leaf_hash"]:
            raise LogStands(f"position {expected} does not have the leaf hash that was recorded with it")
    return [row["entry"] for row in rows]


def _grow(log: _Log, entries: list[bytes]) -> None:
    made = log.edge.grow(entries)
    try:
        log.folder.publish(made, log.edge, log.key)
    except OSError as error:
        raise LogStands(f"its files cannot be written: {error}") from error
    log.last = entries[-1]


def log_maker(pool: Pool, environ: Mapping[str, str]) -> LogMaker | None:
    """The maker that the configuration asks for: PARLEDGER_TLOG and PARLEDGER_TLOG_KEYS, both folders."""
    folder, keys = (environ.get(name, "").strip() for name in ("PARLEDGER_TLOG", "PARLEDGER_TLOG_KEYS"))
    return LogMaker(pool, Path(folder), Path(keys)) if folder and keys else None

"""The store: files come in under a name for the moment, and get the name of their hash once they are whole.

`incoming/<random>` while it comes, `sha256/ab/cd/abcd…` once it is kept. What a killed process left under
`incoming/` is cleared away. One code path for a folder and for a bucket; what a folder needs besides (links
that lead out of it, a disk that must have written) stands in `folder.py`.
"""

import asyncio
import logging
import os
import re
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import obstore
from obstore.exceptions import BaseError, GenericError
from obstore.store import ObjectStore

from shared.evidence import folder
from shared.evidence.errors import StoreFailed
from shared.evidence.incoming import Incoming
from shared.evidence.place import Bucket, Folder

_log = logging.getLogger("parledger.evidence")

MOST_BYTES = 100 * 1024 * 1024
"""The largest file that is taken."""

_INCOMING = "incoming"
_PART = 5 * 1024 * 1024  # S3 takes no smaller part of an upload, the last one aside
_PARTS_AT_ONCE = 2
_READ_AT_ONCE = 256 * 1024
_CODE = re.compile(r"<Code>(\w{1,64})</Code>")
_TIME_TO_END = 2.0  # seconds for an upload that nobody waits for any more


def key_of(hash_: str) -> str:
    """Where a file lies: `sha256/ab/cd/abcd…`. `hash_` is 64 hex digits in lower case, checked before."""
    return f"sha256/{hash_[:2]}/{hash_[2:4]}/{hash_}"


@dataclass(slots=True)
class Received:
    """A file that came in whole; it is gone when the context ends, unless it was kept."""

    size: int
    sha256: str
    _store: "EvidenceStore" = field(repr=False)
    _key: str = field(repr=False)
    kept: bool = False

    async def keep(self) -> None:
        """Give it the name of its hash; there may be one of that name already. Raises `StoreFailed`."""
        await self._store.keep(self._key, self.sha256)
        self.kept = True


@dataclass(frozen=True, slots=True)
class Found:
    """A stored file, and its size in bytes."""

    size: int
    _store: "EvidenceStore" = field(repr=False)
    _key: str = field(repr=False)

    async def read(self, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Its bytes from `start` up to `end`, or to its end. Raises `StoreFailed`."""
        whole = start == 0 and end in (None, self.size)
        stop = self.size if end is None else end
        async for chunk in self._store.read(self._key, start, stop, whole=whole):
            yield chunk


class EvidenceStore:
    """Files in one place. Opened at the first use, and again after a failure to open it."""

    def __init__(self, place: Folder | Bucket) -> None:
        self._place = place
        self._folder = place.path if isinstance(place, Folder) else None
        self._opened: ObjectStore | None = None

    @asynccontextmanager
    async def receive(self, chunks: AsyncIterable[bytes], most: int = MOST_BYTES) -> AsyncGenerator[Received]:
        """Take a file in as it comes. Whatever happens, nothing of it is left unless it was kept.

        Raises `TooLarge` beyond `most` bytes, `StoreFailed`, and what `chunks` raises.
        """
        key = f"{_INCOMING}/{os.urandom(16).hex()}"
        source = Incoming(chunks, most)
        received = None
        try:
            await self._write(key, source)
            received = Received(source.size, source.hash.hexdigest(), self, key)
            yield received
        finally:
            if received is None or not received.kept:
                await self._forget(key)

    async def keep(self, key: str, hash_: str) -> None:
        """Move what came in under `key` to where files of this hash lie. Raises `StoreFailed`."""
        final = key_of(hash_)
        try:
            if self._folder is not None:
                await asyncio.to_thread(folder.settle, self._folder, key, final)
            await obstore.rename_async(self._open(), key, final)
            if self._folder is not None:
                await asyncio.to_thread(folder.sync_folders, self._folder, final)
        except (BaseError, OSError) as error:
            raise _failed("keep", error) from error

    async def find(self, hash_: str) -> Found | None:
        """The file of this hash, if it is there. Raises `StoreFailed`."""
        key = key_of(hash_)
        try:
            if self._folder is not None:
                await asyncio.to_thread(folder.stays_within, self._folder, key)
            known = await obstore.head_async(self._open(), key)
        except FileNotFoundError:
            return None
        except (BaseError, OSError) as error:
            raise _failed("read", error) from error
        return Found(known["size"], self, key)

    async def read(self, key: str, start: int, end: int, *, whole: bool) -> AsyncIterator[bytes]:
        """The bytes of a file from `start` up to `end`; are they the `whole`? Raises `StoreFailed`."""
        if start >= end:
            return
        try:
            result = await (obstore.get_async(self._open(), key) if whole else self._part(key, start, end))
            at = result.range[0]
            async for chunk in result.stream(min_chunk_size=_READ_AT_ONCE):
                wanted = bytes(chunk)[max(start - at, 0) : max(end - at, 0)]
                at += len(chunk)
                if wanted:
                    yield wanted
                if at >= end:
                    return
        except (BaseError, OSError) as error:
            raise _failed("read", error) from error

    async def _part(self, key: str, start: int, end: int) -> "obstore.GetResult":
        """An answer with these bytes in it.

        Some servers answer a part as if it were the whole (200 instead of 206), which obstore does not take:
        of those the whole is asked for.
        """
        try:
            return await obstore.get_async(self._open(), key, options={"range": (start, end)})
        except GenericError as error:
            if "non-partial" not in str(error):
                raise
        return await obstore.get_async(self._open(), key)

    async def clear(self, older_than: timedelta) -> int:
        """Clear away what was left under `incoming/` so long ago; how many. Raises `StoreFailed`."""
        until = datetime.now(UTC) - older_than
        try:
            if self._folder is not None:
                return await asyncio.to_thread(folder.clear, self._folder / _INCOMING, until)
            store = self._open()
            left: list[str] = []
            async for some in store.list(f"{_INCOMING}/"):  # pyright: ignore[reportUnknownMemberType] - obstore's own gap
                left += [item["path"] for item in some if item["last_modified"] < until]
            for path in left:
                await obstore.delete_async(store, path)
            return len(left)
        except (BaseError, OSError) as error:
            raise _failed("clear", error) from error

    def _open(self) -> ObjectStore:
        if self._opened is None:
            self._opened = self._place.open()
        return self._opened

    async def _write(self, key: str, source: Incoming) -> None:
        """Write what comes. The store hears of a fault as of an end, so that no upload stays open there."""
        try:
            if self._folder is not None:
                await asyncio.to_thread(folder.stays_within, self._folder, key)
            writing = asyncio.ensure_future(
                obstore.put_async(
                    self._open(),
                    key,
                    source.bytes(),
                    use_multipart=True,
                    chunk_size=_PART,
                    max_concurrency=_PARTS_AT_ONCE,
                )
            )
            try:
                await asyncio.shield(writing)
            except asyncio.CancelledError:
                source.stop()
                await asyncio.wait({writing}, timeout=_TIME_TO_END)
                writing.cancel()
                raise
        except (BaseError, OSError) as error:
            raise source.fault or _failed("write", error) from error
        if source.fault is not None:
            raise source.fault

    async def _forget(self, key: str) -> None:
        try:
            await obstore.delete_async(self._open(), key)
        except FileNotFoundError:
            pass
        except (BaseError, OSError) as error:
            _log.warning(
                "what came in and is not kept could not be cleared away yet: %s", _failed("delete", error)
            )


def _failed(what: str, error: Exception) -> StoreFailed:
    """What went wrong. Of a server's XML the code alone: the rest may repeat what was signed, a token too."""
    said, _, xml = str(error).partition("\n\nDebug source")[0].partition("<")
    code = _CODE.search(xml)
    return StoreFailed(
        f"cannot {what}: {type(error).__name__}: {said[:500]}{code[1] if code else ''}".strip()
    )

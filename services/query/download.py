"""GET /evidence/{sha256}: a file, for who may see a dossier that holds it. For anybody else there is none.

What a tenant calls its file is not believed: a browser saves it, and never shows or runs it.
"""

import logging
import re
from dataclasses import dataclass, field
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from services.query.load.evidence import file_of
from services.query.ranges import NoSuchBytes, asked_bytes
from services.query.rows.dossiers import FileRow
from services.query.snapshot import Pool, Snapshot
from shared.evidence.errors import StoreFailed
from shared.evidence.store import EvidenceStore, Found
from shared.hosting.places import Places
from shared.identity.tokens import Caller

_log = logging.getLogger("parledger.query.evidence")
_HASH = re.compile(r"[0-9a-f]{64}")
_NOT_IN_A_NAME = re.compile(r"[\x00-\x1f\x7f-\x9f/\\\\:*?\"<>|]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_AT_ONCE = 32
_UNKNOWN = "application/octet-stream"
_OFFICE = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"

SAFE_TYPES = frozenset(
    {
        "application/pdf",
        "application/zip",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        f"{_OFFICE}.wordprocessingml.document",
        f"{_OFFICE}.spreadsheetml.sheet",
        f"{_OFFICE}.presentationml.presentation",
        f"{_ODF}.text",
        f"{_ODF}.spreadsheet",
        f"{_ODF}.presentation",
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/tiff",
        "image/webp",
        "text/csv",
        "text/plain",
    }
)
"""What a file may be answered as; none of them can run anything in a page. Any other is a file of bytes."""


@dataclass(frozen=True, slots=True)
class Downloads:
    """Hands files out, a few at once."""

    store: EvidenceStore
    pool: Pool
    places: Places = field(default_factory=lambda: Places(_AT_ONCE))

    async def get(self, caller: Caller, request: Request) -> Response:
        """The file as a stream, or the bytes of it that are asked for; of HEAD, what it would be.

        Raises HTTPException: 404 where there is none for this caller, 416, 503; Crowded.
        """
        await self.places.take(caller.tenant)
        try:
            answer = await self._answer(caller, request)
        except BaseException:
            self.places.leave(caller.tenant)
            raise
        return _Placed(answer, self.places, caller.tenant)

    async def _answer(self, caller: Caller, request: Request) -> Response:
        hash_ = str(request.path_params["sha256"])
        if not _HASH.fullmatch(hash_):
            raise _none()
        async with Snapshot(self.pool, caller.tenant) as snapshot:
            row = await file_of(snapshot, hash_)
        if row is None:
            raise _none()
        found = await self._find(hash_)
        kind = row.media_type.lower()
        headers = {
            **_HARMLESS,
            "accept-ranges": "bytes",
            "content-disposition": disposition(row, hash_),
            "content-length": str(found.size),
            "content-type": kind if kind in SAFE_TYPES else _UNKNOWN,
            "etag": f'"{hash_}"',
        }
        if request.method == "HEAD":
            return Response(headers=headers)
        return _bytes_of(found, request, headers)

    async def _find(self, hash_: str) -> Found:
        try:
            found = await self.store.find(hash_)
        except StoreFailed as error:
            _log.error("a file cannot be read: %s", error)
            raise _away() from error
        if found is None:
            _log.error("a file that was put is not in the storage: %s", hash_)
            raise _away()
        return found


class _Placed(Response):
    """An answer that keeps its place until it was sent, or nobody reads it any more."""

    def __init__(self, answer: Response, places: Places, caller: str) -> None:
        super().__init__(status_code=answer.status_code)
        self._answer, self._places, self._caller = answer, places, caller

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await self._answer(scope, receive, send)
        finally:
            self._places.leave(self._caller)


def _bytes_of(found: Found, request: Request, headers: dict[str, str]) -> Response:
    try:
        asked = asked_bytes(request.headers, headers["etag"], found.size)
    except NoSuchBytes as error:
        many = {"content-range": f"bytes */{found.size}"}
        raise HTTPException(416, f"the file has {found.size} bytes: ask for some of them", many) from error
    if asked is None:
        return StreamingResponse(found.read(), headers=headers)
    start, end = asked
    part = {"content-length": str(end - start), "content-range": f"bytes {start}-{end - 1}/{found.size}"}
    return StreamingResponse(found.read(start, end), 206, headers | part)


_HARMLESS = {
    "cache-control": "private, no-store",
    "content-security-policy": "default-src 'none'; sandbox",
    "cross-origin-resource-policy": "same-site",
    "x-content-type-options": "nosniff",
}


def disposition(row: FileRow, hash_: str) -> str:
    """To be saved, under the name that it was attached with. Source: RFC 6266, RFC 8187.

    An erased name gives way to the hash.
    """
    name = _NOT_IN_A_NAME.sub("_", row.name or hash_).strip(". ")[:200] or hash_
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _none() -> HTTPException:
    return HTTPException(404, "there is no such file here for you")


def _away() -> HTTPException:
    return HTTPException(
        503, "the file cannot be had at the moment: try again", headers={"retry-after": "10"}
    )

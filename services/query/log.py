"""GET /log/{root}/…: the public log of a root, as static files, for anybody.

What is in it are hashes of digests: who has the events can prove them by it, who has not learns nothing.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from shared.codec.names import is_path
from shared.log.folder import LogFolder
from shared.log.tiles import CHECKPOINT, KEY

_FOR_EVER = {"cache-control": "public, max-age=31536000, immutable"}
_FOR_NOW = {"cache-control": "no-cache"}


@dataclass(frozen=True, slots=True)
class PublicLogs:
    """The logs below a folder, one a root."""

    folder: Path

    def of(self, root: str) -> LogFolder | None:
        """The log of a root; None where that is no root's name."""
        return LogFolder(self.folder / root) if is_path(root) and "/" not in root else None

    async def get(self, request: Request) -> Response:
        """A checkpoint or a tile. Raises HTTPException 404."""
        path, log = str(request.path_params["path"]), self.of(str(request.path_params["root"]))
        content = await asyncio.to_thread(log.read, path) if log else None
        if content is None:
            raise HTTPException(404, "the public log of this root has no such file")
        if path in (CHECKPOINT, KEY):
            return Response(content, headers=_FOR_NOW, media_type="text/plain; charset=utf-8")
        return Response(content, headers=_FOR_EVER, media_type="application/octet-stream")

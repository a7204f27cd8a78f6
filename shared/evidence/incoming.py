"""A file as it comes in."""

from collections.abc import AsyncIterable, AsyncIterator
from hashlib import sha256

from shared.evidence.errors import TooLarge


class Incoming:
    """What comes, counted and hashed on the way; it ends early where it fails, and holds the fault."""

    def __init__(self, chunks: AsyncIterable[bytes], most: int) -> None:
        self.size = 0
        self.hash = sha256()
        self.fault: Exception | None = None
        self._chunks = chunks
        self._most = most
        self._stopped = False

    def stop(self) -> None:
        """Nobody waits for it any more."""
        self._stopped = True

    async def bytes(self) -> AsyncIterator[bytes]:
        """The chunks; what goes wrong ends them."""
        try:
            async for chunk in self._chunks:
                self.size += len(chunk)
                if self.size > self._most:
                    self.fault = TooLarge(f"more than {self._most} bytes")
                if self.fault is not None or self._stopped:
                    return
                if chunk:
                    self.hash.update(chunk)
                    yield chunk
        except Exception as fault:
            self.fault = fault

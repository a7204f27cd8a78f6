"""A connection that gives itself away neither to who sends a head without an end, nor to who never reads.

uvicorn 0.54 with httptools bounds neither how large the head of a request gets (nor the trailers behind its
body), nor how long it takes to come; and it waits for ever for whoever does not read its answer.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_KEPT = 64 * 1024
"""So many bytes, and what one read brings, may come without becoming a request or a part of its body."""

HEAD_WITHIN = 20.0
"""Seconds in which the head of a request has to come."""

READ_WITHIN = 60.0
"""Seconds in which whoever is answered has to read what was written before more is."""


class Connection(HttpToolsProtocol):
    """uvicorn's own, with bounds."""

    _unread: asyncio.TimerHandle | None = None

    _kept = 0
    _handed_on = False
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Wait for a request, and not for ever."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._await_nothing()
        self._is_read()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Wait for who is answered to read, and not for ever."""
        super().pause_writing()
        self._is_read()
        self._unread = self.loop.call_later(READ_WITHIN, self.transport.abort)

    def resume_writing(self) -> None:
        """It was read."""
        self._is_read()
        super().resume_writing()

    def _is_read(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def data_received(self, data: bytes) -> None:
        """Parse what came; give up who sends what becomes nothing."""
        self._handed_on = False
        super().data_received(data)
        self._kept = 0 if self._handed_on else self._kept + len(data)
        if self._kept > MOST_KEPT and not self.transport.is_closing():
            self._give_up("The head of the request is too large.")

    def on_message_begin(self) -> None:
        """A request begins."""
        self._handed_on = True
        self._await_head()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Its head is there."""
        self._await_nothing()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Some of its body came."""
        self._handed_on = True
        super().on_body(body)

    def _await_head(self) -> None:
        self._await_nothing()
        self._late = self.loop.call_later(HEAD_WITHIN, self._too_late)

    def _await_nothing(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _too_late(self) -> None:
        if self._is_answering():  # and reads nothing meanwhile, perhaps
            self._await_head()
        elif not self.transport.is_closing():
            self.transport.close()

    def _give_up(self, why: str) -> None:
        if self._is_answering():
            self.transport.abort()
        else:
            self.send_400_response(why)

    def _is_answering(self) -> bool:
        answering: Any = self.cycle  # None, before the first request
        return answering is not None and not answering.response_complete

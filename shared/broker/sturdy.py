"""A nats client that goes on reading whatever a tenant sends.

A tenant chooses a token of its subjects and the headers of its messages, byte by byte, and the server passes
both on. The client library (nats-py 2.16) reads them with patterns that do not hold for every byte: a header
block that is only its first line, a subject that is not UTF-8 or holds a vertical tab, and its reader ends or
reconnects, at every redelivery anew: one message silences a service for good. So a connection on which
tenants' messages arrive reads them as below.

The reader ends, too, and tells nobody, at the answer to a flush that was given up: a service that was
cancelled at the wrong moment would hear nothing for minutes. Here such an answer is let pass.

And a flush is a barrier here: the library writes its question past what waits to be written, so the answer
may come before the server has heard of a subscription that was made earlier.
"""

import asyncio
from typing import cast

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import ProtocolError
from nats.protocol.parser import AWAITING_CONTROL_LINE, AWAITING_MSG_PAYLOAD, Parser

_END = b"\r\n"
_MESSAGE = b"MSG "
_MESSAGE_WITH_HEADERS = b"HMSG "


def withstand(client: Client) -> None:
    """Makes a client sturdy, connected or not; a second time does nothing.

    TypeError if it is of another class than nats-py's.
    """
    if isinstance(client, _SturdyClient):
        return
    if type(client) is not Client:
        raise TypeError(f"not the client of nats-py: {type(client)}")
    parser = client._ps  # pyright: ignore[reportPrivateUsage]
    client.__class__ = _SturdyClient
    parser.__class__ = _SturdyParser


class _SturdyClient(Client):
    async def _process_headers(self, headers: bytes) -> dict[str, str] | None:
        """Headers that cannot be read are none: nothing that concerns us depends on a tenant's headers."""
        try:
            return cast("dict[str, str] | None", await super()._process_headers(headers))  # pyright: ignore
        except (IndexError, ValueError):
            return None

    async def _process_pong(self) -> None:
        """The answer to a flush; one that was given up meanwhile has no use for it."""
        waiting = cast("list[asyncio.Future[bool]]", self._pongs)  # pyright: ignore[reportUnknownMemberType]
        if waiting and waiting[0].done():
            waiting[0] = asyncio.get_running_loop().create_future()
        await super()._process_pong()  # pyright: ignore[reportPrivateUsage]

    async def _send_ping(self, future: "asyncio.Future[bool] | None" = None) -> None:
        """Asks after everything that was to be written before."""
        waiting = cast("list[asyncio.Future[bool]]", self._pongs)  # pyright: ignore[reportUnknownMemberType]
        waiting.append(future or asyncio.get_running_loop().create_future())
        await self._send_command(b"PING\r\n")  # pyright: ignore[reportPrivateUsage]
        await self._flush_pending()  # pyright: ignore[reportPrivateUsage, reportUnknownMemberType]

    def _build_message(
        self, sid: int, subject: bytes, reply: bytes, data: bytes, headers: dict[str, str] | None
    ) -> Msg:
        """Bytes of a subject that are no UTF-8 are replaced.

        Only a type's token can hold some, and such a type is unknown.
        """
        return Msg(
            _client=self,
            subject=subject.decode(errors="replace"),
            reply=reply.decode(errors="replace"),
            data=data,
            headers=headers,
            _sid=sid,
        )


class _SturdyParser(Parser):
    """Splits the lines of messages at single spaces, as the server joins them.

    Leaves all other lines to the library.
    """

    buf: bytearray

    async def parse(self, data: bytes = b"") -> None:
        self.buf.extend(data)
        while self.buf:
            if self.state == AWAITING_MSG_PAYLOAD:
                if len(self.buf) < self.needed + len(_END):
                    return
                await self._deliver()
                continue
            end = self.buf.find(_END)
            if end < 0:
                return
            if self.buf.startswith((_MESSAGE, _MESSAGE_WITH_HEADERS)):
                line = bytes(self.buf[:end])
                del self.buf[: end + len(_END)]
                self._begin(line)
            elif not await self._other_line(end + len(_END)):
                return

    def _begin(self, line: bytes) -> None:
        """`MSG subject sid [reply] size`, or `HMSG subject sid [reply] size-of-headers size`."""
        kind, *words = line.split(b" ")
        sizes = 2 if kind == b"HMSG" else 1
        try:
            subject, sid, *reply = words[:-sizes]
            (reply_subject,) = reply or (b"",)
            self.msg_arg = {"subject": subject, "sid": int(sid), "reply": reply_subject}
            self.needed = int(words[-1])
            self.header_needed = int(words[-2]) if sizes == 2 else 0
        except ValueError as fault:
            raise ProtocolError("nats: malformed MSG") from fault
        self.state = AWAITING_MSG_PAYLOAD

    async def _deliver(self) -> None:
        message = bytes(self.buf[: self.needed])
        del self.buf[: self.needed + len(_END)]
        split = self.header_needed
        self.header_needed = 0
        self.state = AWAITING_CONTROL_LINE
        sid, subject, reply = self.msg_arg["sid"], self.msg_arg["subject"], self.msg_arg["reply"]
        client = cast("_SturdyClient", self.nc)  # pyright: ignore[reportUnknownMemberType]
        await client._process_msg(sid, subject, reply, message[split:], message[:split])  # pyright: ignore

    async def _other_line(self, length: int) -> bool:
        """Lets the library read one line.

        False if that ended the connection, and with it what was buffered.
        """
        rest = bytes(self.buf[length:])
        del self.buf[length:]
        line = self.buf
        await super().parse()
        if self.buf is not line:
            return False
        self.buf.extend(rest)
        return True

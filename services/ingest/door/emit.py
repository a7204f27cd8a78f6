"""POST /emit: for those who do not speak NATS. It goes the way of all; its outcome is the answer."""

import logging
from asyncio import timeout
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from services.ingest.door.answers import Turned, away, busy, json_answer
from services.ingest.door.caller import Bearer, Verifier, bearer_of
from services.ingest.door.courier import (
    CourierError,
    FeedAway,
    FeedFull,
    FeedTakesLess,
    Rejected,
    Unanswered,
)
from services.ingest.door.couriers import AllBusy, Couriers, IdInDoubt
from shared.broker.streams import MOST_BYTES_OF_AN_EMISSION
from shared.broker.subjects import type_token
from shared.codec.envelope import usable_id
from shared.hosting.places import Crowded, Places

_AT_ONCE = 256
"""Emissions that are under way by HTTP at once: of 300 KiB at most, so 75 MiB."""

_log = logging.getLogger("parledger.ingest.emit")


class _TypeAlone(msgspec.Struct):
    type: Any = None


_TYPE = msgspec.json.Decoder(_TypeAlone)


@dataclass(frozen=True, slots=True)
class Emissions:
    """Hands emissions on.

    An outcome is waited for `patience` seconds; an emission may take `whole` seconds to come.
    """

    couriers: Couriers
    verifier: Verifier
    patience: float = 10.0
    whole: float = 30.0
    places: Places = field(default_factory=lambda: Places(_AT_ONCE, share=0.25))

    async def post(self, request: Request) -> Response:
        """Answer 200 with the outcome, whether recorded, duplicate or refused; or turn it away."""
        bearer = await bearer_of(request, self.verifier)
        try:
            async with self.places.place(bearer.caller.tenant):
                return await self._deliver(bearer, request)
        except Crowded as error:
            raise busy("busy", *_BUSY, error.retry_after) from error

    async def _deliver(self, bearer: Bearer, request: Request) -> Response:
        raw = await _body(request, self.whole)
        id_ = usable_id(raw)
        key = id_ or sha256(raw).hexdigest()
        try:
            outcome = await self.couriers.deliver(bearer, raw, _type_of(raw), key, self.patience)
        except CourierError as error:
            _log.info("an emission of %s has no outcome: %s", bearer.caller.tenant, type(error).__name__)
            raise _turned(error, id_) from error
        return json_answer(outcome)


_BUSY = (
    "Hệ thống đang nhận nhiều bản gửi cùng lúc; hãy gửi lại sau với cùng mã.",
    "Many emissions are under way at the moment: send it again, under the same id.",
)


def _turned(error: CourierError, id_: str | None) -> Turned:  # noqa: PLR0911 - a table, an answer each
    """A missing outcome as an answer."""
    match error:
        case FeedTakesLess():
            return _too_large()
        case Rejected():
            return Turned(
                401,
                "bad-token",
                "Mã truy cập không được chấp nhận; hãy lấy mã mới từ nơi cấp.",
                "The broker does not accept the token: it may have expired; get a new one from your issuer.",
            )
        case FeedFull():
            return busy(
                "feed-full",
                "Hàng đợi đang đầy; hãy gửi lại sau với cùng mã, và gửi chậm hơn.",
                "The feed has no room at the moment: send it again, under the same id, and more slowly.",
            )
        case AllBusy():
            return busy("busy", *_BUSY)
        case IdInDoubt():
            return Turned(
                409,
                "id-in-doubt",
                "Mã này đã dùng cho nội dung khác chưa có kết quả; hãy gửi lại nội dung đó hoặc dùng mã mới.",
                "Other content under this id has no outcome yet: send that again, or take a new id.",
                more={"id": id_, "status": "unanswered"},
            )
        case Unanswered():
            return Turned(
                504,
                "unanswered",
                "Chưa có kết quả; bản gửi có thể vẫn được ghi nhận. Hãy gửi lại với cùng mã để biết kết quả.",
                "No outcome came yet; it may still be recorded. Send it again under the same id to learn it.",
                more={"id": id_, "status": "unanswered"},
            )
        case FeedAway() | _:
            return away(
                "feed-away",
                "Hệ thống nhận tin không trả lời lúc này, hoặc chưa được chuẩn bị cho tỉnh này; "
                "hãy gửi lại sau với cùng mã, nếu vẫn vậy thì hỏi người vận hành.",
                "The feed is not there at the moment, or the root was never prepared (`parledger root add`): "
                "send it again, under the same id; where that does not help, ask the operator.",
            )


def _too_large() -> Turned:
    return Turned(
        413,
        "too-large",
        f"Bản gửi dài hơn {MOST_BYTES_OF_AN_EMISSION} byte; hãy rút gọn, gửi tệp qua PUT /evidence.",
        f"The emission has more than {MOST_BYTES_OF_AN_EMISSION} bytes, which nobody judges: shorten it; "
        "files go up by PUT /evidence.",
    )


async def _body(request: Request, whole: float) -> bytes:
    stated = request.headers.get("content-length", "")
    if stated.isascii() and stated.isdigit() and int(stated) > MOST_BYTES_OF_AN_EMISSION:
        raise _too_large()
    body = bytearray()
    try:
        async with timeout(whole):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MOST_BYTES_OF_AN_EMISSION:
                    raise _too_large()
    except TimeoutError as error:
        raise Turned(
            408,
            "too-slow",
            "Bản gửi đến quá chậm hoặc bị ngắt; hãy gửi lại với cùng mã.",
            "The emission came too slowly, or stopped coming: send it again, under the same id.",
        ) from error
    except ClientDisconnect as error:
        raise Turned(499, "cut-off", "Kết nối bị ngắt.", "The connection was cut off.") from error
    return bytes(body)


def _type_of(raw: bytes) -> str:
    """The type to send it under: its own where that is a safe token, else Unknown."""
    try:
        return type_token(_TYPE.decode(raw).type)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return type_token(None)

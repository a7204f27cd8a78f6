"""What the door answers where it is not an outcome: an HTTP status, and a problem in two languages.

Problem types: no-token, bad-token, keys-unavailable, not-permitted, not-a-hash, too-large, hash-mismatch,
over-quota, too-slow, busy, root-not-prepared, feed-full, feed-away, storage-away, ledger-away, unanswered,
id-in-doubt, failed.
"""

import json
from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response


class Turned(Exception):
    """A request that is not taken: the status, the problem's type, and what to do, in two languages.

    `retry_after`: seconds after which it may be tried again. `more` stands beside the problem in the answer.
    """

    def __init__(
        self,
        status: int,
        type_: str,
        vi: str,
        en: str,
        *,
        retry_after: int | None = None,
        more: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(en)
        self.status = status
        self.retry_after = retry_after
        self.answer: dict[str, object] = {
            **(more or {}),
            "problem": {"type": type_, "detail": {"vi": vi, "en": en}},
        }


def busy(type_: str, vi: str, en: str, retry_after: int = 2) -> Turned:
    """More is sent than is taken at the moment: 429, and when to send it again."""
    return Turned(429, type_, vi, en, retry_after=retry_after)


def away(type_: str, vi: str, en: str, retry_after: int = 2) -> Turned:
    """Something is not there at the moment: 503, and when to try again."""
    return Turned(503, type_, vi, en, retry_after=retry_after)


def json_answer(content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer in JSON, which nobody keeps."""
    raw = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
    return Response(
        raw,
        status,
        media_type="application/json",
        headers={"cache-control": "no-store", "x-content-type-options": "nosniff", **(headers or {})},
    )


async def turn_away(_request: Request, error: Exception) -> Response:
    """The answer to a request that is not taken."""
    assert isinstance(error, Turned)  # noqa: S101 - what it is registered for
    headers: dict[str, str] = {}
    if error.status == 401:
        headers["www-authenticate"] = "Bearer"
    if error.retry_after is not None:
        headers["retry-after"] = str(error.retry_after)
    return json_answer(error.answer, error.status, headers)


async def nothing_here(_request: Request, error: Exception) -> Response:
    """A path or a method that is none of the door's."""
    assert isinstance(error, HTTPException)  # noqa: S101 - what it is registered for
    answer = Turned(
        error.status_code,
        "not-found",
        "Không có gì ở đây: hãy dùng POST /emit hoặc PUT /evidence/{sha256}.",
        "Nothing is here: POST an emission to /emit, PUT a file to /evidence/{sha256}.",
    )
    return json_answer(answer.answer, error.status_code, error.headers)


async def failed(_request: Request, _error: Exception) -> Response:
    """What nobody expected; it is logged, without its words, by who serves."""
    answer = Turned(
        500,
        "failed",
        "Hệ thống gặp lỗi; hãy gửi lại sau, bản gửi với cùng mã, và báo cho quản trị nếu lặp lại.",
        "Something failed here: send it again, an emission under the same id; tell the operator if it stays.",
    )
    return json_answer(answer.answer, answer.status)

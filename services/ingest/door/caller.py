"""Who asks: the bearer of a token, checked at every request."""

from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request

from services.ingest.door.answers import Turned, away
from shared.identity.tokens import Caller, InvalidToken, KeysUnavailable


class Verifier(Protocol):
    """Says who a token speaks for. Raises InvalidToken or KeysUnavailable."""

    async def verify(self, token: str) -> Caller:
        """Who is calling."""
        ...


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who calls, and the token by which that is known: it is passed on to the broker, and shown nowhere."""

    caller: Caller
    token: str

    def __repr__(self) -> str:
        return f"Bearer({self.caller.tenant})"


async def bearer_of(request: Request, verifier: Verifier) -> Bearer:
    """Who calls. Raises `Turned`: 401 without a good token, 503 where the issuer's keys cannot be had."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise Turned(
            401,
            "no-token",
            "Thiếu mã truy cập: hãy gửi tiêu đề 'Authorization: Bearer <JWT>'.",
            "There is no token: send the header 'Authorization: Bearer <JWT>'.",
        )
    try:
        return Bearer(await verifier.verify(token), token)
    except InvalidToken as fault:
        raise Turned(
            401,
            "bad-token",
            "Mã truy cập không được chấp nhận; hãy lấy mã mới từ nơi cấp.",
            f"The token is not accepted: {fault.reason}; get a new one from your issuer.",
        ) from fault
    except KeysUnavailable as fault:
        raise away(
            "keys-unavailable",
            "Chưa đọc được khóa của nơi cấp mã; hãy thử lại sau.",
            "The issuer's keys cannot be had at the moment: try again.",
        ) from fault

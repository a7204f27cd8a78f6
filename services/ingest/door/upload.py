"""PUT /evidence/{sha256}: a file comes in as a stream, is hashed on the way, and stands whole or not at all.

The same answer whether the file was there or not: who puts it proves to have it, and learns nothing else.
"""

import asyncio
import logging
import re
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import asyncpg
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from services.ingest.door.answers import Turned, away, busy, json_answer
from services.ingest.door.caller import Verifier, bearer_of
from shared.codec.catalogue import FILER
from shared.evidence.errors import StoreFailed, TooLarge
from shared.evidence.store import MOST_BYTES, EvidenceStore, Received
from shared.hosting.logs import name_of
from shared.ledger.evidence import bytes_put, note_put, sizes_put
from shared.ledger.pool import Pool

_log = logging.getLogger("parledger.ingest.evidence")
_HASH = re.compile(r"[0-9a-f]{64}")
_AT_ONCE = 8
_AT_ONCE_OF_A_TENANT = 3  # so that one that sends slowly does not keep all the others out
_ABANDONED = 499  # nobody hears it: the client went away


@dataclass(frozen=True, slots=True)
class Pace:
    """How slow an upload may be, in seconds: between two pieces of it, and as a whole."""

    idle: float = 30.0
    whole: float = 15 * 60.0


@dataclass(frozen=True, slots=True)
class Uploads:
    """Takes files in. `quota` and `most` are bytes: of all that a tenant has put, and of one file."""

    store: EvidenceStore
    pool: Pool
    verifier: Verifier
    quota: int
    most: int = MOST_BYTES
    pace: Pace = Pace()
    under_way: Counter[str] = field(default_factory=Counter[str])
    """How many files are coming in, by tenant."""

    async def put(self, request: Request) -> Response:
        """Answer 201 with the hash and the size, or turn it away."""
        bearer = await bearer_of(request, self.verifier)
        tenant, hash_ = bearer.caller.tenant, str(request.path_params["sha256"])
        if not bearer.caller.roles & FILER:
            raise Turned(
                403,
                "not-permitted",
                "Chỉ vai trò filer hoặc head được tải tệp lên.",
                "Putting a file takes the role filer or head.",
            )
        if not _HASH.fullmatch(hash_):
            raise Turned(
                400,
                "not-a-hash",
                "Địa chỉ phải là mã SHA-256 của tệp: 64 chữ số thập lục phân viết thường.",
                "The address must be the file's SHA-256: 64 hexadecimal digits in lower case.",
            )
        async with self._turn_of(tenant), _told(tenant, self.most):
            await self._check_declared(request, tenant, hash_)
            async with self.store.receive(_chunks(request, self.pace), self.most) as received:
                await self._keep(received, tenant, hash_)
        return json_answer({"sha256": hash_, "size": received.size}, 201)

    @asynccontextmanager
    async def _turn_of(self, tenant: str) -> AsyncGenerator[None]:
        """One of the few files that come in at once. Raises `Turned` where there are as many as may be."""
        if self.under_way[tenant] >= _AT_ONCE_OF_A_TENANT or self.under_way.total() >= _AT_ONCE:
            raise busy(
                "busy",
                "Đang nhận nhiều tệp cùng lúc; hãy thử lại sau.",
                "Many files are coming in at the moment: try again.",
            )
        self.under_way[tenant] += 1
        try:
            yield
        finally:
            self.under_way[tenant] -= 1
            if not self.under_way[tenant]:
                del self.under_way[tenant]

    async def _check_declared(self, request: Request, tenant: str, hash_: str) -> None:
        """Turn away what cannot be taken by what it says of itself, before it comes."""
        stated = request.headers.get("content-length", "")
        size = int(stated) if stated.isascii() and stated.isdigit() else 0
        if size > self.most:
            raise TooLarge
        async with self.pool.acquire() as connection:
            if await bytes_put(connection, tenant) + size <= self.quota:
                return
            root = tenant.partition("/")[0]
            if not await sizes_put(connection, root, [(tenant, hash_)]):
                raise _over_quota(self.quota)

    async def _keep(self, received: Received, tenant: str, hash_: str) -> None:
        """Note it in the ledger and give it its name, both or neither."""
        if received.sha256 != hash_:
            raise Turned(
                422,
                "hash-mismatch",
                f"Tệp nhận được có mã SHA-256 {received.sha256}; hãy tính lại mã và gửi lại.",
                f"What came has the SHA-256 {received.sha256}: hash the file again and send it anew.",
            )
        async with self.pool.acquire() as connection, connection.transaction():
            noted = await note_put(connection, tenant, hash_, received.size, self.quota)
            if noted == "over-quota":
                raise _over_quota(self.quota)
            if noted == "unknown-root":
                raise away(
                    "root-not-prepared",
                    "Hệ thống chưa được chuẩn bị cho tỉnh này.",
                    "The root is not prepared: ask the operator for `parledger root add`.",
                    60,
                )
            await received.keep()


@asynccontextmanager
async def _told(tenant: str, most: int) -> AsyncGenerator[None]:
    """What goes wrong with a file on the way, as an answer."""
    try:
        yield
    except TooLarge as error:
        raise Turned(
            413,
            "too-large",
            f"Tệp lớn hơn {most} byte; hãy giảm dung lượng hoặc chia tệp.",
            f"The file has more than {most} bytes: make it smaller, or split it.",
        ) from error
    except StoreFailed as error:
        _log.error("a file of %s is not stored: %s", tenant, error)
        raise away(
            "storage-away",
            "Kho lưu tệp không ghi được lúc này; hãy thử lại sau.",
            "The storage takes no files at the moment: try again.",
            10,
        ) from error
    except TimeoutError as error:
        raise Turned(
            408,
            "too-slow",
            "Tệp gửi quá chậm hoặc bị ngắt; hãy gửi lại.",
            "The file came too slowly, or stopped coming: send it again.",
        ) from error
    except ClientDisconnect as error:
        raise Turned(_ABANDONED, "cut-off", "Kết nối bị ngắt.", "The connection was cut off.") from error
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        _log.error("a file of %s is not noted: %s", tenant, name_of(error))
        raise away(
            "ledger-away",
            "Cơ sở dữ liệu không trả lời lúc này; hãy thử lại sau.",
            "The ledger does not answer at the moment: try again.",
        ) from error


def _over_quota(quota: int) -> Turned:
    return Turned(
        507,
        "over-quota",
        f"Đơn vị đã dùng hết hạn mức {quota} byte cho tài liệu; hãy đề nghị quản trị tăng hạn mức.",
        f"The unit has used up its {quota} bytes for evidence: ask the operator for more.",
    )


async def _chunks(request: Request, pace: Pace) -> AsyncIterator[bytes]:
    """The body as it comes. Raises `TimeoutError` where it stops, `ClientDisconnect` where it is cut off."""
    loop = asyncio.get_running_loop()
    until = loop.time() + pace.whole
    stream = request.stream()
    while True:
        try:
            async with asyncio.timeout_at(min(until, loop.time() + pace.idle)):
                chunk = await anext(stream)
        except StopAsyncIteration:
            return
        yield chunk

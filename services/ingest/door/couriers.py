"""The couriers at hand: one for each token in use, few enough, and none kept for long."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from weakref import WeakValueDictionary

from services.ingest.door.caller import Bearer
from services.ingest.door.courier import Courier, CourierError


class AllBusy(CourierError):
    """Every courier that may be kept is under way."""


@dataclass(slots=True)
class _Kept:
    courier: Courier | None = None
    users: int = 0
    used: float = 0.0
    opening: asyncio.Lock = field(default_factory=asyncio.Lock)


class _Turn(asyncio.Lock):
    """A lock that can be referred to weakly: it is gone once nobody holds it or waits for it."""


class Couriers:
    """Opens couriers, keeps at most `most`, and closes those that nobody used for `idle` seconds.

    They are known by the hash of their token, so that no token is kept here.
    """

    def __init__(self, url: str, *, most: int = 128, idle: float = 60.0) -> None:
        self._url = url
        self._most = most
        self._idle = idle
        self._kept: dict[bytes, _Kept] = {}
        self._turns: WeakValueDictionary[tuple[str, str], _Turn] = WeakValueDictionary()

    def __len__(self) -> int:
        return len(self._kept)

    async def deliver(self, bearer: Bearer, raw: bytes, type_: str, key: str, within: float) -> bytes:
        """The outcome of an emission, as it was told. Raises `CourierError`.

        Two of one unit that would be answered under one key go one after the other: else one would be given
        the other's answer.
        """
        name = (bearer.caller.tenant, key)
        turn = self._turns.setdefault(name, _Turn())
        async with turn, self._at_hand(bearer) as courier:
            return await courier.deliver(raw, type_, key, within)

    async def keep_few(self) -> None:
        """Close what nobody uses, again and again, until this is cancelled; then close all."""
        try:
            while True:
                await asyncio.sleep(min(self._idle / 2, 5.0))
                until = asyncio.get_running_loop().time() - self._idle
                for token, kept in list(self._kept.items()):
                    idle = not kept.users and (kept.used < until or kept.courier is None or kept.courier.lost)
                    if idle:
                        await self._drop(token)
        finally:
            for token in list(self._kept):
                with contextlib.suppress(Exception):
                    await self._drop(token)

    @asynccontextmanager
    async def _at_hand(self, bearer: Bearer) -> AsyncGenerator[Courier]:
        token = sha256(bearer.token.encode()).digest()
        if token not in self._kept:
            await self._make_room()
        kept = self._kept.setdefault(token, _Kept())
        kept.users += 1
        try:
            async with kept.opening:
                if kept.courier is None or kept.courier.lost:
                    kept.courier = None
                    kept.courier = await Courier.open(self._url, bearer)
            yield kept.courier
        finally:
            kept.users -= 1
            kept.used = asyncio.get_running_loop().time()

    async def _make_room(self) -> None:
        while len(self._kept) >= self._most:
            free = [(kept.used, token) for token, kept in self._kept.items() if not kept.users]
            if not free:
                raise AllBusy
            await self._drop(min(free)[1])

    async def _drop(self, token: bytes) -> None:
        kept = self._kept.pop(token, None)
        if kept is not None and kept.courier is not None:
            await kept.courier.close()

"""The couriers at hand: one for each token in use, few enough, and none kept for long."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from weakref import WeakValueDictionary

from services.ingest.door.caller import Bearer
from services.ingest.door.courier import Courier, CourierError, FeedFull, FeedTakesLess, Rejected

_MOST_REMEMBERED = 10_000
_STRAYS_FOR = 30.0  # seconds for which an outcome that was given up may still come


class AllBusy(CourierError):
    """Every courier that may be kept is under way."""


class IdInDoubt(CourierError):
    """Other content was sent under this id, and its outcome is not known yet."""


@dataclass(slots=True)
class _Used:
    """What an id was used for first, as far as this process knows: the SHA-256 of the emission.

    `unheard`: how often it was sent without hearing an outcome; `last`: when it was last sent.
    """

    content: bytes
    unheard: int = 0
    answered: bool = False
    last: float = 0.0

    def in_doubt(self) -> bool:
        """May an outcome of it still come?"""
        if not self.unheard:
            return False
        return not self.answered or asyncio.get_running_loop().time() - self.last < _STRAYS_FOR


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
        self._used: dict[tuple[str, str], _Used] = {}
        self._turns: WeakValueDictionary[tuple[str, str], _Turn] = WeakValueDictionary()

    def __len__(self) -> int:
        return len(self._kept)

    async def deliver(self, bearer: Bearer, raw: bytes, type_: str, key: str, within: float) -> bytes:
        """The outcome of an emission, as it was told. Raises `CourierError`.

        Two of one unit that would be answered under one key go one after the other, and other content does
        not follow one of which an answer may still come: else one would be given the other's.
        """
        name, content = (bearer.caller.tenant, key), sha256(raw).digest()
        async with self._turns.setdefault(name, _Turn()):
            used = self._used.get(name) or self._remember(name, _Used(content))
            if used.content != content and used.in_doubt():
                raise IdInDoubt
            used.unheard += 1
            try:
                async with self._at_hand(bearer) as courier:
                    outcome = await courier.deliver(raw, type_, key, within)
            except (AllBusy, FeedFull, FeedTakesLess, Rejected):
                used.unheard -= 1  # the feed did not take it
                if not used.unheard and not used.answered:
                    self._used.pop(name, None)
                raise
            finally:
                used.last = asyncio.get_running_loop().time()
            used.unheard -= 1
            used.answered = True
            return outcome

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

    def _remember(self, name: tuple[str, str], used: "_Used") -> "_Used":
        """Note what an id was used for; of too many, those of longest ago are forgotten."""
        self._used[name] = used
        while len(self._used) > _MOST_REMEMBERED:
            del self._used[next(iter(self._used))]
        return used

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

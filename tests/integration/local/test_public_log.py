"""The platform publishes the log of each root, and anybody may fetch it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest

from deploy.local.stack import Servers, Stack
from shared.log.checkpoint import Checkpoint, opened
from shared.log.merkle import root_hash
from shared.log.tiles import Tile, Tree
from tests.patience import PATIENCE
from tests.province import Province, province_on


@pytest.fixture
async def province(stack: Stack, add_root: Callable[[Servers], Awaitable[str]]) -> AsyncIterator[Province]:
    """A root that was added while the platform runs."""
    async with province_on(stack, await add_root(stack)) as begun:
        await begun.open()
        yield begun


async def covering(client: httpx.AsyncClient, key: str, position: int, stack: Stack) -> Checkpoint:
    """The head, as soon as it covers a position."""
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = await client.get(f"/log/{key}/checkpoint")
            if answer.status_code == 200:
                assert answer.headers["content-type"] == "text/plain; charset=utf-8"
                assert answer.headers["cache-control"] == "no-cache"
                head = opened(answer.content, stack.keys.log_key(key).verifier())
                if head.size >= position:
                    return head
            await asyncio.sleep(0.05)


async def test_the_log_of_a_root_is_there_for_anybody(stack: Stack, province: Province) -> None:
    async with httpx.AsyncClient(base_url=stack.http_url) as client:
        head = await covering(client, province.root, province.state.position, stack)
        tiles: dict[Tile, bytes] = {}
        for tile in (Tile(0, 0, head.size), Tile(-1, 0, head.size)):
            answer = await client.get(f"/log/{province.root}/{tile.path}")
            assert answer.headers["content-type"] == "application/octet-stream"
            assert "immutable" in answer.headers["cache-control"]
            tiles[tile] = answer.content
            assert len(answer.content) == tile.size
        assert root_hash(head.size, Tree(head.size, tiles.__getitem__).node) == head.root


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/999",
        ".lock",
        "tile/0/..%2f..%2fcheckpoint",
        "..%2f..%2fkeys%2fissuer.json",
        "%2fetc%2fpasswd",
        "",
    ],
)
async def test_nothing_else_is_handed_out(stack: Stack, province: Province, path: str) -> None:
    async with httpx.AsyncClient(base_url=stack.http_url) as client:
        await covering(client, province.root, 1, stack)
        answer = await client.get(f"/log/{province.root}/{path}")
        assert answer.status_code == 404
        assert (await client.get(f"/log/..%2f{province.root}/checkpoint")).status_code == 404
        assert (await client.post(f"/log/{province.root}/checkpoint")).status_code == 405

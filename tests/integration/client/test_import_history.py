"""`parledger import-history` on the running platform: the published years of Đông Hà, shown as imported."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

import parledger
from deploy.local.stack import Servers, Stack

HISTORY = Path(__file__).parents[3] / "examples" / "quang-tri-2023" / "history.csv"
QUERY = "query H($unit: ID!) { indexHistory(unit: $unit) { round index rank grade imported } }"


async def import_history(stack: Stack, token: str, unit: str) -> tuple[int, list[str]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "parledger", "import-history", "--nats", stack.nats_url, "--token", token,
        "--unit", unit, "--basis", "Báo cáo phân tích Chỉ số CCHC năm 2023", "--of", "10", str(HISTORY),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, [json.loads(line)["status"] for line in out.splitlines()]


async def history(stack: Stack, unit: str) -> list[dict[str, Any]]:
    token = stack.token(unit, ["viewer"])
    async with httpx.AsyncClient(base_url=stack.http_url) as client:
        answer = await client.post(
            "/graphql",
            json={"query": QUERY, "variables": {"unit": unit}},
            headers={"Authorization": f"Bearer {token}"},
        )
    return list(answer.json()["data"]["indexHistory"])


async def test_the_published_years_are_imported_once(
    stack: Stack, add_root: Callable[[Servers], Awaitable[str]]
) -> None:
    root = await add_root(stack)
    unit = f"{root}/dong-ha"
    token = stack.token(root, ["registrar"])
    async with parledger.connect(stack.nats_url, token) as client:
        for path in (root, unit):
            data = {"unit": path, "name": path, "kind": "đơn vị", "effective": "2010-01-01"}
            said = parledger.emission("UnitRegistered", source=root, subject=path, data=data)
            assert (await client.emit(said)).status == "recorded"
    assert await import_history(stack, token, unit) == (0, ["recorded"] * 10)
    assert await import_history(stack, token, unit) == (0, ["duplicate"] * 10)
    for _ in range(100):
        if len(found := await history(stack, unit)) == 10:
            break
        await asyncio.sleep(0.2)
    else:
        pytest.fail(f"{len(found)} years are shown")
    by_round = {point["round"]: point for point in found}
    assert by_round["2019"] == {
        "round": "2019", "index": "80.63", "rank": 5, "grade": "Tốt", "imported": True,
    }  # fmt: skip
    assert list(by_round) == [str(year) for year in range(2014, 2024)]

"""`parledger accept`: a council takes over a unit's own points, on the running platform."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

import parledger
from deploy.local.stack import Servers, Stack
from tests.province import OPEN, RUBRIC

FIGURES = {"numerator": "9", "denominator": "10"}


async def said(
    stack: Stack, source: str, roles: list[str], *sayings: tuple[str, str, dict[str, Any]]
) -> None:
    async with parledger.connect(stack.nats_url, stack.token(source, roles)) as client:
        for type_, subject, data in sayings:
            outcome = await client.emit(parledger.emission(type_, source=source, subject=subject, data=data))
            assert outcome.status == "recorded", outcome


async def accept(stack: Stack, token: str, *words: str) -> tuple[int, list[dict[str, Any]], str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "parledger", "accept", "--http", stack.http_url, "--token", token, *words,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, [json.loads(line) for line in out.splitlines()], err.decode()


async def until_there_are(count: int, stack: Stack, token: str, root: str) -> None:
    """Wait until the read model shows so many claims to take over."""
    for _ in range(100):
        found = (await accept(stack, token, f"{root}/a", "2023"))[1]
        if len(found) == count:
            return
        await asyncio.sleep(0.2)
    pytest.fail(f"there are not {count} to take over")


@pytest.fixture
async def root(stack: Stack, add_root: Callable[[Servers], Awaitable[str]]) -> str:
    """One unit has filed: 1.1 with figures that give other points, 1.2 and 2.1 plainly."""
    root = await add_root(stack)
    unit, round_ = f"{root}/a", "2023"
    units = [
        ("UnitRegistered", path, {"unit": path, "name": path, "kind": kind, "effective": "2020-01-01"})
        for path, kind in ((root, "tỉnh"), (unit, "huyện"))
    ]
    await said(stack, root, ["registrar"], *units)
    opened = {
        "round": round_,
        "name": "Năm 2023",
        "kind": "annual",
        "period": {"from": "2023-01-01", "to": "2023-12-31"},
        "rubrics": {"huyện": RUBRIC["id"]},
        "units": [unit],
        **dict.fromkeys(("filing", "appraisal", "disputes"), OPEN),
    }
    await said(
        stack,
        root,
        ["chair"],
        ("RubricPublished", root, {"rubric": RUBRIC}),
        ("RoundOpened", f"{root}@2023", opened),
    )
    filings: list[dict[str, Any]] = [
        {"leaf": "1.1", "self_points": "2", "figures": FIGURES},
        {"leaf": "1.2", "self_points": "1"},
        {"leaf": "2.1", "self_points": "1", "figures": {"count": "2"}},
    ]
    await said(stack, unit, ["filer"], *[("SubmissionFiled", f"{unit}@2023", filing) for filing in filings])
    return root


async def test_what_is_plain_is_taken_over_and_the_rest_where_it_is_named(stack: Stack, root: str) -> None:
    token, dossier = stack.token(root, ["council"]), (f"{root}/a", "2023")
    await until_there_are(2, stack, token, root)
    code, outcomes, err = await accept(stack, token, "--nats", stack.nats_url, *dossier)
    assert (code, [outcome["status"] for outcome in outcomes]) == (0, ["recorded"] * 2), err
    code, outcomes, _ = await accept(stack, token, "--nats", stack.nats_url, *dossier, "1.1")
    assert (code, outcomes[0]["problem"]["type"]) == (1, "reason-needed")
    await until_there_are(0, stack, token, root)


async def test_what_cannot_be_taken_over_is_said(stack: Stack, root: str) -> None:
    council, stranger = stack.token(root, ["council"]), stack.token("elsewhere", ["council"])
    assert "nothing is claimed for 9.9" in (await accept(stack, council, f"{root}/a", "2023", "9.9"))[2]
    assert "no dossier" in (await accept(stack, stranger, f"{root}/a", "2023"))[2]
    assert "answers 401" in (await accept(stack, "x.y.z", f"{root}/a", "2023"))[2]

"""`parledger emit` on the real platform, killed again and again: it ends as if nothing had happened."""

import asyncio
import json
import random
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

import parledger
from deploy.local.stack import Servers, Stack
from tests.patience import PATIENCE

LINES = 2000


def lines_of(root: str) -> list[bytes]:
    """Units of a root; some lines are no emission, one is refused, one stands there twice."""

    def registered(unit: str) -> bytes:
        data = {"unit": unit, "name": "Đơn vị", "kind": "district", "effective": "2023-01-01"}
        return parledger.emission("UnitRegistered", source=root, subject=unit, data=data).payload

    lines = [registered(root), *(registered(f"{root}/u{number}") for number in range(LINES))]
    lines[100] = b"{no json"
    lines[200] = lines[199]
    lines[300] = registered("elsewhere")
    lines[400] = b'{"specversion": "1.0", "type": "UnitRegistered"}'
    return lines


def ids_of(lines: list[bytes]) -> list[str | None]:
    return [parledger.raw_emission(line).id for line in lines]


async def run(stack: Stack, token: str, file: Path, until: int | None) -> tuple[int | None, list[Any], str]:
    """Run the command, killed once it told so many outcomes: its code (None: killed), whole lines, errors."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "parledger", "emit", "--nats", stack.nats_url, "--token", token, str(file),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    told = b""
    if until is not None:
        for _ in range(until):
            told += await asyncio.wait_for(process.stdout.readline(), PATIENCE)
        process.kill()
    rest, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    told += rest
    whole = told[: told.rfind(b"\n") + 1].splitlines()
    return (process.returncode if until is None else None), [json.loads(line) for line in whole], err.decode()


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_command_that_is_killed_and_run_again_tells_every_outcome_once(
    stack: Stack, add_root: Callable[[Servers], Awaitable[str]], tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - moments of a test
    root = await add_root(stack)
    token = stack.token(root, ["registrar"])
    lines, file = lines_of(root), tmp_path / "units.jsonl"
    file.write_bytes(b"\n".join(lines))
    for moment in (0, *sorted(chance.sample(range(LINES - 700), 3))):
        _, outcomes, _ = await run(stack, token, file, moment)
        assert len(outcomes) >= moment
        assert [outcome["id"] for outcome in outcomes] == ids_of(lines)[: len(outcomes)]
    code, outcomes, err = await run(stack, token, file, None)
    assert code == 1, err
    assert [outcome["id"] for outcome in outcomes] == ids_of(lines)
    _as_if_never_interrupted(outcomes)


def _as_if_never_interrupted(outcomes: list[Any]) -> None:
    refused = {number for number, outcome in enumerate(outcomes) if outcome["status"] == "refused"}
    assert refused == {100, 300, 400}
    stand = [outcome["position"] for number, outcome in enumerate(outcomes) if number not in {*refused, 200}]
    assert stand == list(range(1, len(stand) + 1))
    assert outcomes[200]["status"] == "duplicate"
    assert outcomes[200]["position"] == outcomes[199]["position"]

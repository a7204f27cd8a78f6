"""What docs/client.md shows runs as it stands there, on the real platform; outcomes fit their schema."""

import asyncio
import json
import os
import re
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

import parledger
from deploy.local.stack import Servers, Stack
from tests.patience import PATIENCE
from tests.province import OPEN, RUBRIC
from tests.unit.describe.validators import validator

PAGE = (Path(__file__).parents[3] / "docs" / "client.md").read_text(encoding="utf-8")
NOTHING: dict[str, str] = {}


def snippet(language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    return found


@pytest.fixture
async def root(stack: Stack, add_root: Callable[[Servers], Awaitable[str]]) -> str:
    """A root with one unit, whose round 2023 is open."""
    root = await add_root(stack)
    unit = f"{root}/dong-ha"
    names = {"name": "Đơn vị", "effective": "2023-01-01"}
    windows = {name: OPEN for name in ("filing", "appraisal", "disputes")}
    round_ = {
        "round": "2023", "name": "Năm 2023", "kind": "annual",
        "period": {"from": "2023-01-01", "to": "2023-12-31"},
        "rubrics": {"district": RUBRIC["id"]}, "units": [unit],
        **windows,
    }  # fmt: skip
    first = [
        ("UnitRegistered", root, {"unit": root, "kind": "province", **names}),
        ("UnitRegistered", unit, {"unit": unit, "kind": "district", **names}),
        ("RubricPublished", root, {"rubric": RUBRIC}),
        ("RoundOpened", f"{root}@2023", round_),
    ]
    async with parledger.connect(stack.nats_url, stack.token(root, ["registrar", "chair"])) as client:
        for type_, subject, data in first:
            outcome = await client.emit(parledger.emission(type_, source=root, subject=subject, data=data))
            assert outcome.status == "recorded", outcome.raw
    return root


async def run(
    folder: Path, *words: str, environ: dict[str, str] = NOTHING
) -> tuple[int | None, list[str], str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, cwd=folder, env={**os.environ, "PYTHONPATH": os.getcwd(), **environ},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    return process.returncode, out.decode().splitlines(), err.decode()


async def test_the_program_runs(stack: Stack, root: str, tmp_path: Path) -> None:
    token = stack.token(f"{root}/dong-ha", ["filer"])
    environ = {"PARLEDGER_NATS": stack.nats_url, "PARLEDGER_TOKEN": token}
    for expected in (["recorded", "5"], ["refused", "no-change"]):
        code, printed, err = await run(tmp_path, "-c", snippet("python"), environ=environ)
        assert code == 0, err
        assert [line.split()[:2] for line in printed] == [expected]


async def test_the_command_runs(stack: Stack, root: str, tmp_path: Path) -> None:
    token = stack.token(f"{root}/dong-ha", ["filer"])
    (tmp_path / "emissions.jsonl").write_text(snippet("jsonl").replace('"qt/', f'"{root}/'), encoding="utf-8")
    words = ["-m", "parledger", "emit", "--nats", stack.nats_url, "--token", token, "emissions.jsonl"]
    code, printed, err = await run(tmp_path, *words)
    assert code == 0, err
    assert [json.loads(line)["status"] for line in printed] == ["recorded"]


async def test_outcomes_fit_the_schema_that_is_published(stack: Stack, root: str) -> None:
    unit = f"{root}/dong-ha"
    whole: dict[str, Any] = {"source": unit, "subject": f"{unit}@2023"}
    filed = parledger.emission(
        "SubmissionFiled", data={"leaf": "1.2", "self_points": "1", "note": "một"}, **whole
    )
    unknown = parledger.emission("SubmissionFiled", data={"leaf": "9.9", "self_points": "1"}, **whole)
    faulty = parledger.emission("SubmissionFiled", data={"leaf": "1.2", "self_points": 1}, **whole)
    async with parledger.connect(stack.nats_url, stack.token(unit, ["filer"])) as client:
        sent = [filed, filed, unknown, faulty, parledger.raw_emission(b"{no json")]
        outcomes = [json.loads(outcome.raw) async for outcome in client.emit_all(sent)]
    assert [outcome["status"] for outcome in outcomes] == ["recorded", "duplicate"] + ["refused"] * 3
    for outcome in outcomes:
        assert not list(validator("outcome.schema.json").iter_errors(outcome)), outcome

"""`parledger demo`, as it is typed: the published results come out, and what it invites to paste works."""

import asyncio
import json
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from deploy.local.demo.command import EXAMPLE
from tests.patience import PATIENCE

PUBLISHED = ("91.026 ✓", "97.5 ✓", "93.36 ✓", "Tốt ✓", "55.59 ✓", "79 ✓", "70.37 ✓", "23.41 ✓", "27 ✓")
LOST_BY_AREA = ("2.05 ✓", "1.554 ✓", "0.5 ✓", "2.61 ✓", "0.76 ✓", "7.05 ✓", "4.86 ✓", "3.65 ✓", "3.85 ✓")


@asynccontextmanager
async def demo(*words: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "parledger", "demo", *words,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
            await asyncio.wait_for(process.communicate(), PATIENCE)


@pytest.fixture(scope="module")
async def printed() -> tuple[int, str, str]:
    async with demo("--exit") as process:
        out, err = await asyncio.wait_for(process.communicate(), 4 * PATIENCE)
    return process.returncode or 0, out.decode(), err.decode()


async def test_it_ends_well(printed: tuple[int, str, str]) -> None:
    code, _, err = printed
    assert code == 0, err


@pytest.mark.parametrize("number", [*PUBLISHED, *LOST_BY_AREA])
async def test_what_was_published_comes_out(printed: tuple[int, str, str], number: str) -> None:
    assert number in printed[1]
    assert "✗" not in printed[1]


@pytest.mark.parametrize(
    ("leaf", "row"),
    [
        ("3.12.3", ("0.526", "13491/25254", "0.53", "Điểm không khớp số liệu", "✓")),
        ("1.4.1", ("0.55", "4/9", "0.44", "Điểm không khớp số liệu", "✓")),
        ("1.1.3", ("0.85", "18/42", "0.86", "Lệch do làm tròn", "✓")),
    ],
)
async def test_points_that_the_figures_do_not_support_are_listed(
    printed: tuple[int, str, str], leaf: str, row: tuple[str, ...]
) -> None:
    (line,) = [line for line in printed[1].splitlines() if line.startswith(f" {leaf} ")]
    assert all(cell in line for cell in row)


async def test_piped_it_has_no_colours_and_fits_a_hundred_columns(printed: tuple[int, str, str]) -> None:
    assert "\x1b" not in printed[1] + printed[2]
    assert max(len(line) for line in printed[1].splitlines()) <= 100


async def test_it_says_what_it_is_doing_meanwhile(printed: tuple[int, str, str]) -> None:
    for tenant in (
        "qt (registrar)",
        "qt (chair)",
        "qt (council)",
        "qt/dong-ha (filer)",
        "qt/vinh-linh (head)",
    ):
        assert tenant in printed[2]


async def test_what_differs_from_what_was_published_is_said_and_is_exit_1(tmp_path: Path) -> None:
    example = shutil.copytree(EXAMPLE, tmp_path / "example")
    expected = example / "expected.yaml"
    expected.write_text(expected.read_text("utf-8").replace("93.36", "93.37"), "utf-8")
    program = (
        "import pathlib, sys; from deploy.local.demo import command; from parledger.cli import main; "
        "command.EXAMPLE = pathlib.Path(sys.argv.pop(1)); sys.exit(main())"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, str(example), "demo", "--exit",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await asyncio.wait_for(process.communicate(), 4 * PATIENCE)
    assert process.returncode == 1
    assert "93.37 ✗" in out.decode()
    assert "✗ CÓ SỐ LIỆU KHÁC" in out.decode()


async def test_it_stays_up_and_what_it_invites_to_paste_works() -> None:
    async with demo() as process:
        assert process.stdout is not None
        line = ""
        async with asyncio.timeout(4 * PATIENCE):
            while not line.startswith("curl "):
                line = (await process.stdout.readline()).decode()
                assert line, "it ended before it invited to anything"
        address = re.search(r"http://\S+/graphql", line)
        assert address is not None
        pasted = await asyncio.create_subprocess_shell(line, stdout=asyncio.subprocess.PIPE)
        answer, _ = await asyncio.wait_for(pasted.communicate(), PATIENCE)
        (standing,) = json.loads(answer)["data"]["standings"]
        assert standing["unit"]["name"] == "Thành phố Đông Hà"
        assert float(standing["index"]) == 93.36
        process.send_signal(signal.SIGINT)
        await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 0

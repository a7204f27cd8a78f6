"""`parledger demo --province`, as it is typed: what is read back is what the slow evaluator computes."""

import asyncio
import re
import sys

import pytest

from tests.patience import PATIENCE

SMALL = ("--districts", "2", "--communes", "6", "--departments", "3", "--leaves", "12", "--exit")
ROUNDS = ("mau/huyen-01@2023", "mau/huyen-02@2023", "mau@2023", "mau/huyen-02@2024-6t", "mau@2024")
_ROW = re.compile(r"^ (\S+@\S+) +(\d+) +(\d+)/(\d+) (.) +(\d+)/(\d+) (.)$")


async def demo(*words: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await asyncio.wait_for(process.communicate(), 5 * PATIENCE)
    return process.returncode or 0, out.decode(), err.decode()


@pytest.fixture(scope="module")
async def printed() -> tuple[int, str, str]:
    return await demo("-m", "parledger", "demo", "--province", *SMALL)


async def test_everything_agrees_and_it_ends_well(printed: tuple[int, str, str]) -> None:
    code, out, err = printed
    assert code == 0, out + err
    assert "✓ Mọi số liệu khớp" in out
    assert "✗" not in out


@pytest.mark.parametrize("round_", ROUNDS)
async def test_both_levels_are_read_back_before_and_after_the_reorganisation_live_and_after_a_replay(
    printed: tuple[int, str, str], round_: str
) -> None:
    rows = [found for line in printed[1].splitlines() if (found := _ROW.match(line)) and found[1] == round_]
    assert len(rows) >= 2, "once as it stands, and once for each publication"
    for row in rows:
        _, _, live, of_live, live_mark, again, of_again, again_mark = row.groups()
        assert live == of_live == again == of_again != "0"
        assert live_mark == again_mark == "✓"


async def test_every_outcome_is_listed_as_expected(printed: tuple[int, str, str]) -> None:
    for problem in ("recorded", "duplicate", "still-open", "evidence-not-stored", "too-large", "malformed"):
        (line,) = [line for line in printed[1].splitlines() if f" ({problem}) " in line]
        *_, expected, right, mark = line.split()
        assert expected == right != "0"
        assert mark == "✓"


async def test_it_fits_a_hundred_columns_and_says_what_it_is_doing(printed: tuple[int, str, str]) -> None:
    assert "\x1b" not in printed[1] + printed[2]
    assert max(len(line) for line in printed[1].splitlines()) <= 100
    assert "replaying the ledger" in printed[2]


async def test_what_differs_is_said_and_is_exit_1() -> None:
    program = (
        "import sys; from dataclasses import replace; from deploy.province import story; "
        "from parledger.cli import main; made = story.make_play\n"
        "def other(seed, size):\n"
        "    play = made(seed, size)\n"
        "    play.expected['rounds'][0]['standings'][0]['index'] = '12.345'\n"
        "    play.lines[1] = replace(play.lines[1], expect='no-change')\n"
        "    return play\n"
        "story.make_play = other; sys.exit(main())"
    )
    code, out, err = await demo("-c", program, "demo", "--province", *SMALL)
    assert code == 1, out + err
    assert "recorded, not no-change" in out
    assert "not 12.345" in out
    assert "✗ CÓ KHÁC BIỆT" in out


async def test_a_size_that_makes_no_province_is_said_before_anything_is_started() -> None:
    code, out, err = await demo("-m", "parledger", "demo", "--province", "--districts", "1", "--exit")
    assert (code, out) == (1, "")
    assert "from 2 to 99 districts" in err
    assert "PostgreSQL" not in err

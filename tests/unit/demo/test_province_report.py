"""What `demo --province` prints: outcomes in words, and which time a round was published."""

from io import StringIO

import pytest
from rich.console import Console

from deploy.local.demo.province.readback import Reading
from deploy.local.demo.province.report import report
from deploy.local.demo.province.session import Checked, Result
from deploy.province.story import Play

FINE = Reading(5, [])


@pytest.fixture
def printed() -> str:
    play = Play("mau", [], {}, {"outcomes": {"recorded": 2, "locked": 1}})
    rounds = [
        Checked("mau", "2023", 6, published=False, live=FINE, rebuilt=FINE),
        *[Checked("mau", "2023", 6, published=True, live=FINE, rebuilt=FINE)] * 2,
    ]
    console = Console(file=StringIO(), width=120)
    console.print(report(play, Result(2, [], rounds)))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_outcomes_are_told_in_vietnamese_first(printed: str) -> None:
    assert "Đã ghi nhận (recorded)" in printed
    assert "Hồ sơ đã gửi, đang khóa (locked)" in printed


def test_the_second_publication_of_a_round_is_told_apart(printed: str) -> None:
    named = [line.strip() for line in printed.splitlines() if "mau@2023" in line]
    assert [("lần 2" in line) for line in named] == [False, False, True]

"""What cannot be done on a machine is said, and never passes for done."""

from pathlib import Path

import pytest

from tests.chaos.__main__ import sum_up
from tests.chaos.disk import Disk, NoRight
from tests.chaos.ground import Ground
from tests.chaos.match import Result, make
from tests.chaos.on_the_machine import FullDisk
from tests.chaos.plan import Due, Plan
from tests.chaos.storm import Storm


def test_a_disk_that_cannot_be_mounted_says_so() -> None:
    with (
        pytest.raises(NoRight, match="no file system may be mounted"),
        Disk(Path("/proc/parledger")).mounted(),
    ):
        pass


async def test_a_disk_that_cannot_be_full_is_a_result_of_its_own(
    ground: Ground, capsys: pytest.CaptureFixture[str]
) -> None:
    due = Due(FullDisk("nats", 1.0), 0.0, 0.0)
    storm = Storm()
    await make(ground, storm, due, 0)
    assert storm.done == []
    (said,) = storm.not_done
    assert said.startswith("full nats 1s: no disk of its own")
    assert sum_up([Result(Plan(7, (due,)), [], not_done=storm.not_done)]) == 2
    assert "NOT EVERYTHING WAS DONE in 1 rounds: [7]" in capsys.readouterr().out


def test_a_fault_is_what_a_run_ends_by() -> None:
    assert sum_up([Result(Plan(7, ()), ["something"]), Result(Plan(8, ()), [])]) == 1
    assert sum_up([Result(Plan(8, ()), [])]) == 0

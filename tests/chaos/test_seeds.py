"""The seeds that are kept: what each did when it was played, and that it still holds."""

from pathlib import Path

import pytest

from tests.chaos.match import round_of
from tests.chaos.plan import planned

KEPT = dict(
    line.split("\t") for line in Path(__file__).with_name("seeds.txt").read_text("utf-8").splitlines()
)


def test_each_kept_seed_still_does_what_it_did() -> None:
    assert {seed: str(planned(int(seed))) for seed in KEPT} == KEPT


def test_the_kept_seeds_did_everything_that_can_be_done() -> None:
    done = {due.split()[0] for what in KEPT.values() for due in what.split("; ")}
    assert done == {"kill", "stop", "cut", "freeze", "slow", "commit", "full", "clock", "echoes", "redeliver"}
    assert len(KEPT) >= 50


@pytest.mark.chaos
@pytest.mark.parametrize("seed", KEPT)
async def test_a_kept_seed_holds(seed: str) -> None:
    result = await round_of(int(seed))
    assert result.not_done == []
    assert result.faults == []

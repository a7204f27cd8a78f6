"""A council that is limited to areas speaks about those alone."""

import pytest

from shared.domain.problems import Refused
from tests.unit.domain.rubrics import leaf, rubric
from tests.unit.domain.sayings import (
    Saying,
    bonus,
    excluded,
    filed,
    included,
    lifted,
    penalty,
    revoked,
    scored,
)
from tests.unit.domain.scene import scene

LIMITED = rubric(
    leaf("1.1"), leaf("3.1.1"), leaf("31.1"), bonus={"max": "1", "items": [leaf("B.1")]}, id_="bo"
)


@pytest.mark.parametrize(
    ("saying", "may"),
    [
        (scored("3.1.1"), True),
        (scored("1.1"), False),
        (scored("31.1"), False),
        (scored("B.1"), False),
        (excluded("3.1.1"), True),
        (excluded("1.1"), False),
        (included("1.1"), False),
        (penalty(target="3"), True),
        (penalty(target="3.1.1"), True),
        (penalty(target="1"), False),
        (penalty(target="total"), False),
        (bonus(), False),
        (revoked(), False),
    ],
)
def test_a_limited_council_touches_its_areas_alone(saying: Saying, may: bool) -> None:
    said = saying.by("qt", "council", areas=("3",))
    answer = scene(LIMITED).when(said).answer
    assert (isinstance(answer, Refused) and answer.type == "not-permitted") is not may


def test_a_council_limited_to_several_areas_touches_each() -> None:
    for code in ("1.1", "3.1.1"):
        scene(LIMITED).when(scored(code).by("qt", "council", areas=("1", "3"))).then(None)


@pytest.mark.parametrize(
    ("target", "problem"), [("3", None), ("3.1.1", None), ("1", "not-permitted"), ("total", "not-permitted")]
)
def test_a_limited_council_lifts_what_lies_in_its_areas(target: str, problem: str | None) -> None:
    begun = scene(LIMITED).given(penalty(target=target))
    begun.when(lifted().by("qt", "council", areas=("3",))).then(problem)


def test_a_limited_council_learns_of_a_penalty_only_whether_it_stands() -> None:
    scene(LIMITED).when(lifted("none").by("qt", "council", areas=("3",))).then("unknown-target")


def test_the_limit_binds_neither_the_chair_nor_another_role() -> None:
    everything = scored("1.1").by("qt", "chair", "council", areas=("3",))
    scene(LIMITED).when(everything).then(None)
    scene(LIMITED).given(penalty(target="1")).when(lifted().by("qt", "chair", "council", areas=("3",))).then(
        None
    )
    scene(LIMITED).when(filed("1.1").by("qt/a", "filer", "council", areas=("3",))).then(None)

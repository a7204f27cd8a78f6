"""A made-up province, played: every line is answered as expected, and the standings are the evaluator's."""

from dataclasses import asdict, replace
from functools import cache
from random import Random

import pytest

from deploy.province.evaluate import Said, SlowLedger
from deploy.province.places import Size
from deploy.province.story import Play, make_play
from shared.codec.catalogue import CATALOGUE
from shared.domain.problems import TITLES
from shared.domain.publication import standings_now
from tests.unit.province.in_memory import InMemory, shuffled

SMALL = Size(districts=2, communes=6, leaves=12, years=(2023, 2024), departments=3)
LONGER = Size(districts=3, communes=9, leaves=14, years=(2020, 2021, 2022, 2023), departments=4)
PLAYS = [(1, SMALL), (2, SMALL), (3, SMALL), (4, LONGER)]
FROZEN = ("unit", "kind", "index", "rank", "grade", "points", "assessed")

each_play = pytest.mark.parametrize(("seed", "size"), PLAYS, ids=["seed 1", "seed 2", "seed 3", "four years"])


@cache
def play(seed: int, size: Size) -> Play:
    return make_play(seed, size)


@cache
def played(seed: int, size: Size) -> InMemory:
    found = InMemory(play(seed, size))
    surprises = found.surprises(found.play.lines)
    assert not surprises, "\n\n".join(map(str, surprises[:5]))
    return found


@each_play
def test_every_line_is_answered_as_expected(seed: int, size: Size) -> None:
    recorded = sum(line.expect == "recorded" for line in play(seed, size).lines)
    assert played(seed, size).root.position == recorded > 800


@each_play
def test_the_standings_of_every_round_are_those_of_the_evaluator(seed: int, size: Size) -> None:
    root = played(seed, size).root
    expected = play(seed, size).expected["rounds"]
    assert len(expected) == len(size.years) + 1 + size.districts * ((len(size.years) + 1) // 2)
    for round_ in expected:
        found = standings_now(root, root.rounds[round_["authority"], round_["round"]])
        assert [{name: getattr(row, name) for name in FROZEN} for row in found] == [
            {name: row[name] for name in FROZEN} for row in round_["standings"]
        ]


@each_play
def test_what_was_published_is_what_the_evaluator_would_have_published_then(seed: int, size: Size) -> None:
    published = played(seed, size).published()
    expected = play(seed, size).expected["publications"]
    assert {one["id"] for one in expected} == set(published)
    for one in expected:
        assert published[one["id"]] == [{name: row[name] for name in FROZEN} for row in one["standings"]]


@each_play
def test_what_the_rules_give_is_what_the_evaluator_gives(seed: int, size: Size) -> None:
    memory = played(seed, size)
    for round_ in play(seed, size).expected["rounds"]:
        assert round_["leaves"]
        for leaf in round_["leaves"]:
            assert memory.leaf(leaf["unit"], round_["round"], leaf["code"]) == leaf


@pytest.mark.parametrize("seed", range(3))
def test_the_order_among_the_senders_of_a_wave_makes_no_difference(seed: int) -> None:
    memory = InMemory(play(1, SMALL))
    chance = Random(seed)  # noqa: S311  # a play, no secret
    surprises = memory.surprises(shuffled(play(1, SMALL).lines, chance))
    assert not surprises, "\n\n".join(map(str, surprises[:5]))
    assert memory.published() == played(1, SMALL).published()


@each_play
def test_it_has_every_type_of_event_and_every_problem(seed: int, size: Size) -> None:
    expected = play(seed, size).expected
    assert set(expected["types"]) == set(CATALOGUE)
    assert set(expected["outcomes"]) == {"recorded", "duplicate", *TITLES}
    assert sum(expected["outcomes"].values()) == expected["emissions"] == len(play(seed, size).lines)


def test_every_kind_of_rule_is_computed_at_some_time() -> None:
    rubrics = [line.emission["data"]["rubric"] for line in play(1, SMALL).lines if _publishes(line.emission)]
    found = {
        leaf["rule"]["kind"]
        for rubric in rubrics
        for area in rubric["areas"]
        for criterion in area["criteria"]
        for leaf in criterion.get("parts", [criterion])
    }
    assert found == {
        "judgement", "choice", "checklist", "rate", "growth", "steps", "count", "timely", "sum", "best_of",
        "deduct", "survey", "rollup",
    }  # fmt: skip


@each_play
def test_it_happens_in_the_order_of_time(seed: int, size: Size) -> None:
    lines = play(seed, size).lines
    known = [line for line in lines if line.expect not in ("duplicate", "id-reused")]
    assert [line.emission["time"] for line in known] == sorted(line.emission["time"] for line in known)
    assert [line.wave for line in lines] == sorted(line.wave for line in lines)


def test_what_is_expected_is_not_so_by_chance() -> None:
    """An evaluator that hears of one score less comes to other standings."""
    lines = [line for line in play(1, SMALL).lines if line.expect == "recorded"]
    events = [
        Said(*(line.emission[name] for name in ("type", "source", "subject", "data"))) for line in lines
    ]
    upheld = max(n for n, event in enumerate(events) if event.type == "ScoreAppraised")
    subject = events[upheld].subject.partition("@")[2]
    whole, less = SlowLedger(events), SlowLedger([*events[:upheld], *events[upheld + 1 :]])
    expected = play(1, SMALL).expected["rounds"][-1]["standings"]
    assert [asdict(row) for row in whole.standings("mau", subject)] == expected
    assert less.standings("mau", subject) != whole.standings("mau", subject)


def test_a_line_that_is_answered_otherwise_is_found() -> None:
    memory = InMemory(play(1, SMALL))
    first, second, *_ = play(1, SMALL).lines
    wrong = replace(second, expect="no-change")
    assert [surprise.line for surprise in memory.surprises([first, wrong])] == [wrong]


def _publishes(emission: dict[str, object]) -> bool:
    return emission["type"] == "RubricPublished"

"""Results stand once nothing is open, as they were folded at that moment; reopening is a word of its own."""

from typing import Any

import pytest

from shared.codec.canonical import canonical
from shared.codec.shapes import PublishedStanding, ResultsPublished
from shared.domain.problems import Refused
from shared.domain.publication import MOST_BYTES
from tests.unit.domain.rubrics import leaf, rubric
from tests.unit.domain.sayings import (
    CLOSES,
    HOUR,
    NOW,
    OPENS,
    Saying,
    appraiser,
    assigned,
    bonus,
    cancelled,
    excluded,
    extended,
    filed,
    opened,
    penalty,
    published,
    registered,
    released,
    reopened,
    results,
    round_changed,
    scored,
)
from tests.unit.domain.scene import PLAIN, TREE, Scene, read_again, scene

WINDOWS = ("filing", "appraisal", "disputes")
CLOSED = [extended(name, OPENS) for name in WINDOWS]


def appraised(unit: str, *points: str) -> list[Saying]:
    """All three leaves of PLAIN, by the province."""
    codes = ("1.1", "1.2", "2.1")
    return [scored(code, worth).on(f"{unit}@2023") for code, worth in zip(codes, points, strict=True)]


def settled() -> Scene:
    """A round in which everything is done: `qt/a` at 50, `qt/b` at 75 per cent."""
    done = [*appraised("qt/a", "0.5", "0.5", "1"), *appraised("qt/b", "1", "1", "1"), released()]
    return scene().given(*done, *CLOSED)


def told(begun: Scene) -> str:
    assert isinstance(begun.answer, Refused)
    assert begun.answer.pointer == "/subject"
    return begun.answer.en


# What is published.


def test_a_publication_carries_the_standings_the_rubrics_and_the_position() -> None:
    begun = settled()
    position, version = begun.root.position, begun.root.versions["qt/b@2023"]
    begun.given(results())
    data = begun.events[-1].data
    assert isinstance(data, ResultsPublished)
    assert data.standings == [
        PublishedStanding("qt/b", "district", "75", 1, "Khá", "3", "4", version),
        PublishedStanding("qt/a", "district", "50", 2, "Trung bình", "2", "4", 3),
    ]
    assert data.rubrics == {"bo": begun.root.rubrics["bo"].hash}
    assert data.position == position == begun.events[-1].position - 1
    assert begun.touched.publication == begun.touched.round == ("qt", "2023")
    assert begun.touched.codes == {("qt/a", "2023"): frozenset(), ("qt/b", "2023"): frozenset()}


def test_what_is_published_is_read_again_as_it_was_written() -> None:
    begun = settled().given(results())
    assert read_again(begun.events) == begun.root


@pytest.mark.parametrize("field", ["standings", "rubrics", "position"])
def test_an_emission_may_not_carry_what_the_ledger_adds(field: str) -> None:
    value: Any = {"standings": [], "rubrics": {}, "position": 7}[field]
    settled().when(results().but(**{field: value})).then("invalid-data", f"/data/{field}")


def test_the_documents_date_is_a_day() -> None:
    settled().when(results(date="2023-02-29")).then("invalid-data", "/data/document/date")


def test_numbers_are_published_as_rounded_with_bonus_penalties_and_exclusions() -> None:
    plain = rubric(leaf("1.1"), leaf("1.2"), leaf("2.1", "2"), bonus={"max": "0.2"})
    begun = scene(plain).given(
        scored("1.1", "0.333"),
        scored("2.1", "1.5"),
        excluded("1.2"),
        penalty("0.25", "2.1"),
        bonus("0.5"),
        *appraised("qt/b", "0", "0", "0"),
        released(),
        *CLOSED,
        results(),
    )
    data = begun.events[-1].data
    assert isinstance(data, ResultsPublished)
    assert data.standings is not None
    assert [(s.unit, s.index, s.points, s.assessed, s.rank) for s in data.standings] == [
        ("qt/a", "59.43", "1.783", "3", 1),
        ("qt/b", "0", "0", "4", 2),
    ]


def test_each_kind_is_ranked_by_itself_and_each_group() -> None:
    other = rubric(leaf("1.1"), id_="khac")
    begun = Scene().given(
        *TREE, registered("qt/c"), registered("qt/so", "department"), published(PLAIN), published(other)
    )
    rubrics = {"district": "bo", "department": "khac"}
    groups = {"đồng bằng": ["qt/a", "qt/c"]}
    begun.given(
        opened("qt", "qt/so", "qt/b", "qt/c", "qt/a", rubrics=rubrics, groups=groups),
        *appraised("qt/a", "1", "1", "2"),
        *appraised("qt/b", "0", "0", "2"),
        *appraised("qt/c", "1", "1", "2"),
        scored("1.1", "0").on("qt/so@2023"),
        released(),
        *CLOSED,
        results(),
    )
    data = begun.events[-1].data
    assert isinstance(data, ResultsPublished)
    assert data.standings is not None
    assert [(s.unit, s.rank) for s in data.standings] == [
        ("qt/so", 1),
        ("qt/a", 1),
        ("qt/b", 1),
        ("qt/c", 1),
    ]
    assert data.rubrics is not None
    assert data.rubrics.keys() == {"bo", "khac"}


def test_a_unit_all_of_whose_leaves_are_excluded_is_published_without_a_rank() -> None:
    out = [excluded(code) for code in ("1.1", "1.2", "2.1")]
    begun = scene().given(*out, *appraised("qt/b", "0", "0", "0"), released(), *CLOSED, results())
    data = begun.events[-1].data
    assert isinstance(data, ResultsPublished)
    assert data.standings is not None
    assert [(s.unit, s.index, s.rank, s.grade) for s in data.standings] == [
        ("qt/b", "0", 1, "Yếu"),
        ("qt/a", None, None, None),
    ]


def test_standings_that_no_message_can_carry_are_not_published() -> None:
    """Names of kinds and grades may be long, and stand beside every unit."""
    units = [f"qt/u{n}" for n in range(45)]
    kind, grade = "k" * 4000, "ế" * 2400
    long = rubric(leaf("1.1"), grades=[{"name": grade, "from": "0"}], id_="dai")
    begun = Scene().given(registered("qt", "province"), *(registered(unit, kind) for unit in units))
    begun.given(published(long), opened("qt", *units, rubrics={kind: "dai"}))
    begun.given(*(scored().on(f"{unit}@2023") for unit in units), released(), *CLOSED)
    begun.when(results()).then("too-large", "/subject")
    begun.given(round_changed(remove=units[42:])).when(results()).then(None)
    assert MOST_BYTES - 20_000 < len(canonical(begun.events[-1].data)) < MOST_BYTES


# What must be settled first.


@pytest.mark.parametrize("name", WINDOWS)
def test_nothing_is_published_while_a_window_is_open(name: str) -> None:
    begun = settled().given(extended(name, CLOSES))
    assert name in told(begun.when(results()).then("still-open"))
    begun.when(results().when(NOW + HOUR)).then(None)


def test_a_window_that_is_open_for_one_unit_alone_is_open() -> None:
    begun = settled().given(extended("filing", CLOSES, "qt/b"))
    assert "qt/b" in told(begun.when(results()).then("still-open"))
    begun.given(round_changed(remove=["qt/b"])).when(results()).then(None)


def test_a_window_still_to_open_keeps_nothing_from_being_published() -> None:
    future = {"opens": "2024-01-01T00:00:00Z", "closes": "2024-02-01T00:00:00Z"}
    done = [*appraised("qt/a", "1", "1", "1"), *appraised("qt/b", "1", "1", "1"), released()]
    begun = scene(disputes=future).given(*done, extended("filing", OPENS), extended("appraisal", OPENS))
    begun.when(results()).then(None)


def test_every_unit_is_appraised_to_the_end_and_has_seen_it() -> None:
    begun = scene().given(*appraised("qt/a", "1", "1", "1"), scored("1.2").on("qt/b@2023"), released("qt/a"))
    begun.given(*CLOSED).when(results()).then("still-open")
    assert isinstance(begun.answer, Refused)
    assert [fault.en for fault in begun.answer.faults] == [
        "The appraisal is not released to qt/b (AppraisalReleased).",
        "qt/b: 2 leaves are neither appraised nor excluded: 1.1, 2.1.",
    ]
    assert all(fault.vi and fault.pointer == "/subject" for fault in begun.answer.faults)


def test_everything_that_is_open_is_named() -> None:
    begun = scene().when(results()).then("still-open")
    assert isinstance(begun.answer, Refused)
    assert len(begun.answer.faults) == len(WINDOWS) + 2 + 2
    problem = begun.answer.as_problem()
    assert len(problem["faults"]) == 7
    assert problem["faults"][0].keys() == {"pointer", "vi", "en"}


def test_a_round_without_units_has_no_results() -> None:
    settled().given(round_changed(remove=["qt/a", "qt/b"])).when(results()).then("still-open", "/subject")


def test_a_round_that_does_not_stand_has_none_either() -> None:
    settled().when(results().on("qt@2024")).then("unknown-target", "/subject")


# What follows.


LOCKED = [
    filed(),
    scored("1.1", "0"),
    penalty(),
    excluded(),
    released(),
    extended("filing", CLOSES),
    appraiser(),
    round_changed(remove=["qt/a"]),
    results(number="216/QĐ-UBND"),
    cancelled(),
]


@pytest.mark.parametrize("saying", LOCKED, ids=lambda saying: saying.type)
def test_what_is_published_changes_no_more(saying: Saying) -> None:
    settled().given(results()).when(saying).then("published")


def test_who_answers_for_a_leaf_may_still_be_told() -> None:
    settled().given(results()).when(assigned()).then(None)


def test_the_dossiers_are_published_until_the_round_is_reopened() -> None:
    begun = settled().given(results())
    assert [begun.dossier(unit).status for unit in ("qt/a", "qt/b")] == ["published"] * 2
    begun.given(reopened())
    assert begun.dossier().status == "released"
    assert begun.touched.codes.keys() == {("qt/a", "2023"), ("qt/b", "2023")}
    begun.when(reopened()).then("no-change")


def test_reopening_leaves_the_windows_as_they_are() -> None:
    begun = settled().given(results(), reopened())
    begun.when(scored("1.1", "1")).then("window-closed")
    begun.given(extended("appraisal", CLOSES), scored("1.1", "1"), extended("appraisal", OPENS))
    publication = begun.root.rounds["qt", "2023"].publication
    assert publication is not None
    assert publication.published.data.standings is not None
    assert [s.index for s in publication.published.data.standings] == ["75", "50"]
    begun.given(results(number="216/QĐ-UBND"))
    renewed = begun.root.rounds["qt", "2023"].publication
    assert renewed is not None
    assert renewed.published.data.standings is not None
    assert [s.index for s in renewed.published.data.standings] == ["75", "62.5"]


def test_the_same_results_may_be_published_again_after_a_reopening() -> None:
    settled().given(results(), reopened()).when(results()).then(None)


def test_a_unit_that_has_left_is_not_published() -> None:
    begun = settled().given(round_changed(remove=["qt/b"]), results())
    data = begun.events[-1].data
    assert isinstance(data, ResultsPublished)
    assert data.standings is not None
    assert [s.unit for s in data.standings] == ["qt/a"]
    assert begun.dossier("qt/b").status == "released"

"""What holds of every decision and every fold."""

from copy import deepcopy
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.codec.catalogue import CATALOGUE
from shared.codec.shapes import SHAPES
from shared.domain.computed import exact_computed, leaf_figures
from shared.domain.decisions import DECISIONS
from shared.domain.emission import Accepted
from shared.domain.index import earned_points
from shared.domain.problems import Refused
from shared.domain.root import ALL_LEAVES, Root, evolve
from shared.domain.tally import Tally
from tests.unit.domain.random_dossiers import dossiers
from tests.unit.domain.rubrics import RATE, leaf, rubric
from tests.unit.domain.sayings import (
    CLOSES,
    OPENS,
    Saying,
    appraiser,
    assigned,
    attached,
    bonus,
    cancelled,
    confirmed,
    defaulted,
    disputed,
    erased,
    evidence_withdrawn,
    excluded,
    extended,
    filed,
    grant_revoked,
    granted,
    imported,
    included,
    lifted,
    made,
    moved,
    opened,
    penalty,
    planned,
    proposed,
    published,
    registered,
    rejected,
    released,
    reopened,
    reorganised,
    reported,
    required,
    results,
    returned,
    revoked,
    round_changed,
    scored,
    submitted,
    surveyed,
    unit_changed,
    upheld,
    withdrawn,
)
from tests.unit.domain.scene import PLAIN, TREE, Scene, read_again, scene
from tests.unit.domain.test_against_the_slow_evaluator import Played, play

GROUPED = opened(groups={"đồng bằng": ["qt/a"]}, excluded=[{"leaf": "1.1", "kind": "not-due"}])
FIGURES = {"numerator": 13491, "denominator": "25254"}
RATED = rubric(
    leaf("1.1", "1", RATE),
    leaf("1.2"),
    leaf("2.1", "2"),
    bonus={"max": "1", "items": [leaf("B.1", rule={"kind": "survey"})]},
)

# Every type, with what must have been said before: the root's tree alone, or more.
EVERY_TYPE: list[tuple[list[Saying], Saying]] = [
    ([], registered("qt/c")),
    ([*TREE], published(PLAIN)),
    ([*TREE, published(PLAIN)], GROUPED),
    ([], unit_changed("qt/a", name="Thị xã A", kind="town")),
    ([], reorganised(["qt/a", "hn/z"], made("qt/c"), made("qt/b"), heirs={"qt/a": "qt/c", "hn/z": "qt/b"})),
    ([], reorganised(["qt/a/x"])),
    ([], granted(until="2024-01-01T00:00:00Z")),
    ([*TREE, granted()], grant_revoked()),
    ([], imported(rank=3, of=10, grade="Tốt")),
]
DONE = [
    *(scored(code, "1").on(f"{unit}@2023") for unit in ("qt/a", "qt/b") for code in ("1.1", "1.2", "2.1")),
    released(),
    *(extended(name) for name in ("filing", "appraisal", "disputes")),
]
IN_A_ROUND: list[tuple[list[Saying], Saying]] = [
    ([], filed("1.1", "0.53", FIGURES, note="theo báo cáo")),
    ([filed()], withdrawn(reason="nhầm")),
    ([], attached("1.1", number="215/BC", dated="2023-12-10", issuer="UBND", title="Báo cáo", pages="2")),
    ([attached("1.1")], evidence_withdrawn(reason="nhầm tệp")),
    ([], assigned("1.1", "2.1", support=["Công an"])),
    ([], submitted(number="12/BC", dated="2023-12-05", signed_as="Chủ tịch")),
    (
        [filed("1.1", "0.53", FIGURES)],
        scored("1.1", "0.526", opinion="làm tròn", reason="theo Sở", provisional=True),
    ),
    ([filed("1.1", "0.53", FIGURES)], scored("1.1", "0.53")),
    ([], scored("1.1", "0.53", FIGURES)),
    ([], excluded()),
    ([excluded()], included()),
    ([], penalty("0.25", "1.1")),
    ([penalty()], lifted()),
    ([], bonus()),
    ([bonus()], revoked()),
    ([], released()),
    ([], released("qt/b")),
    ([attached("1.1")], moved("1.2", reason="nhầm tiêu chí")),
    ([], returned("1.1", "1.2")),
    ([filed(), submitted(), returned()], submitted(number="13/BC")),
    ([appraiser()], proposed("1.1", "0.5", FIGURES, opinion="theo báo cáo")),
    ([], defaulted()),
    ([], surveyed("B.1")),
    ([scored("1.2"), released()], disputed("1.2", claimed_points="0.5")),
    ([penalty(), released()], disputed("penalty:p1")),
    ([scored(), released(), disputed()], upheld("0.53", figures=FIGURES)),
    ([penalty(), released(), disputed("penalty:p1")], upheld("0.25")),
    ([scored(), released(), disputed()], rejected()),
    ([], required("1.1", "2.1", reason="mất điểm")),
    ([], planned("1.1", support=["Sở Nội vụ"], target="đạt 90%")),
    ([planned()], reported(note="đã xong")),
    ([planned(), reported()], confirmed(reason="đạt")),
    ([planned(), reported(), confirmed(False)], reported()),
    ([filed(note="điện thoại 0912 345 678")], erased(8, "note")),
    ([registered("qt/c")], round_changed(add=["qt/c"], remove=["qt/a"])),
    ([round_changed(remove=["qt/a"])], round_changed(add=["qt/a"])),
    ([], extended("filing", "2023-12-31T00:00:00Z", "qt/a")),
    ([], extended()),
    ([extended("filing", OPENS, "qt/a")], extended("filing", CLOSES)),
    ([], appraiser("qt/b", "1.1", "2.1")),
    ([], cancelled()),
    ([*DONE, results()], reopened()),
]


def test_every_type_is_tried() -> None:
    tried = {saying.type for _, saying in EVERY_TYPE + IN_A_ROUND} | {"ResultsPublished"}
    assert tried == set(CATALOGUE) == set(DECISIONS) == set(SHAPES)


@pytest.mark.parametrize(("before", "saying"), EVERY_TYPE, ids=lambda found: getattr(found, "type", ""))
def test_what_was_recorded_changes_nothing_a_second_time(before: list[Saying], saying: Saying) -> None:
    known = before or list(TREE)
    Scene().given(*known, saying).when(saying).then("no-change")


@pytest.mark.parametrize(("before", "saying"), IN_A_ROUND, ids=lambda found: getattr(found, "type", ""))
def test_what_was_recorded_of_a_round_changes_nothing_a_second_time(
    before: list[Saying], saying: Saying
) -> None:
    scene(RATED).given(*before, saying).when(saying).then("no-change")


def test_what_is_published_is_published_once() -> None:
    scene(RATED).given(*DONE, results()).when(results()).then("published")


def test_integers_and_texts_are_the_same_figures() -> None:
    given_ = scene(RATED).given(filed("1.1", "1", {"numerator": 3, "denominator": 4}))
    given_.when(filed("1.1", "1", {"numerator": "3", "denominator": "4"})).then("no-change")


def test_another_note_is_another_claim() -> None:
    given_ = scene(RATED).given(filed("1.1", "1", note="một"))
    given_.when(filed("1.1", "1", note="một")).then("no-change")
    given_.when(filed("1.1", "1", note="hai")).then(None)
    given_.when(filed("1.1", "1")).then(None)


@settings(max_examples=80)
@given(dossiers())
def test_any_history_obeys_the_law_of_no_change(played: Played) -> None:
    for fast, _, saying in play(played):
        if isinstance(fast.answer, Accepted):
            recorded = len(fast.events)
            fast.when(saying).then("no-change")
            assert len(fast.events) == recorded


@settings(max_examples=30)
@given(dossiers())
def test_the_judge_changes_nothing(played: Played) -> None:
    for fast, _, saying in play(played):
        before = read_again(fast.events)
        fast.when(saying)  # refused: no-change, or as before
        assert isinstance(fast.answer, Refused)
        assert fast.root == before


@settings(max_examples=60)
@given(dossiers(), st.lists(st.integers(0, 40), max_size=4))
def test_the_state_is_the_same_however_the_history_is_cut(played: Played, cuts: list[int]) -> None:
    fast = ([Scene()] + [after for after, _, _ in play(played)])[-1]
    pieces = Root("qt")
    edges = [0, *sorted(min(cut, len(fast.events)) for cut in cuts), len(fast.events)]
    for start, end in pairwise(edges):
        for event in fast.events[start:end]:
            evolve(pieces, event)
    assert pieces == fast.root == read_again(fast.events)
    assert pieces.position == len(fast.events)


@settings(max_examples=60)
@given(dossiers())
def test_what_an_event_does_not_touch_reads_as_before(played: Played) -> None:
    before: dict[str, Any] = {}
    for fast, _, _ in play(played):
        after = {"qt/a": reading(fast, "qt/a"), "qt/b": reading(fast, "qt/b")}
        if before and isinstance(fast.answer, Accepted):
            for unit, found in after.items():
                touched = fast.touched.codes.get((unit, "2023"))
                assert touched is not None or found == before[unit]
                for code in found["leaves"]:
                    if touched is not None and touched != ALL_LEAVES and code not in touched:
                        assert found["leaves"][code] == before[unit]["leaves"][code], code
        before = after


def reading(fast: Scene, unit: str) -> dict[str, Any]:
    """Everything that can be read of a dossier."""
    dossier = fast.dossier(unit)
    leaves = {
        code: (
            deepcopy(dossier.leaf(code)),
            exact_computed(dossier, leaf_, leaf_figures(dossier.leaf(code))),
            earned_points(dossier, code),
            dossier.excluded(code),
        )
        for code, leaf_ in dossier.rubric.leaves.items()
    }
    return {"leaves": leaves, "score": fast.score(unit), "status": dossier.status}


@settings(max_examples=60)
@given(dossiers())
def test_an_area_that_an_event_does_not_touch_keeps_its_sums(played: Played) -> None:
    before: dict[str, Any] = {}
    for fast, _, _ in play(played):
        after = {scored_.area.code: scored_ for scored_ in fast.areas()}
        if before and isinstance(fast.answer, Accepted):
            touched = fast.touched.codes.get(("qt/a", "2023"), frozenset[str]())
            for code, sums in after.items():
                if touched != ALL_LEAVES and not any(name.partition(".")[0] == code for name in touched):
                    assert sums == before[code]
        before = after


@settings(max_examples=60)
@given(dossiers())
def test_a_score_that_is_kept_up_leaf_by_leaf_is_that_of_the_whole_dossier(played: Played) -> None:
    tallies: dict[str, Tally] = {}
    for fast, _, _ in play(played):
        for unit in ("qt/a", "qt/b"):
            touched = fast.touched.codes.get((unit, "2023"))
            if unit not in tallies:
                tallies[unit] = Tally(fast.dossier(unit), {})
            elif isinstance(fast.answer, Accepted) and touched is not None:
                tallies[unit].take_in(touched)
            assert tallies[unit].score == fast.score(unit)
            assert [*tallies[unit].areas] == fast.areas(unit)


def test_an_event_that_is_not_the_next_one_is_not_taken_in() -> None:
    made = scene()
    with pytest.raises(ValueError, match="does not follow"):
        evolve(Root("qt"), made.events[1])


def test_the_largest_figures_can_be_read_again() -> None:
    most = {"numerator": 10**15, "denominator": 10**15}
    made = scene(RATED).given(filed("1.1", "1", most), scored("1.1", "1", most))
    assert read_again(made.events) == made.root
    made.when(filed("1.1", "1", most)).then("no-change")
    text = {"numerator": "1000000000000000", "denominator": 10**15}
    made.when(filed("1.1", "1", text)).then("invalid-data", "/data/figures/numerator")

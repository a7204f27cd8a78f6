"""What each event changed in a dossier, told from the part of the ledger that decides it."""

import pytest

from shared.codec.numbers import index_text
from shared.domain.root import Root
from shared.domain.trail import LeafPoints, Trail
from tests.unit.domain.rubrics import RATE, leaf, rubric
from tests.unit.domain.sayings import excluded, filed, penalty, scored
from tests.unit.domain.scene import Scene, scene

NEEDED = rubric(leaf("1.1", "2", RATE), leaf("1.2", "1", RATE, needs=["1.1"]), leaf("2.1", "2"))
HALF = {"numerator": 1, "denominator": 2}


def played() -> Scene:
    return scene(NEEDED).given(
        filed("1.2", "0.5", HALF),
        filed("1.1", "1", HALF),
        filed("1.1", "1", HALF).on("qt/b@2023").by("qt/b", "head"),
        scored("1.1", "1"),
        penalty("0.25", "1.1"),
        excluded("2.1"),
    )


def trail_of(scene_: Scene, *, all_events: bool) -> Trail:
    trail = Trail(Root("qt"), ("qt/a", "2023"))
    for event in scene_.events:
        if all_events or event.stream not in {"qt/a/x", "qt/a/y", "qt/b@2023"}:
            trail.take(event)
    return trail


@pytest.mark.parametrize("all_events", [True, False])
def test_a_part_of_the_ledger_gives_the_dossier_as_all_of_it_does(all_events: bool) -> None:
    scene_ = played()
    trail = trail_of(scene_, all_events=all_events)
    assert trail.dossier == scene_.dossier() or all_events is False
    assert trail.steps[-1].after == scene_.score()


def test_events_that_are_out_of_order_are_refused() -> None:
    scene_ = played()
    trail = trail_of(scene_, all_events=False)
    with pytest.raises(ValueError, match="comes after"):
        trail.take(scene_.events[-1])


def test_each_step_tells_the_sums_before_and_after_and_the_leaves_that_it_changed() -> None:
    trail = trail_of(played(), all_events=False)
    begun, filed_first, filed_then, appraised, penalised, left_out = trail.steps
    assert (begun.before, begun.leaves) == (None, ())
    [one] = filed_first.leaves
    assert (one.code, one.before, one.after) == (
        "1.2",
        LeafPoints(computed=0, unit_computed=0),
        LeafPoints(self_points=500, computed=0, unit_computed=0),
    )
    assert [step.code for step in filed_then.leaves] == ["1.1", "1.2"]  # it was needed
    assert filed_then.leaves[1].after.computed == 500
    assert appraised.before == filed_then.after
    assert appraised.leaves[0].after.appraised == 1000
    assert (penalised.leaves, penalised.before) == ((), appraised.after)
    assert penalised.after.index is not None
    assert index_text(penalised.after.index) == "37.5"
    assert left_out.leaves[0].after.excluded == "not-applicable"
    assert left_out.after.excluded == 2000


def test_between_two_moments_a_leaf_is_told_once_with_every_event_that_changed_it() -> None:
    scene_ = played().given(filed("1.1", "0.5", HALF), filed("1.1", "1", HALF), filed("1.2", "0.25", HALF))
    trail = trail_of(scene_, all_events=False)
    last = scene_.root.position
    assert [(one.code, one.by) for one in trail.between(last - 3, last)] == [("1.2", (last,))]
    [first, *_] = trail.between(last - 3, last - 2)
    assert (first.code, first.before.self_points, first.after.self_points) == ("1.1", 1000, 500)
    assert trail.between(last, last) == []


def test_sums_are_told_as_of_any_position() -> None:
    scene_ = played()
    trail = trail_of(scene_, all_events=False)
    assert trail.at(trail.steps[0].position - 1) is None
    for step in trail.steps:
        assert trail.at(step.position) == step
    assert (last := trail.at(10**6)) is not None
    assert (last.after, last.status) == (scene_.score(), scene_.dossier().status)

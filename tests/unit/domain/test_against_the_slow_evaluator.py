"""The domain and an evaluator that looks everything up anew agree to the last digit."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from hypothesis import given, settings

from deploy.province.evaluate import Events, SlowEvaluator, round_
from shared.codec.numbers import INDEX, POINT
from shared.domain.computed import exact_computed, leaf_figures, rounded_points
from shared.domain.problems import Refused
from tests.unit.domain.random_dossiers import AS_COMPUTED, dossiers
from tests.unit.domain.sayings import Saying
from tests.unit.domain.scene import Scene, scene

JSON = dict[str, Any]
Played = tuple[JSON, list[str], list[Saying]]


def begun(rubric: JSON, out: list[str]) -> Scene:
    return scene(rubric, excluded=[{"leaf": code, "kind": "not-due"} for code in out])


def play(played: Played) -> Iterator[tuple[Scene, SlowEvaluator, Saying]]:
    """What is said, one after another: the scene after it, and the evaluator as it was before."""
    rubric, out, said = played
    fast, recorded = begun(rubric, out), Events()
    for meant in said:
        slow = SlowEvaluator(rubric, out, list(recorded))
        saying = concrete(meant, slow)
        fast.when(saying)
        if not isinstance(fast.answer, Refused):
            recorded.append((saying.type, saying.data))
        yield fast, slow, saying


def concrete(meant: Saying, slow: SlowEvaluator) -> Saying:
    """A saying with the points that the rule computes now, where it is to have them."""
    field = "points" if "points" in meant.data else "self_points"
    if not str(meant.data.get(field)).startswith(AS_COMPUTED):
        return meant
    _, rounding, scale = meant.data[field].split(", ")
    code = meant.data["leaf"]
    exact = slow.exact(code, meant.data.get("figures") or slow.figures(code)) if fits(meant, slow) else None
    value = round_(exact or Fraction(1, 2), int(scale), rounding)
    return meant.but(**{field: f"{value.numerator / value.denominator:.{scale}f}"})


def fits(meant: Saying, slow: SlowEvaluator) -> bool:
    """Could the slow evaluator compute with these figures?"""
    try:
        slow.exact(meant.data["leaf"], meant.data.get("figures"))
    except (KeyError, ZeroDivisionError):
        return False
    return True


def points(value: int | None) -> Fraction | None:
    return None if value is None else Fraction(value, POINT)


def agree(fast: Scene, slow: SlowEvaluator) -> None:
    score, expected = fast.score(), slow.result()
    for name in ("points", "assessed", "excluded", "lost", "bonus", "penalties"):
        assert points(getattr(score, name)) == expected[name], name
    for name in ("index", "self_index"):
        found = getattr(score, name)
        assert (None if found is None else Fraction(found, INDEX)) == expected[name], name
    assert Fraction(score.coverage, 100) == expected["coverage"]
    assert (score.final, score.grade) == (expected["final"], expected["grade"])
    for area in fast.areas():
        sums = slow.area(area.area.code)
        assert {name: points(getattr(area, name)) for name in sums} == sums, area.area.code
    for code in slow.leaves:
        agree_on_leaf(fast, slow, code)


def agree_on_leaf(fast: Scene, slow: SlowEvaluator, code: str) -> None:
    dossier = fast.dossier()
    state = dossier.leaf(code)
    exact = exact_computed(dossier, dossier.rubric.leaves[code], leaf_figures(state))
    assert exact == slow.exact(code, slow.figures(code)), code
    computed = None if exact is None else points(rounded_points(dossier.rubric, exact))
    assert computed == slow.computed(code), code
    assert fast.support(code) == slow.support(code), code
    assert points(state.self_points) == slow.self_points(code), code
    assert points(dossier.appraised(code)) == slow.appraised(code), code
    assert bool(dossier.excluded(code)) == slow.is_excluded(code), code


@settings(max_examples=200)
@given(dossiers())
def test_every_number_of_a_dossier_is_that_of_the_slow_evaluator(played: Played) -> None:
    rubric, out, _ = played
    fast, recorded = begun(rubric, out), Events()
    for fast, slow, saying in play(played):
        recorded = slow.events + ([] if isinstance(fast.answer, Refused) else [(saying.type, saying.data)])
    agree(fast, SlowEvaluator(rubric, out, recorded))


@settings(max_examples=100)
@given(dossiers())
def test_a_score_is_asked_for_a_reason_or_an_opinion_where_the_slow_evaluator_would_ask(
    played: Played,
) -> None:
    for fast, slow, saying in play(played):
        if saying.type != "ScoreAppraised":
            continue
        found = fast.answer.type if isinstance(fast.answer, Refused) else None
        if found in ("invalid-data", "against-rubric"):
            continue
        code, text = saying.data["leaf"], saying.data["points"]
        figures = saying.data.get("figures") or slow.figures(code)
        unsupported = slow.support_of(code, text, figures) == "UNSUPPORTED"
        lowered = (claimed := slow.self_points(code)) is not None and Fraction(text) < claimed
        expected = (
            "reason-needed"
            if unsupported and "reason" not in saying.data
            else "opinion-needed"
            if lowered and "opinion" not in saying.data
            else found
        )
        assert found == expected
        assert found in (expected, "no-change", None)

"""Whatever the rule, and however rules lie in it: its points are those of the slow evaluator."""

from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.province.evaluate import worth
from shared.codec.figures import Figures
from shared.domain.computed import exact_computed, leaf_figures
from tests.unit.domain.random_rules import points, rules
from tests.unit.domain.rubrics import leaf, rubric
from tests.unit.domain.sayings import scored
from tests.unit.domain.scene import read_again, scene

JSON = dict[str, Any]
Drawn = tuple[JSON, JSON]
"""A rubric of one leaf, and figures for its rule."""


@st.composite
def one_leaf(draw: st.DrawFn) -> Drawn:
    scale = draw(st.integers(0, 3))
    rule, figures = draw(rules(scale).filter(lambda drawn: drawn[0]["kind"] != "judgement"))
    maximum = draw(points(scale, least=1, most=3))
    rounding = draw(st.sampled_from(["half_up", "down"]))
    return rubric(leaf("1.1", maximum, rule), scale=scale, rounding=rounding), draw(figures)


@settings(max_examples=300)
@given(one_leaf())
def test_what_a_rule_computes_is_what_the_slow_evaluator_computes(drawn: Drawn) -> None:
    made, figures = drawn
    said = scene(made).when(scored("1.1", "0", figures, reason="có"))
    dossier = said.dossier()
    if dossier.leaf("1.1").score is None:
        said.then("against-rubric")
        return
    only = made["areas"][0]["criteria"][0]
    expected = worth(only["rule"], figures, Fraction(only["max"]), made["points"])
    assert (
        exact_computed(dossier, dossier.rubric.leaves["1.1"], leaf_figures(dossier.leaf("1.1"))) == expected
    )
    assert read_again(said.events).dossiers == said.root.dossiers


def test_figures_are_recorded_as_text_once_and_for_all() -> None:
    figures = Figures(parts={"a": Figures(options=[None, Figures(count=3)])}, done=["x"], events={"b": 2})
    text = figures.normalised()
    assert text == text.normalised()
    assert text == Figures(
        parts={"a": Figures(options=[None, Figures(count="3")])}, done=["x"], events={"b": "2"}
    )

"""How a leaf came to its points, as a tree: figures, rule, rounding, needs and evidence, what was given.

All numbers are exact. Texts are made of the rubric's names and `explanation_texts`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from shared.codec.figures import Figures
from shared.codec.numbers import POINT
from shared.codec.rubric_shape import PartShape
from shared.domain.computed import exact_computed, leaf_figures, rounded_points, support_of
from shared.domain.dossier import Dossier, LeafState
from shared.domain.explanation_rules import rule_node
from shared.domain.explanation_texts import FIGURES
from shared.domain.explanation_tree import Node, exact_text, node
from shared.domain.index import Score, earned_points
from shared.domain.rubric import Leaf

_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Subject:
    """What is explained; `own`: as the unit may see it before the release, from its own figures alone."""

    dossier: Dossier
    score: Score
    leaf: Leaf
    part: PartShape
    own: bool = False

    @property
    def state(self) -> LeafState:
        """What stands for the leaf."""
        return self.dossier.leaf(self.leaf.code)

    @property
    def figures(self) -> Figures | None:
        """The figures that it is computed from."""
        return self.state.unit_figures if self.own else leaf_figures(self.state)


def explain(subject: Subject) -> Node:
    """The whole computation of a leaf; its value is what it earned, or before the release what is claimed."""
    leaf = subject.leaf
    earned = subject.state.self_points if subject.own else earned_points(subject.dossier, leaf.code)
    return node(
        "leaf",
        "leaf",
        None if earned is None else _points(earned),
        code=leaf.code,
        name=leaf.name,
        max=_text(leaf.maximum),
        children=tuple(_steps(subject)),
    )


def _steps(subject: Subject) -> Iterator[Node]:
    if excluded := subject.dossier.excluded(subject.leaf.code):
        yield node("excluded", f"excluded.{excluded}")
    claimed = subject.state.self_points
    yield node("self", "self") if claimed is None else node("self", "self", _points(claimed))
    yield _figures(subject)
    yield from _computation(subject)
    if not subject.own:
        yield from _appraisal(subject)
    yield from _share(subject)


def _figures(subject: Subject) -> Node:
    state, figures = subject.state, subject.figures
    if figures is None:
        return node("figures", "figures.none")
    whose = "unit"
    if not subject.own and figures is state.council_figures:
        whose = "council"
    elif not subject.own and figures is state.survey_figures:
        whose = "survey"
    return node("figures", f"figures.{whose}", children=tuple(_given(figures)))


def _given(figures: Figures) -> Iterator[Node]:
    for name in figures.__struct_fields__:
        value = getattr(figures, name)
        if value is None:
            continue
        vi, en = FIGURES[name]
        if isinstance(value, str | int):
            yield Node("figure", f"{vi}: {value}", f"{en}: {value}")
        else:
            yield Node("figure", vi, en, children=tuple(_inner(value)))


def _inner(value: dict[str, object] | list[object]) -> Iterator[Node]:
    """The figures within figures, by name or by number."""
    pairs = value.items() if isinstance(value, dict) else ((str(n), one) for n, one in enumerate(value, 1))
    for key, inner in pairs:
        if isinstance(inner, Figures):
            yield Node("figure", key, key, children=tuple(_given(inner)))
        elif isinstance(value, list):
            said = "–" if inner is None else str(inner)
            yield Node("figure", said, said)
        else:
            yield Node("figure", f"{key}: {inner}", f"{key}: {inner}")


def _computation(subject: Subject) -> Iterator[Node]:
    dossier, leaf, figures = subject.dossier, subject.leaf, subject.figures
    rubric, below = dossier.rubric, dossier.below
    shares = below.publication.shares if below and below.publication else None
    made = rule_node(leaf, subject.part.rule, rubric, figures, shares)
    yield made
    if made.value is not None:
        held = min(max(made.value, Fraction(0)), _points(leaf.maximum))
        if held != made.value:
            yield node("clamped", "clamped", held, max=_text(leaf.maximum))
    yield from _needs(subject)
    if leaf.evidence_required:
        count = subject.state.evidence
        yield node("evidence", "evidence.met" if count else "evidence.missing", count=str(count))
    exact = exact_computed(dossier, leaf, figures, unit_only=subject.own)
    if exact is None:
        yield node("computed", "computed.none")
        return
    rounded = _points(rounded_points(rubric, exact))
    yield node("rounded", f"rounded.{rubric.rounding}", rounded, scale=str(rubric.scale))
    yield node("computed", "computed", rounded)


def _needs(subject: Subject) -> Iterator[Node]:
    dossier = subject.dossier
    for code in subject.leaf.needs:
        needed = dossier.rubric.leaves[code]
        given = None if subject.own else dossier.appraised(code)
        given = dossier.leaf(code).self_points if given is None else given
        said = "excluded" if dossier.excluded(code) else "met" if given else "missing"
        value = None if given is None else _points(given)
        yield node("need", f"need.{said}", value, code=code, name=needed.name)


def _appraisal(subject: Subject) -> Iterator[Node]:
    dossier, leaf = subject.dossier, subject.leaf
    appraised, written = dossier.appraised(leaf.code), dossier.given(leaf.code)
    if appraised is None or written is None:
        yield node("appraised", "appraised.none")
        return
    exact = exact_computed(dossier, leaf, subject.figures)
    support = None if exact is None else support_of(dossier.rubric, exact, written)
    children = (node("support", f"support.{support}"),) if support else ()
    said = "appraised.defaulted" if subject.state.appraised is None else "appraised"
    yield node("appraised", said, _points(appraised), children=children)
    for id_, penalty in dossier.penalties.items():
        if not penalty.lifted and penalty.applied.data.target == leaf.code:
            yield node("penalty", "penalty", -_points(penalty.points), id=id_)
    earned = earned_points(dossier, leaf.code)
    if earned is not None:
        yield node("earned", "earned", _points(earned))
        if leaf.area is not None:
            yield node("lost", "lost", _points(leaf.maximum - earned))


def _share(subject: Subject) -> Iterator[Node]:
    """What the leaf brings to the index before that is rounded, in per cent."""
    dossier, leaf, score = subject.dossier, subject.leaf, subject.score
    if subject.own:
        earned = None if dossier.excluded(leaf.code) or leaf.area is None else subject.state.self_points
        assessed, said = _claimed_of(dossier), "share.self"
    else:
        earned = earned_points(dossier, leaf.code)
        assessed, said = score.assessed, "share" if leaf.area is not None else "share.bonus"
    if earned is None or not assessed:
        return
    yield node(
        "share",
        said,
        Fraction(_HUNDRED * earned, assessed),
        earned=_text(earned),
        assessed=_text(assessed),
        max=_text(dossier.rubric.bonus_maximum),
    )


def _claimed_of(dossier: Dossier) -> int:
    """The maxima of the leaves that the self index counts, in thousandths."""
    return sum(
        leaf.maximum
        for area in dossier.rubric.areas
        for leaf in area.leaves
        if not dossier.excluded(leaf.code) and dossier.leaf(leaf.code).self_points is not None
    )


def _points(thousandths: int) -> Fraction:
    return Fraction(thousandths, POINT)


def _text(thousandths: int) -> str:
    return exact_text(_points(thousandths))

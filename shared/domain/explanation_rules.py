"""What a rule does with figures, said with its numbers. Source: scoring.md, "Rules"."""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from shared.codec.figures import Figures
from shared.codec.numbers import POINT
from shared.codec.rubric_shape import (
    BestOfShape,
    ChecklistShape,
    ChoiceShape,
    CountShape,
    DeductShape,
    GrowthShape,
    PointsShape,
    RateShape,
    RollupShape,
    RuleShape,
    StepsShape,
    SumShape,
    SurveyShape,
    TimelyShape,
)
from shared.domain.explanation_texts import RULES
from shared.domain.explanation_tree import Node, exact_text, filled, node
from shared.domain.rollup import Shares, rolled_up
from shared.domain.rubric import Leaf, Rubric
from shared.domain.rules import make_rule
from shared.domain.rules.numbers import number, points, ratio
from shared.domain.rules.rule import clamped_points

Said = tuple[str, dict[str, str]]
"""The name of a text in RULES, and what is put in."""


def rule_node(
    leaf: Leaf, shape: RuleShape, rubric: Rubric, figures: Figures | None, shares: Shares | None
) -> Node:
    """A leaf's rule as it is applied; its value is exact, and not held to the maximum yet."""
    top = Fraction(leaf.maximum, POINT)
    if isinstance(shape, RollupShape) and leaf.rule.rollup is not None:
        value = rolled_up(leaf.rule.rollup, leaf.maximum, shares) if shares is not None else None
        put = {"max": exact_text(top), "leaf": shape.leaf, "start": shape.from_ or "0"}
        return _node(f"rollup.{shape.of}", put, value)
    rounded = PointsShape(scale=rubric.scale, rounding=rubric.rounding)
    return _applied(shape, figures, top, rounded)


def _applied(shape: RuleShape, figures: Figures | None, top: Fraction, rounded: PointsShape) -> Node:
    kind = str(shape.__struct_config__.tag)
    if figures is None:
        return _node(kind if kind in _ALONE else "", {}, None, kind)
    children = tuple(_children(shape, figures, top, rounded))
    name, put = _SAID.get(type(shape), _bare(kind))(shape, figures, top)
    return _node(name, put, make_rule(shape, rounded).points(figures, top), kind, children)


def _node(
    name: str,
    put: Mapping[str, str],
    value: Fraction | None,
    kind: str = "",
    children: tuple[Node, ...] = (),
) -> Node:
    vi, en = filled(RULES[name], put) if name else (kind, kind)
    says = "rule" if value is not None else "rule.none"
    made = node("rule", says, value, said=vi, children=children)
    return Node("rule", made.vi, node("rule", says, value, said=en).en, value, children)


def _children(shape: RuleShape, figures: Figures, top: Fraction, rounded: PointsShape) -> Iterator[Node]:
    match shape:
        case SumShape(parts=parts):
            for key, given in (figures.parts or {}).items():
                part = parts[key]
                inner = _applied(part.rule, given, points(part.max), rounded)
                worth = clamped_points(make_rule(part.rule, rounded), given, points(part.max))
                yield Node("part", key, key, worth, (inner,))
        case BestOfShape(rules=rules):
            for n, (rule, option) in enumerate(zip(rules, figures.options or [], strict=False), 1):
                vi, en = filled(RULES["option"], {"number": str(n)})
                worth = None if option is None else clamped_points(make_rule(rule, rounded), option, top)
                yield Node("option", vi, en, worth, (_applied(rule, option, top, rounded),))
        case ChecklistShape(items=items):
            for key in figures.done or []:
                yield Node("item", key, key, None if shape.all else points(items[key]))
        case DeductShape(each=each):
            for key, times in (figures.events or {}).items():
                put = {"key": key, "each": each[key], "times": str(times)}
                vi, en = filled(RULES["deduct.one"], put)
                yield Node("item", vi, en, -points(each[key]) * number(times))
        case _:
            return


def _rate(shape: RateShape, figures: Figures, top: Fraction) -> Said:
    reached, floor = ratio(figures), Fraction(shape.floor or "0")
    if reached < floor:
        return "rate.below", {"rate": exact_text(reached), "floor": exact_text(floor)}
    target = exact_text(Fraction(shape.target or "1"))
    return "rate", {"max": exact_text(top), "rate": exact_text(reached), "target": target}


def _growth(shape: GrowthShape, figures: Figures, top: Fraction) -> Said:
    base = number(figures.base)
    grown = exact_text((number(figures.value) - base) / base)
    target = exact_text(Fraction(shape.target))
    return "growth", {"max": exact_text(top), "grown": grown, "target": target}


def _steps(shape: StepsShape, figures: Figures, _top: Fraction) -> Said:
    reached = ratio(figures) if shape.of == "rate" else number(figures.count)
    ladder = sorted((Fraction(step.from_), points(step.points)) for step in shape.steps)
    step = next(((start, worth) for start, worth in reversed(ladder) if start <= reached), None)
    if step is None:
        return "steps.below", {"reached": exact_text(reached)}
    put = {"reached": exact_text(reached), "start": exact_text(step[0]), "worth": exact_text(step[1])}
    return "steps", put


def _choice(shape: ChoiceShape, figures: Figures, _top: Fraction) -> Said:
    chosen = str(figures.choice)
    return "choice", {"choice": chosen, "worth": shape.levels[chosen]}


def _checklist(shape: ChecklistShape, _figures: Figures, top: Fraction) -> Said:
    if shape.all:
        return "checklist.all", {"count": str(len(shape.items)), "max": exact_text(top)}
    return "checklist", {}


def _count(shape: CountShape, figures: Figures, _top: Fraction) -> Said:
    return "count", {"each": shape.each, "count": exact_text(number(figures.count))}


def _timely(shape: TimelyShape, figures: Figures, _top: Fraction) -> Said:
    on, after = exact_text(number(figures.on_time)), exact_text(number(figures.late))
    return "timely", {"on_time": shape.on_time, "on": on, "late": shape.late, "after": after}


def _survey(_shape: SurveyShape, figures: Figures, top: Fraction) -> Said:
    put = {"score": exact_text(number(figures.score)), "of": exact_text(number(figures.of))}
    return "survey", {"max": exact_text(top), **put}


def _deduct(_shape: DeductShape, _figures: Figures, top: Fraction) -> Said:
    return "deduct", {"max": exact_text(top)}


def _bare(kind: str) -> Callable[[Any, Figures, Fraction], Said]:
    return lambda _shape, _figures, _top: (kind, {})


_ALONE = frozenset({"judgement", "sum", "best_of"})
"""Kinds whose text needs no figures."""

_SAID: Mapping[type, Callable[[Any, Figures, Fraction], Said]] = {
    RateShape: _rate,
    GrowthShape: _growth,
    StepsShape: _steps,
    ChoiceShape: _choice,
    ChecklistShape: _checklist,
    CountShape: _count,
    TimelyShape: _timely,
    SurveyShape: _survey,
    DeductShape: _deduct,
}

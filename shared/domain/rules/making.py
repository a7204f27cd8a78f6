"""From a rule's shape to the rule: one row a kind."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from shared.codec.rubric_shape import (
    BestOfShape,
    ChecklistShape,
    ChoiceShape,
    CountShape,
    DeductShape,
    GrowthShape,
    JudgementShape,
    PointsShape,
    RateShape,
    RollupShape,
    RuleShape,
    StepsShape,
    SumShape,
    SurveyShape,
    TimelyShape,
)
from shared.domain.rollup import Rollup
from shared.domain.rules import counting, holding, naming
from shared.domain.rules.numbers import points
from shared.domain.rules.rule import Rule


def make_rule(shape: RuleShape, rounded: PointsShape) -> Rule:
    """The rule of a shape that `rule_faults` found nothing against; `rounded`: how parts of a sum are."""
    match shape:
        case SumShape(parts=parts):
            made = {key: (points(part.max), make_rule(part.rule, rounded)) for key, part in parts.items()}
            return holding.sum_of(made, rounded.scale, rounded.rounding)
        case BestOfShape(rules=rules):
            return holding.best_of([make_rule(rule, rounded) for rule in rules])
        case _:
            return _MAKERS[type(shape)](shape)


def _judgement(_shape: JudgementShape) -> Rule:
    return Rule("judgement")


def _rollup(shape: RollupShape) -> Rule:
    return Rule("rollup", rollup=Rollup(shape.leaf, shape.of, Fraction(shape.from_ or "0")))


_MAKERS: Mapping[type, Callable[[Any], Rule]] = {
    JudgementShape: _judgement,
    ChoiceShape: naming.choice,
    ChecklistShape: naming.checklist,
    RateShape: counting.rate,
    GrowthShape: counting.growth,
    StepsShape: counting.steps,
    CountShape: counting.count,
    TimelyShape: counting.timely,
    DeductShape: naming.deduct,
    SurveyShape: counting.survey,
    RollupShape: _rollup,
}

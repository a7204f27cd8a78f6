"""Rules that compute with numbers: a ratio, growth, thresholds, so much each."""

from fractions import Fraction

from shared.codec.faults import Fault
from shared.codec.fields import Number
from shared.codec.figures import Figures
from shared.codec.numbers import millionths_of
from shared.codec.rubric_shape import (
    CountShape,
    GrowthShape,
    RateShape,
    StepsShape,
    SurveyShape,
    TimelyShape,
)
from shared.domain.rules.numbers import ONE, RATIO, ZERO, number, points, ratio, ratio_fault, whole_fault
from shared.domain.rules.rule import Rule

_COUNT = (frozenset({"count"}),)
_SURVEY = (frozenset({"score", "of"}),)
_COUNTED = ("on_time", "late", "missing")


def rate(shape: RateShape) -> Rule:
    """A share of the maximum by a ratio to its target; nothing below the floor."""
    target, floor = Fraction(shape.target or "1"), Fraction(shape.floor or "0")
    over = bool(shape.over)

    def worth(figures: Figures, top: Fraction) -> Fraction:
        reached = ratio(figures)
        return ZERO if reached < floor else top * min(reached / target, ONE)

    return Rule("rate", RATIO, lambda figures: ratio_fault(figures, over), worth)


def growth(shape: GrowthShape) -> Rule:
    """A share of the maximum by growth over the base to its target; who shrank gets nothing."""
    target = Fraction(shape.target)

    def worth(figures: Figures, top: Fraction) -> Fraction:
        base = number(figures.base)
        grown = (number(figures.value) - base) / base
        return top * min(max(grown, ZERO) / target, ONE)

    return Rule("growth", (frozenset({"value", "base"}),), _base_fault, worth)


def steps(shape: StepsShape) -> Rule:
    """The points of the highest step that is reached."""
    ladder = sorted((Fraction(step.from_), points(step.points)) for step in shape.steps)

    def worth(figures: Figures, _top: Fraction) -> Fraction:
        reached = ratio(figures) if shape.of == "rate" else number(figures.count)
        return next((value for start, value in reversed(ladder) if start <= reached), ZERO)

    if shape.of == "rate":
        return Rule("steps", RATIO, lambda figures: ratio_fault(figures, False), worth)
    return Rule("steps", _COUNT, _count_fault, worth)


def count(shape: CountShape) -> Rule:
    """So many points each."""
    each = points(shape.each)
    return Rule("count", _COUNT, _count_fault, lambda figures, _top: each * number(figures.count))


def timely(shape: TimelyShape) -> Rule:
    """So many points for each on time and each late; what is missing gets nothing."""
    on_time, late = points(shape.on_time), points(shape.late)

    def fault(figures: Figures) -> Fault | None:
        found = (whole_fault(f"/{name}", getattr(figures, name)) for name in _COUNTED)
        return next((one for one in found if one), None)

    def worth(figures: Figures, _top: Fraction) -> Fraction:
        return on_time * number(figures.on_time) + late * number(figures.late)

    return Rule("timely", (frozenset(_COUNTED),), fault, worth)


def survey(_shape: SurveyShape) -> Rule:
    """A share of the maximum by a survey's score."""

    def worth(figures: Figures, top: Fraction) -> Fraction:
        return top * number(figures.score) / number(figures.of)

    return Rule("survey", _SURVEY, _survey_fault, worth)


def survey_figures(rule: Rule, score: Number, of: Number) -> Figures | None:
    """A survey's mean as figures for a rule: of a survey, or of a ratio; None where it takes neither."""
    if _SURVEY[0] in rule.alternatives:
        return Figures(score=score, of=of)
    return Figures(numerator=score, denominator=of) if RATIO[0] in rule.alternatives else None


def _count_fault(figures: Figures) -> Fault | None:
    return whole_fault("/count", figures.count)


def _base_fault(figures: Figures) -> Fault | None:
    if millionths_of(figures.base or 0):
        return None
    return Fault(
        "/base",
        "Số gốc để so sánh bằng 0: hãy đề nghị không đánh giá tiêu chí này.",
        "The base is 0: ask for the leaf to be excluded.",
    )


def _survey_fault(figures: Figures) -> Fault | None:
    most = millionths_of(figures.of or 0)
    if most == 0:
        return Fault("/of", "Thang điểm khảo sát phải lớn hơn 0.", "The survey's scale must be above 0.")
    if millionths_of(figures.score or 0) > most:
        return Fault(
            "/score",
            "Điểm khảo sát không được lớn hơn thang điểm.",
            "The survey's score must not be above its scale.",
        )
    return None

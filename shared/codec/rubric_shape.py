"""The shape of a rubric, in `RubricPublished` and as YAML on disk. Source: scoring.md, "A rubric"."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from shared.codec.fields import Code, Id, Key, Points, Text
from shared.codec.numbers import FIGURE_PATTERN

Number = Annotated[str, Meta(pattern=FIGURE_PATTERN)]
RoundingMode = Literal["half_up", "down"]


class _Shape(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    pass


class JudgementShape(_Shape, frozen=True, tag_field="kind", tag="judgement"):
    """The council judges; its points are a multiple of `step`."""

    step: Points | None = None


class ChoiceShape(_Shape, frozen=True, tag_field="kind", tag="choice"):
    """One of several levels, each worth its points."""

    levels: Annotated[dict[Key, Points], Meta(min_length=1, max_length=50)]


class ChecklistShape(_Shape, frozen=True, tag_field="kind", tag="checklist"):
    """Items, each worth its points once it is done; with `all`, all of them or nothing."""

    items: Annotated[dict[Key, Points], Meta(min_length=1, max_length=50)]
    all: bool | None = None


class RateShape(_Shape, frozen=True, tag_field="kind", tag="rate"):
    """A share of the maximum by a ratio: `target`, `floor` are ratios (0.8 is 80 %); `over`: beyond 1."""

    target: Number | None = None
    floor: Number | None = None
    over: bool | None = None


class GrowthShape(_Shape, frozen=True, tag_field="kind", tag="growth"):
    """A share of the maximum by how much a value grew over its base; `target` is a ratio (0.1 is 10 %)."""

    target: Number


class StepShape(_Shape, frozen=True, rename={"from_": "from"}):
    """From this ratio or count on, these points."""

    from_: Number
    points: Points


class StepsShape(_Shape, frozen=True, tag_field="kind", tag="steps"):
    """The points of the highest step reached."""

    of: Literal["rate", "count"]
    steps: Annotated[list[StepShape], Meta(min_length=1, max_length=50)]


class CountShape(_Shape, frozen=True, tag_field="kind", tag="count"):
    """So many points each."""

    each: Points


class TimelyShape(_Shape, frozen=True, tag_field="kind", tag="timely"):
    """So many points for each that came on time, and for each that came late."""

    on_time: Points
    late: Points


class DeductShape(_Shape, frozen=True, tag_field="kind", tag="deduct"):
    """The maximum less so many points per event."""

    each: Annotated[dict[Key, Points], Meta(min_length=1, max_length=50)]


class SumPartShape(_Shape, frozen=True):
    """One of the rules that are added up, with its own maximum."""

    max: Points
    rule: "RuleShape"


class SumShape(_Shape, frozen=True, tag_field="kind", tag="sum"):
    """Several rules, added up."""

    parts: Annotated[dict[Key, SumPartShape], Meta(min_length=1, max_length=50)]


class BestOfShape(_Shape, frozen=True, tag_field="kind", tag="best_of"):
    """Several rules, of which the best counts."""

    rules: Annotated[list["RuleShape"], Meta(min_length=1, max_length=50)]


class SurveyShape(_Shape, frozen=True, tag_field="kind", tag="survey"):
    """A share of the maximum by a survey's score."""


class RollupShape(_Shape, frozen=True, tag_field="kind", tag="rollup", rename={"from_": "from"}):
    """From a leaf of the dossiers that the unit itself has appraised.

    The mean of points to maximum, or the share of those at or above `from`, a ratio.
    """

    leaf: Code
    of: Literal["mean", "share"]
    from_: Number | None = None


RuleShape = (
    JudgementShape
    | ChoiceShape
    | ChecklistShape
    | RateShape
    | GrowthShape
    | StepsShape
    | CountShape
    | TimelyShape
    | SumShape
    | BestOfShape
    | DeductShape
    | SurveyShape
    | RollupShape
)


class PartShape(_Shape, frozen=True):
    """A leaf: a sub-criterion, or a bonus item."""

    code: Code
    name: Text
    max: Points
    rule: RuleShape
    evidence: Literal["required", "optional"] | None = None
    source: Literal["unit", "survey", "system"] | None = None
    needs: Annotated[list[Code], Meta(max_length=50)] | None = None
    was: Code | None = None
    documents: Annotated[list[Text], Meta(max_length=50)] | None = None


class CriterionShape(_Shape, frozen=True):
    """A criterion: a leaf by itself (`max` and `rule`), or `parts` that are leaves."""

    code: Code
    name: Text
    max: Points | None = None
    rule: RuleShape | None = None
    parts: Annotated[list[PartShape], Meta(min_length=1, max_length=200)] | None = None
    evidence: Literal["required", "optional"] | None = None
    source: Literal["unit", "survey", "system"] | None = None
    needs: Annotated[list[Code], Meta(max_length=50)] | None = None
    was: Code | None = None
    documents: Annotated[list[Text], Meta(max_length=50)] | None = None


class AreaShape(_Shape, frozen=True):
    """An area and its criteria; `max`, where stated, is the sum of its leaves."""

    code: Code
    name: Text
    criteria: Annotated[list[CriterionShape], Meta(min_length=1, max_length=200)]
    max: Points | None = None


class PointsShape(_Shape, frozen=True):
    """How computed points are rounded."""

    scale: Annotated[int, Meta(ge=0, le=3)]
    rounding: RoundingMode


class IndexShape(_Shape, frozen=True):
    """How the index is rounded, and what it is not above."""

    scale: Annotated[int, Meta(ge=0, le=6)]
    rounding: RoundingMode
    cap: Points | None = None


class GradeShape(_Shape, frozen=True, rename={"from_": "from"}):
    """A grade is reached from this index on."""

    name: Text
    from_: Points


class BonusShape(_Shape, frozen=True):
    """Points on top, at most `max`; its items are leaves."""

    max: Points
    items: Annotated[list[PartShape], Meta(max_length=100)] | None = None


class RubricShape(_Shape, frozen=True):
    """A whole rubric."""

    id: Id
    name: Text
    points: PointsShape
    index: IndexShape
    grades: Annotated[list[GradeShape], Meta(min_length=1, max_length=20)]
    areas: Annotated[list[AreaShape], Meta(min_length=1, max_length=50)]
    basis: Text | None = None
    bonus: BonusShape | None = None
    total: Points | None = None

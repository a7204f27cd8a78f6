"""A rubric made ready for appraisal: areas, leaves, rules, grades. Source: scoring.md, "A rubric"."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType

from shared.codec.canonical import canonical
from shared.codec.numbers import INDEX, POINT, Rounding, points_of
from shared.codec.rubric_shape import (
    CriterionShape,
    JudgementShape,
    PartShape,
    PointsShape,
    RubricShape,
    SurveyShape,
)
from shared.domain.rules import Rule, make_rule


@dataclass(frozen=True, slots=True)
class Leaf:
    """What points are given to. `area` is None of a bonus item; `maximum` and `step` are in thousandths."""

    code: str
    name: str
    area: str | None
    maximum: int
    rule: Rule
    step: int | None
    needs: tuple[str, ...]
    evidence_required: bool
    source: str

    @property
    def by_unit(self) -> bool:
        """May the unit file points for it? For everything but what a survey scores."""
        return self.source != "survey"

    @property
    def figures_by_unit(self) -> bool:
        """May the unit give its figures? Those of a survey or a system are given to it."""
        return self.source == "unit"


@dataclass(frozen=True, slots=True)
class Area:
    """An area with its leaves in the rubric's order; `maximum` is their sum, in thousandths."""

    code: str
    name: str
    leaves: tuple[Leaf, ...]
    maximum: int


@dataclass(frozen=True, slots=True)
class Grade:
    """Reached by an index of at least `at_least` (millionths)."""

    name: str
    at_least: int


@dataclass(frozen=True, slots=True)
class Rubric:
    """A published rubric.

    `leaves` holds the areas' leaves and the bonus items by code, `moved_by` those that may read
    differently once a leaf changes: itself, and whoever needs it; `maximum` is the sum of the areas'.
    """

    id: str
    authority: str
    name: str
    body: bytes
    hash: str
    scale: int
    rounding: Rounding
    index_scale: int
    index_rounding: Rounding
    cap: int | None
    grades: tuple[Grade, ...]
    bonus_maximum: int
    areas: tuple[Area, ...]
    bonus_items: tuple[Leaf, ...]
    leaves: Mapping[str, Leaf]
    area_codes: Mapping[str, Area]
    moved_by: Mapping[str, frozenset[str]]
    maximum: int


def make_rubric(shape: RubricShape, authority: str) -> Rubric:
    """The rubric of a shape in which `rubric_faults` found nothing.

    `body` is its canonical JSON, `hash` hex(SHA-256) of that.
    """
    areas = tuple(
        _area(
            area.code,
            area.name,
            tuple(_leaf(part, area.code, shape.points) for part in area_parts(area.criteria)),
        )
        for area in shape.areas
    )
    items = tuple(
        _leaf(item, None, shape.points) for item in (shape.bonus.items or [] if shape.bonus else [])
    )
    leaves = {leaf.code: leaf for area in areas for leaf in area.leaves} | {item.code: item for item in items}
    body = canonical(shape)
    return Rubric(
        id=shape.id,
        authority=authority,
        name=shape.name,
        body=body,
        hash=sha256(body).hexdigest(),
        scale=shape.points.scale,
        rounding=shape.points.rounding,
        index_scale=shape.index.scale,
        index_rounding=shape.index.rounding,
        cap=points_of(shape.index.cap) * (INDEX // POINT) if shape.index.cap else None,
        grades=tuple(Grade(grade.name, points_of(grade.from_) * (INDEX // POINT)) for grade in shape.grades),
        bonus_maximum=points_of(shape.bonus.max) if shape.bonus else 0,
        areas=areas,
        bonus_items=items,
        leaves=MappingProxyType(leaves),
        area_codes=MappingProxyType({area.code: area for area in areas}),
        moved_by=MappingProxyType(_moved_by(leaves)),
        maximum=sum(area.maximum for area in areas),
    )


def area_parts(criteria: list[CriterionShape]) -> Iterator[PartShape]:
    """The leaves of criteria, in order: a criterion without parts is a leaf itself."""
    for criterion in criteria:
        if criterion.parts is not None:
            yield from criterion.parts
        elif criterion.max is not None and criterion.rule is not None:
            yield PartShape(
                code=criterion.code,
                name=criterion.name,
                max=criterion.max,
                rule=criterion.rule,
                evidence=criterion.evidence,
                source=criterion.source,
                needs=criterion.needs,
                was=criterion.was,
                documents=criterion.documents,
            )


def source_of(part: PartShape) -> str:
    """Who brings a leaf's figures: unit, survey or system; of a survey, unless it is stated, the survey."""
    return part.source or ("survey" if isinstance(part.rule, SurveyShape) else "unit")


def _area(code: str, name: str, leaves: tuple[Leaf, ...]) -> Area:
    return Area(code, name, leaves, sum(leaf.maximum for leaf in leaves))


def _leaf(part: PartShape, area: str | None, rounded: PointsShape) -> Leaf:
    step = part.rule.step if isinstance(part.rule, JudgementShape) else None
    return Leaf(
        code=part.code,
        name=part.name,
        area=area,
        maximum=points_of(part.max),
        rule=make_rule(part.rule, rounded),
        step=points_of(step) if step else None,
        needs=tuple(part.needs or ()),
        evidence_required=part.evidence == "required",
        source=source_of(part),
    )


def _moved_by(leaves: Mapping[str, Leaf]) -> dict[str, frozenset[str]]:
    found = {code: {code} for code in leaves}
    for leaf in leaves.values():
        for code in leaf.needs:
            found[code].add(leaf.code)
    return {code: frozenset(codes) for code, codes in found.items()}

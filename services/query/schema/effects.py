"""What an event changed in a dossier, and what any change changes: before and after."""

from collections.abc import Sequence

import strawberry

from services.query.schema.scalars import Decimal, index_or_none, points_or_none
from services.query.sight import Sight
from shared.domain.index import Score
from shared.domain.rubric import Rubric
from shared.domain.trail import LeafPoints, LeafStep, Step


@strawberry.type(description="A number before and after; null where there was none, or it may not be seen.")
class BeforeAfter:
    """Before and after."""

    before: Decimal | None
    after: Decimal | None


@strawberry.type(description="A leaf before and after.")
class LeafChange:
    """`by`: the positions of the events that changed it, where events did."""

    code: str
    name: str
    self_points: BeforeAfter
    appraised_points: BeforeAfter
    computed_points: BeforeAfter
    was_excluded: bool
    excluded: bool
    by: list[int]


@strawberry.type(description="The sums of a dossier before and after.")
class SumsChange:
    """As far as the viewer may see them."""

    self_index: BeforeAfter
    index: BeforeAfter
    points: BeforeAfter
    assessed: BeforeAfter


@strawberry.type(description="What an event changed in its dossier, and the rubric that it was judged under.")
class EventChange:
    """`leaves` are those that it changed."""

    rubric: strawberry.ID
    rubric_hash: str
    sums: SumsChange
    leaves: list[LeafChange]


def event_change(step: Step, rubric: Rubric, sight: Sight) -> EventChange:
    """What a step of a trail tells of its event."""
    return EventChange(
        rubric=strawberry.ID(rubric.id),
        rubric_hash=rubric.hash,
        sums=sums_change(step.before, step.after, sight),
        leaves=leaf_changes(step.leaves, rubric, sight),
    )


def sums_change(before: Score | None, after: Score | None, sight: Sight) -> SumsChange:
    """Sums of a dossier before and after something."""
    seen = sight.appraisal
    held, came = (before, after) if seen else (None, None)
    return SumsChange(
        self_index=BeforeAfter(
            before=index_or_none(before.self_index) if before else None,
            after=index_or_none(after.self_index) if after else None,
        ),
        index=BeforeAfter(
            before=index_or_none(held.index) if held else None,
            after=index_or_none(came.index) if came else None,
        ),
        points=_points(held.points if held else None, came.points if came else None),
        assessed=_points(held.assessed if held else None, came.assessed if came else None),
    )


def leaf_changes(steps: Sequence[LeafStep], rubric: Rubric, sight: Sight) -> list[LeafChange]:
    """The leaves that changed, as far as the viewer may see that they did."""
    shown = ((step, _seen(step.before, sight), _seen(step.after, sight)) for step in steps)
    return [
        LeafChange(
            code=step.code,
            name=rubric.leaves[step.code].name,
            self_points=_points(before.self_points, after.self_points),
            appraised_points=_points(before.appraised, after.appraised),
            computed_points=_points(before.computed, after.computed),
            was_excluded=before.excluded is not None,
            excluded=after.excluded is not None,
            by=list(step.by),
        )
        for step, before, after in shown
        if before != after
    ]


def _seen(leaf: LeafPoints, sight: Sight) -> LeafPoints:
    """A leaf as the viewer may see it: before the release, what follows from the unit's own word."""
    if sight.appraisal:
        return leaf
    return LeafPoints(
        self_points=leaf.self_points,
        computed=leaf.unit_computed,
        unit_computed=leaf.unit_computed,
        excluded=leaf.excluded,
    )


def _points(before: int | None, after: int | None) -> BeforeAfter:
    return BeforeAfter(before=points_or_none(before), after=points_or_none(after))

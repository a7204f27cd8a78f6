"""How units and rubrics come into a root."""

from shared.codec.shapes import RubricPublished, UnitRegistered
from shared.domain.events import Recorded
from shared.domain.root.state import Root, Touched, Unit
from shared.domain.rubric import make_rubric


def unit_registered(root: Root, _event: Recorded, data: UnitRegistered) -> Touched:
    """The unit stands in the tree."""
    root.units[data.unit] = Unit(data.unit, data.name, data.kind, data.effective)
    return Touched(unit=data.unit)


def rubric_published(root: Root, event: Recorded, data: RubricPublished) -> Touched:
    """The rubric may be appraised under, by its publisher and below."""
    root.rubrics[data.rubric.id] = make_rubric(data.rubric, event.source)
    return Touched(rubric=data.rubric.id)

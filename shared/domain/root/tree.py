"""How units, rubrics, results from before and rights to read come into a root."""

from dataclasses import replace

from shared.codec.shapes import (
    ReadGranted,
    ReadRevoked,
    ResultImported,
    RubricPublished,
    UnitChanged,
    UnitRegistered,
)
from shared.domain.events import Recorded, Standing
from shared.domain.root.state import Grant, Root, Touched, Unit
from shared.domain.rubric import make_rubric


def unit_registered(root: Root, _event: Recorded, data: UnitRegistered) -> Touched:
    """The unit stands in the tree."""
    root.units[data.unit] = Unit(data.unit, data.name, data.kind, data.effective)
    return Touched(unit=data.unit)


def unit_changed(root: Root, _event: Recorded, data: UnitChanged) -> Touched:
    """The unit has another name or kind; its dossiers keep the kind that they began with."""
    unit = root.units[data.unit]
    root.units[data.unit] = replace(unit, name=data.name or unit.name, kind=data.kind or unit.kind)
    return Touched(unit=data.unit)


def rubric_published(root: Root, event: Recorded, data: RubricPublished) -> Touched:
    """The rubric may be appraised under, by its publisher and below."""
    root.rubrics[data.rubric.id] = make_rubric(data.rubric, event.source)
    return Touched(rubric=data.rubric.id)


def result_imported(root: Root, event: Recorded, data: ResultImported) -> Touched:
    """The result is shown beside those of the ledger."""
    key = (data.unit, data.round)
    root.imported[key] = Standing(data, event.position, event.salts)
    return Touched(imported=key)


def read_granted(root: Root, event: Recorded, data: ReadGranted) -> Touched:
    """The grant holds until it ends or is revoked."""
    root.grants[data.grant] = Grant(Standing(data, event.position, event.salts))
    return Touched(grant=data.grant)


def read_revoked(root: Root, _event: Recorded, data: ReadRevoked) -> Touched:
    """The grant holds no longer."""
    root.grants[data.grant].revoked = True
    return Touched(grant=data.grant)

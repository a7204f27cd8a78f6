"""How rounds and their dossiers come to be, and are released."""

from shared.codec.envelope import instant, microseconds
from shared.codec.shapes import AppraisalReleased, RoundOpened
from shared.codec.shapes import Window as WindowShape
from shared.domain.dossier import Dossier
from shared.domain.events import Recorded
from shared.domain.root.state import ALL_LEAVES, Root, Touched, round_id_of
from shared.domain.round import Round, Window


def round_opened(root: Root, event: Recorded, data: RoundOpened) -> Touched:
    """Each unit of the round has a dossier, under the rubric of its kind."""
    key = (event.source, data.round)
    opened = root.rounds[key] = Round(
        authority=event.source,
        id=data.round,
        opened=data,
        position=event.position,
        units=list(data.units),
        windows={
            "filing": _window(data.filing),
            "appraisal": _window(data.appraisal),
            "disputes": _window(data.disputes),
        },
        excluded={leaf.leaf: leaf.kind for leaf in data.excluded or []},
        groups={unit: name for name, units in (data.groups or {}).items() for unit in units},
    )
    for unit in data.units:
        kind = root.units[unit].kind
        root.dossiers[unit, data.round] = Dossier(unit, opened, kind, root.rubrics[data.rubrics[kind]])
    return Touched(round=key, codes={(unit, data.round): ALL_LEAVES for unit in data.units})


def appraisal_released(root: Root, event: Recorded, data: AppraisalReleased) -> Touched:
    """These units, or all of the round, see their appraised points from here on."""
    key = (event.source, round_id_of(event))
    released = root.rounds[key]
    units = data.units or released.units
    released.released.update(units)
    for unit in units:
        root.dossiers[unit, released.id].released = True
    return Touched(round=key, codes={(unit, released.id): frozenset[str]() for unit in units})


def _window(shape: WindowShape) -> Window:
    return Window(microseconds(instant(shape.opens)), microseconds(instant(shape.closes)))

"""How rounds and their dossiers come to be, change, and are released."""

from shared.codec.envelope import instant, microseconds
from shared.codec.shapes import (
    AppraisalReleased,
    AppraiserAssigned,
    RoundCancelled,
    RoundChanged,
    RoundExtended,
    RoundOpened,
)
from shared.codec.shapes import Window as WindowShape
from shared.domain.dossier import Dossier
from shared.domain.events import Recorded
from shared.domain.root.state import ALL_LEAVES, Root, Touched, round_of
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
        _begin_dossier(root, opened, unit)
    if above := root.dossiers.get(key):
        above.below = opened
    return Touched(round=key, codes={(unit, data.round): ALL_LEAVES for unit in data.units})


def _begin_dossier(root: Root, round_: Round, unit: str) -> None:
    kind = root.units[unit].kind
    rubric = root.rubrics[round_.opened.rubrics[kind]]
    below = root.rounds.get((unit, round_.id))
    root.dossiers[unit, round_.id] = Dossier(unit, round_, kind, rubric, below=below)


def round_changed(root: Root, event: Recorded, data: RoundChanged) -> Touched:
    """Units come in, one that left with the dossier it had; others leave with theirs."""
    changed = round_of(root, event)
    added = [unit for unit in data.add or [] if unit not in changed.units]
    gone = [unit for unit in data.remove or [] if unit in changed.units]
    codes = {(unit, changed.id): frozenset[str]() for unit in gone}
    for unit in added:
        if dossier := root.dossiers.get((unit, changed.id)):
            dossier.left = False
        else:
            _begin_dossier(root, changed, unit)
        codes[unit, changed.id] = ALL_LEAVES
    changed.units = [unit for unit in changed.units if unit not in gone] + added
    for unit in gone:
        root.dossiers[unit, changed.id].left = True
    return Touched(round=(changed.authority, changed.id), codes=codes)


def round_extended(root: Root, event: Recorded, data: RoundExtended) -> Touched:
    """The window closes then: for these units, or for all, whatever some had of their own."""
    extended, closes = round_of(root, event), microseconds(instant(data.closes))
    for unit in data.units or []:
        extended.extended[data.window, unit] = closes
    if data.units is None:
        extended.windows[data.window] = Window(extended.windows[data.window].opens, closes)
        for key in [key for key in extended.extended if key[0] == data.window]:
            del extended.extended[key]
    return Touched(round=(extended.authority, extended.id))


def appraiser_assigned(root: Root, event: Recorded, data: AppraiserAssigned) -> Touched:
    """The unit may propose on these leaves, and who could before may no longer."""
    assigned = round_of(root, event)
    assigned.appraisers.update(dict.fromkeys(data.leaves, data.appraiser))
    return Touched(round=(assigned.authority, assigned.id))


def round_cancelled(root: Root, event: Recorded, _data: RoundCancelled) -> Touched:
    """The round comes to nothing; what was said in it stays to be read."""
    cancelled = round_of(root, event)
    cancelled.cancelled = True
    return Touched(
        round=(cancelled.authority, cancelled.id),
        codes={(unit, cancelled.id): frozenset[str]() for unit in cancelled.units},
    )


def appraisal_released(root: Root, event: Recorded, data: AppraisalReleased) -> Touched:
    """These units, or all of the round, see their appraised points from here on."""
    released = round_of(root, event)
    units = data.units or released.units
    released.released.update(units)
    for unit in units:
        root.dossiers[unit, released.id].released = True
    return Touched(
        round=(released.authority, released.id),
        codes={(unit, released.id): frozenset[str]() for unit in units},
    )


def _window(shape: WindowShape) -> Window:
    return Window(microseconds(instant(shape.opens)), microseconds(instant(shape.closes)))

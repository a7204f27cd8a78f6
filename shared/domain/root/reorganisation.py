"""How units are merged, split and dissolved: what ends stays to be read under its own path."""

from dataclasses import replace

from shared.codec.names import parent_of, root_of
from shared.codec.shapes import UnitsReorganised
from shared.domain.events import Recorded
from shared.domain.root.state import DossierKey, Root, RoundKey, Touched, Unit


def units_reorganised(root: Root, _event: Recorded, data: UnitsReorganised) -> Touched:
    """Units end and stand, heirs take over; dossiers of those that end leave what is not published."""
    going_on = {made.unit for made in data.into}
    ended = [path for path in data.from_ if path in root.units and path not in going_on]
    below = [path for path, unit in root.units.items() if not unit.ended and parent_of(path) in ended]
    for path in ended:
        root.units[path] = replace(root.units[path], until=data.effective, ended=True)
    made = _make(root, data)
    heirs = _note_heirs(root, data, going_on)
    left = _leave_rounds(root, set(ended))
    rounds: list[RoundKey] = list(dict.fromkeys((root.dossiers[key].round.authority, key[1]) for key in left))
    units = [path for path in dict.fromkeys([*ended, *made, *heirs, *below]) if path in root.units]
    return Touched(units=units, rounds=rounds, codes=dict.fromkeys(left, frozenset[str]()))


def _make(root: Root, data: UnitsReorganised) -> list[str]:
    """The units of this root that stand from here on, or go on under this name and kind."""
    made = [unit for unit in data.into if root_of(unit.unit) == root.name]
    for new in made:
        stood = root.units.get(new.unit)
        root.units[new.unit] = (
            replace(stood, name=new.name, kind=new.kind)
            if stood
            else Unit(new.unit, new.name, new.kind, data.effective)
        )
    return [new.unit for new in made]


def _note_heirs(root: Root, data: UnitsReorganised, going_on: set[str]) -> list[str]:
    """Who takes over; a unit that goes on has no heir, though it may be named as its own."""
    taking_over = {old: heir for old, heir in data.heirs.items() if old not in going_on}
    root.heirs.update(taking_over)
    for old, heir in taking_over.items():
        known = root.predecessors.setdefault(heir, [])
        if old not in known:
            known.append(old)
    return list(taking_over.values())


def _leave_rounds(root: Root, ended: set[str]) -> list[DossierKey]:
    """The dossiers of units that end, in rounds whose results do not stand and may still come."""
    left = [
        key
        for key, dossier in root.dossiers.items()
        if key[0] in ended and not (dossier.left or dossier.round.published or dossier.round.cancelled)
    ]
    for unit, round_id in left:
        dossier = root.dossiers[unit, round_id]
        dossier.left = True
        dossier.round.units = [other for other in dossier.round.units if other != unit]
    return left

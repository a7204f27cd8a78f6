"""Decisions on what changes in a round, and on its end."""

from shared.codec.envelope import instant, microseconds
from shared.codec.shapes import (
    AppraiserAssigned,
    RoundCancelled,
    RoundChanged,
    RoundExtended,
    RoundReopened,
)
from shared.domain.decisions.answers import given_once, no_change, unknown
from shared.domain.decisions.rounds import child_fault, unit_fault
from shared.domain.decisions.targets import find_round, settled
from shared.domain.emission import Emission
from shared.domain.problems import Refused
from shared.domain.root import Root
from shared.domain.round import Round


def round_changed(root: Root, emission: Emission, data: RoundChanged, _now_us: int) -> Refused | None:
    """The authority's own children come in, units of the round leave."""
    found = find_round(root, emission)
    if isinstance(found, Refused):
        return found
    coming = [unit for unit in data.add or [] if unit not in found.units]
    leaving = [unit for unit in data.remove or [] if unit in found.units]
    return (
        _cannot_come(root, found, emission, data)
        or _never_in(root, found, data)
        or settled(found)
        or _in_another_round(root, found, data)
        or (None if coming or leaving else no_change())
    )


def _cannot_come(root: Root, round_: Round, emission: Emission, data: RoundChanged) -> Refused | None:
    """Who was in the round comes back under the rubric that it had."""
    authority = root.presiding(emission.subject.unit)
    for n, path in enumerate(data.add or []):
        if path in round_.units:
            continue
        pointer = f"/data/add/{n}"
        known = (path, round_.id) in root.dossiers
        fault = (
            child_fault(root, authority, path, pointer)
            if known
            else unit_fault(root, authority, round_.opened, path, pointer)
        )
        if fault:
            return fault
    return None


def _never_in(root: Root, round_: Round, data: RoundChanged) -> Refused | None:
    for n, path in enumerate(data.remove or []):
        dossier = root.dossiers.get((path, round_.id))
        if dossier is None or dossier.round is not round_:
            return _not_in_round(f"/data/remove/{n}", path)
    return None


def _in_another_round(root: Root, round_: Round, data: RoundChanged) -> Refused | None:
    for n, path in enumerate(data.add or []):
        dossier = root.dossiers.get((path, round_.id))
        if dossier is not None and dossier.round is not round_:
            return given_once(f"/data/add/{n}", f"{path}@{round_.id}")
    return None


def round_extended(root: Root, emission: Emission, data: RoundExtended, _now_us: int) -> Refused | None:
    """At any time before publication, and to any time: one that has passed closes the window at once."""
    found = find_round(root, emission)
    if isinstance(found, Refused):
        return found
    for n, unit in enumerate(data.units or []):
        if unit not in found.units:
            return _not_in_round(f"/data/units/{n}", unit)
    return settled(found) or (no_change() if _closes_so(found, data) else None)


def _closes_so(round_: Round, data: RoundExtended) -> bool:
    closes = microseconds(instant(data.closes))
    if data.units is not None:
        return all(round_.window(data.window, unit).closes == closes for unit in data.units)
    some_have_their_own = any(name == data.window for name, _ in round_.extended)
    return round_.windows[data.window].closes == closes and not some_have_their_own


def appraiser_assigned(
    root: Root, emission: Emission, data: AppraiserAssigned, _now_us: int
) -> Refused | None:
    """A unit that stands may propose on leaves of the round's rubrics, in place of who could before."""
    found = find_round(root, emission)
    if isinstance(found, Refused):
        return found
    known = {code for rubric_id in found.opened.rubrics.values() for code in root.rubrics[rubric_id].leaves}
    for n, code in enumerate(data.leaves):
        if code not in known:
            return unknown(f"/data/leaves/{n}", f"tiêu chí {code}", f"leaf {code}")
    if root.standing(data.appraiser) is None:
        return unknown(
            "/data/appraiser",
            f"đơn vị đang hoạt động {data.appraiser}",
            f"unit {data.appraiser} that stands at present",
        )
    assigned = all(found.appraisers.get(code) == data.appraiser for code in data.leaves)
    return settled(found) or (no_change() if assigned else None)


def round_reopened(root: Root, emission: Emission, _data: RoundReopened, _now_us: int) -> Refused | None:
    """Of a round whose results are published."""
    found = find_round(root, emission)
    if isinstance(found, Refused):
        return found
    return None if found.published else settled(found) or no_change()


def round_cancelled(root: Root, emission: Emission, _data: RoundCancelled, _now_us: int) -> Refused | None:
    """Of a round whose results are not published; once."""
    found = find_round(root, emission)
    if isinstance(found, Refused):
        return found
    return no_change() if found.cancelled else settled(found)


def _not_in_round(pointer: str, unit: str) -> Refused:
    return unknown(pointer, f"đơn vị {unit} trong kỳ này", f"unit {unit} in this round")

"""Decisions on rubrics and rounds."""

from shared.codec.names import pointer_token
from shared.codec.shapes import AppraisalReleased, RoundOpened, RubricPublished
from shared.domain.decisions.answers import given_once, no_change, unknown
from shared.domain.decisions.targets import find_round, settled
from shared.domain.emission import Emission
from shared.domain.problems import Refused
from shared.domain.root import Root
from shared.domain.visibility import within


def rubric_published(root: Root, emission: Emission, data: RubricPublished, _now_us: int) -> Refused | None:
    """A rubric's id is unique in the root; a correction takes a new one."""
    publisher = emission.subject.unit
    if root.standing(publisher) is None:
        return _no_longer(publisher)
    return given_once("/data/rubric/id", data.rubric.id) if data.rubric.id in root.rubrics else None


def round_opened(root: Root, emission: Emission, data: RoundOpened, _now_us: int) -> Refused | None:
    """Its units are the authority's own children, its rubrics of the authority or a unit above."""
    authority = emission.subject.unit
    if root.standing(authority) is None:
        return _no_longer(authority)
    return (
        _unknown_rubric(root, authority, data)
        or _unknown_unit(root, authority, data)
        or _unknown_leaf(root, data)
        or (given_once("/data/round", data.round) if (authority, data.round) in root.rounds else None)
        or _in_another_round(root, data)
    )


def _no_longer(unit: str) -> Refused:
    return unknown("/subject", f"đơn vị đang hoạt động {unit}", f"unit {unit} that stands at present")


def _unknown_rubric(root: Root, authority: str, data: RoundOpened) -> Refused | None:
    for kind, rubric_id in data.rubrics.items():
        rubric = root.rubrics.get(rubric_id)
        if rubric is None or not within(authority, rubric.authority):
            return unknown(
                f"/data/rubrics/{pointer_token(kind)}",
                f"bộ chỉ số {rubric_id} của đơn vị này hoặc cấp trên",
                f"rubric {rubric_id} of this unit or one above",
            )
    return None


def _unknown_unit(root: Root, authority: str, data: RoundOpened) -> Refused | None:
    faults = (
        unit_fault(root, authority, data, path, f"/data/units/{n}") for n, path in enumerate(data.units)
    )
    return next((fault for fault in faults if fault), None)


def unit_fault(root: Root, authority: str, data: RoundOpened, path: str, pointer: str) -> Refused | None:
    """Who comes into a round is a child of its authority, of a kind that it has a rubric for."""
    if fault := child_fault(root, authority, path, pointer):
        return fault
    kind = root.units[path].kind
    if kind in data.rubrics:
        return None
    return unknown(
        pointer,
        f"bộ chỉ số cho loại đơn vị {kind} của {path}",
        f"rubric for units of the kind {kind}, which {path} is",
    )


def child_fault(root: Root, authority: str, path: str, pointer: str) -> Refused | None:
    """Who is appraised by an authority stands, right below it or below whom it acts for."""
    if root.standing(path) is not None and root.authority_of(path) == authority:
        return None
    return unknown(pointer, f"đơn vị {path} trực thuộc {authority}", f"unit {path} right below {authority}")


def _in_another_round(root: Root, data: RoundOpened) -> Refused | None:
    """A unit has one dossier in the rounds of an id, whoever its authority was at the time."""
    for n, path in enumerate(data.units):
        if (path, data.round) in root.dossiers:
            return given_once(f"/data/units/{n}", f"{path}@{data.round}")
    return None


def _unknown_leaf(root: Root, data: RoundOpened) -> Refused | None:
    known = {code for rubric_id in data.rubrics.values() for code in root.rubrics[rubric_id].leaves}
    for n, excluded in enumerate(data.excluded or []):
        if excluded.leaf not in known:
            return unknown(f"/data/excluded/{n}/leaf", f"tiêu chí {excluded.leaf}", f"leaf {excluded.leaf}")
    return None


def appraisal_released(
    root: Root, emission: Emission, data: AppraisalReleased, _now_us: int
) -> Refused | None:
    """Of units of the round; at any time, and again for those who do not see their points yet."""
    found = find_round(root, emission)
    if isinstance(found, Refused):
        return found
    for n, unit in enumerate(data.units or []):
        if unit not in found.units:
            return unknown(f"/data/units/{n}", f"đơn vị {unit} trong kỳ này", f"unit {unit} in this round")
    return settled(found) or (no_change() if found.released.issuperset(data.units or found.units) else None)

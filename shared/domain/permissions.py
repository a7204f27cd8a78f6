"""Who may emit what: by role and paths alone, before anything is looked up.

Source: contracts, "Event types". One thing is known only later: where a penalty lies that is to be lifted.
"""

from shared.codec.catalogue import CATALOGUE, EventType
from shared.codec.names import Subject, parent_of, root_of
from shared.codec.shapes import Data, PenaltyLifted
from shared.domain.emission import Caller, Emission
from shared.domain.problems import Refused

_COUNCIL = frozenset({"council"})


def permission_fault(emission: Emission, data: Data) -> Refused | None:
    """Refuses (not-permitted) what neither the caller's roles nor its place in the tree allow."""
    row = CATALOGUE[emission.envelope.type]
    caller = emission.caller
    granting = caller.roles & row.roles
    if not granting:
        return _no_role(row)
    if not _stands_right(row, caller, emission.subject):
        return _no_authority(row, caller, emission.envelope.subject)
    if granting == _COUNCIL and caller.areas and not isinstance(data, PenaltyLifted):
        name = next((name for name in ("leaf", "target") if hasattr(data, name)), None)
        code = getattr(data, name) if name else None
        return areas_fault(caller, code, f"/data/{name}" if name else "/subject")
    return None


def areas_fault(caller: Caller, code: str | None, pointer: str) -> Refused | None:
    """Refuses what lies outside the areas of a limited council role; `code`: a leaf's, an area's, or None."""
    if code is not None and code.partition(".")[0] in caller.areas:
        return None
    areas = ", ".join(sorted(caller.areas))
    return Refused(
        "not-permitted",
        pointer,
        f"Quyền thẩm định của bạn chỉ gồm lĩnh vực {areas}; hãy nhờ chủ tịch hội đồng gửi.",
        f"Your council role is limited to the areas {areas}: ask the chair to send it.",
    )


def limited_to_areas(caller: Caller) -> bool:
    """Is the caller a council member for some areas alone?"""
    return bool(caller.areas) and "chair" not in caller.roles


def _no_role(row: EventType) -> Refused:
    roles = ", ".join(sorted(row.roles))
    return Refused(
        "not-permitted",
        "/type",
        f"{row.name} cần vai trò {roles}; hãy nhờ người có vai trò này gửi.",
        f"{row.name} takes the role {roles}: ask somebody who has it to send it.",
    )


def _no_authority(row: EventType, caller: Caller, subject: str) -> Refused:
    return Refused(
        "not-permitted",
        "/subject",
        f"{caller.tenant} không có thẩm quyền gửi {row.name} về {subject}.",
        f"{caller.tenant} has no authority to send {row.name} about {subject}.",
    )


def _stands_right(row: EventType, caller: Caller, subject: Subject) -> bool:
    if root_of(subject.unit) != caller.root:
        return False
    if "U" in row.by and caller.tenant == subject.unit:
        return True
    if "R" in row.by and row.subject == "u" and caller.tenant == caller.root:
        return True
    return "A" in row.by and caller.tenant == _authority(row, subject)


def _authority(row: EventType, subject: Subject) -> str | None:
    """Whose word it takes: of a dossier or a unit the unit one level up, of a round or a rubric the subject.

    A root unit is its own authority; a root's dossier has none.
    """
    if row.subject in "rp":
        return subject.unit
    above = parent_of(subject.unit)
    return subject.unit if above is None and row.subject == "u" else above

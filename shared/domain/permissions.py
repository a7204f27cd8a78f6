"""Who may emit what: by role and paths alone, before anything is looked up. Source: the table of event types in contracts."""

from typing import Any

from shared.codec.catalogue import CATALOGUE, EventType
from shared.codec.names import Subject, parent_of, root_of
from shared.codec.shapes import Data
from shared.domain.emission import Caller, Emission
from shared.domain.problems import Refused


def permission_fault(emission: Emission, data: Data) -> Refused | None:
    """Refuses (not-permitted) what neither the caller's roles nor its place in the tree allow."""
    row = CATALOGUE[emission.envelope.type]
    caller = emission.caller
    granting = caller.roles & row.roles
    if not granting:
        roles = ", ".join(sorted(row.roles))
        return Refused(
            "not-permitted",
            "/type",
            f"{row.name} cần vai trò {roles}; hãy nhờ người có vai trò này gửi.",
            f"{row.name} takes the role {roles}: ask somebody who has it to send it.",
        )
    if not _stands_right(row, caller, emission.subject):
        return Refused(
            "not-permitted",
            "/subject",
            f"{caller.tenant} không có thẩm quyền gửi {row.name} về {emission.envelope.subject}.",
            f"{caller.tenant} has no authority to send {row.name} about {emission.envelope.subject}.",
        )
    if granting == {"council"} and caller.areas:
        return areas_fault(caller, data)
    return None


def areas_fault(caller: Caller, data: Data, target: str | None = None) -> Refused | None:
    """Refuses what a council role that is limited to areas may not touch. `target`: the code, where the data does not tell it."""
    code: Any = target or getattr(data, "leaf", None) or getattr(data, "target", None)
    if code is None and hasattr(data, "penalty"):
        return None  # which area a penalty lies in is known once it is looked up
    if code is not None and str(code).partition(".")[0] in caller.areas:
        return None
    areas = ", ".join(sorted(caller.areas))
    return Refused(
        "not-permitted",
        "/data",
        f"Quyền thẩm định của bạn chỉ gồm lĩnh vực {areas}.",
        f"Your council role is limited to the areas {areas}.",
    )


def limited_areas(caller: Caller) -> bool:
    """Is the caller a council member for some areas alone?"""
    return bool(caller.areas) and "chair" not in caller.roles


def _stands_right(row: EventType, caller: Caller, subject: Subject) -> bool:
    if root_of(subject.unit) != caller.root:
        return False
    if "U" in row.by and caller.tenant == subject.unit:
        return True
    if "R" in row.by and row.subject == "u" and caller.tenant == caller.root:
        return True
    return "A" in row.by and caller.tenant == _authority(row, subject)


def _authority(row: EventType, subject: Subject) -> str | None:
    """Whose word it takes: of a dossier or a unit the one level up (of a root unit the root itself), of a round or a rubric the subject."""
    if row.subject in "rp":
        return subject.unit
    above = parent_of(subject.unit)
    return subject.unit if above is None and row.subject == "u" else above

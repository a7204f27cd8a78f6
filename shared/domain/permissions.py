"""Who may emit what: by role and paths alone, and by who acts for a unit that has ended.

Source: contracts, "Event types". One thing is known only later: where a penalty, dispute or plan lies.
"""

from shared.codec.catalogue import CATALOGUE, CHAIR, EventType
from shared.codec.names import Subject, root_of
from shared.codec.shapes import Data, DisputeRejected, DisputeUpheld, PenaltyLifted, RemediationConfirmed
from shared.domain.emission import Caller, Emission
from shared.domain.problems import Refused
from shared.domain.root import Root

_COUNCIL = frozenset({"council"})
_LOOKED_UP = (PenaltyLifted, DisputeUpheld, DisputeRejected, RemediationConfirmed)


def permission_fault(root: Root, emission: Emission, data: Data) -> Refused | None:
    """Refuses (not-permitted) what neither the caller's roles nor its place in the tree allow."""
    row = CATALOGUE[emission.envelope.type]
    caller = emission.caller
    granting = caller.roles & row.roles
    if not granting:
        return _no_role(row)
    if not _stands_right(root, row, caller, emission.subject):
        return _no_authority(root, row, caller, emission.envelope.subject)
    if granting == _COUNCIL and caller.areas and not isinstance(data, _LOOKED_UP):
        return _areas_of_data_fault(caller, data)
    return None


def _areas_of_data_fault(caller: Caller, data: Data) -> Refused | None:
    leaves: list[str] | None = getattr(data, "leaves", None)
    if leaves is not None:
        faults = (areas_fault(caller, code, f"/data/leaves/{n}") for n, code in enumerate(leaves))
        return next((fault for fault in faults if fault), None)
    name = next((name for name in ("leaf", "target") if hasattr(data, name)), None)
    code = getattr(data, name) if name else None
    return areas_fault(caller, code, f"/data/{name}" if name else "/subject")


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


def _no_authority(root: Root, row: EventType, caller: Caller, subject: str) -> Refused:
    heir = root.acting(caller.tenant)
    if heir != caller.tenant:
        return Refused(
            "not-permitted",
            "/source",
            f"{caller.tenant} đã kết thúc hoạt động; việc này do {heir} gửi.",
            f"{caller.tenant} has ended: {heir} sends this now.",
        )
    return Refused(
        "not-permitted",
        "/subject",
        f"{caller.tenant} không có thẩm quyền gửi {row.name} về {subject}.",
        f"{caller.tenant} has no authority to send {row.name} about {subject}.",
    )


def _stands_right(root: Root, row: EventType, caller: Caller, subject: Subject) -> bool:
    """The letters of the table, on who acts for whom: a unit that has ended acts for nobody."""
    if root_of(subject.unit) != caller.root or root.acting(caller.tenant) != caller.tenant:
        return False
    if "P" in row.by or ("U" in row.by and caller.tenant == root.acting(subject.unit)):
        return True
    if "R" in row.by and caller.tenant == caller.root and _registrar_suffices(row, caller, subject):
        return True
    if row.subject == "e" and not caller.roles & CHAIR:
        return False
    if row.subject == "e" and "chair" not in caller.roles:
        return False
    return "A" in row.by and caller.tenant in _authorities(root, row, subject)


def _registrar_suffices(row: EventType, caller: Caller, subject: Subject) -> bool:
    if row.subject == "e":
        return "registrar" in caller.roles
    return row.subject == "u" or (row.subject == "o" and subject.unit == caller.root)


def _authorities(root: Root, row: EventType, subject: Subject) -> tuple[str | None, ...]:
    """Whose word it takes; of an event that is not looked up yet, the words that it might take."""
    if row.subject == "e" and (subject.unit, subject.round) in root.rounds:
        return _authority(root, "r", subject), _authority(root, "d", subject)
    return (_authority(root, row.subject, subject),)


def _authority(root: Root, letter: str, subject: Subject) -> str | None:
    """Of a dossier or a unit the unit one level up, of a round or a rubric the subject.

    A root unit is its own authority; a root's dossier has none. `letter`: the subject's, as in the table.
    """
    if letter in "rp":
        return root.presiding(subject.unit)
    above = root.authority_of(subject.unit)
    return subject.unit if above is None and letter in "uoe" else above


def erasure_fault(root: Root, emission: Emission, erased: str) -> Refused | None:
    """Refuses who may not speak for the stream of an event of the type `erased`.

    A unit's dossier and its own round of the same id are one stream: only the event tells which it is.
    """
    row, caller, subject = CATALOGUE[emission.envelope.type], emission.caller, emission.subject
    if caller.tenant == caller.root and _registrar_suffices(row, caller, subject):
        return None
    if caller.tenant == _authority(root, CATALOGUE[erased].subject, subject):
        return None
    return _no_authority(root, row, caller, emission.envelope.subject)

"""Decisions on what a unit says of itself."""

from shared.codec.shapes import DossierSubmitted, LeafAssigned, SubmissionFiled, SubmissionWithdrawn
from shared.domain.decisions.answers import against, no_change
from shared.domain.decisions.fit import figures_fault, points_fault
from shared.domain.decisions.targets import (
    cancelled,
    find_dossier,
    find_leaf,
    settled,
    unknown_leaf,
    window_closed,
)
from shared.domain.dossier import Dossier
from shared.domain.emission import Emission
from shared.domain.problems import Refused
from shared.domain.root import Root
from shared.domain.rubric import Leaf


def submission_filed(root: Root, emission: Emission, data: SubmissionFiled, now_us: int) -> Refused | None:
    """While the leaf may be filed; within the rubric."""
    found = find_leaf(root, emission, data.leaf)
    if isinstance(found, Refused):
        return found
    dossier, leaf = found
    closed = filing_closed(dossier, leaf.code, now_us)
    return closed or _against_rubric(leaf, data) or _same_filing(dossier, data)


def submission_withdrawn(
    root: Root, emission: Emission, data: SubmissionWithdrawn, now_us: int
) -> Refused | None:
    """As long as it could be filed; only what is filed can be withdrawn."""
    found = find_leaf(root, emission, data.leaf)
    if isinstance(found, Refused):
        return found
    dossier, leaf = found
    nothing_filed = dossier.leaf(leaf.code).filing is None
    closed = filing_closed(dossier, leaf.code, now_us)
    return closed or (no_change() if nothing_filed else None)


def leaf_assigned(root: Root, emission: Emission, data: LeafAssigned, _now_us: int) -> Refused | None:
    """At any time, also once it is published: who answers for a leaf is the unit's own business."""
    dossier = find_dossier(root, emission)
    if isinstance(dossier, Refused):
        return dossier
    if refused := unknown_leaf(dossier, data.leaves) or cancelled(dossier.round):
        return refused
    return no_change() if all(_assigned_so(dossier, code, data) for code in data.leaves) else None


def dossier_submitted(root: Root, emission: Emission, _data: DossierSubmitted, now_us: int) -> Refused | None:
    """While filing is open, once; and again while something that was returned may still be filed."""
    dossier = find_dossier(root, emission)
    if isinstance(dossier, Refused):
        return dossier
    if refused := settled(dossier.round):
        return refused
    if any(dossier.is_returned(code, now_us) for code in dossier.leaves):
        return None
    closed = window_closed(dossier, "filing", now_us)
    return closed or (no_change() if dossier.submitted else None)


def filing_closed(dossier: Dossier, code: str, now_us: int, pointer: str = "/data/leaf") -> Refused | None:
    """Refuses what comes on a leaf while filing is not open, or once the dossier was submitted.

    A leaf that was returned may be filed all the same, until then.
    """
    if refused := settled(dossier.round):
        return refused
    if dossier.is_returned(code, now_us):
        return None
    if closed := window_closed(dossier, "filing", now_us, pointer):
        return closed
    if not dossier.submitted:
        return None
    return Refused(
        "locked",
        pointer,
        "Hồ sơ đã gửi và bị khóa; hãy đề nghị cơ quan thẩm định trả lại tiêu chí cần sửa.",
        "The dossier was submitted and is locked: ask the authority to return the leaves to be corrected.",
    )


def _against_rubric(leaf: Leaf, data: SubmissionFiled) -> Refused | None:
    if not leaf.by_unit:
        return against(
            "/data/leaf",
            "Tiêu chí này do điều tra xã hội học chấm, đơn vị không tự chấm.",
            "This leaf is scored by survey: the unit does not file it.",
        )
    if not leaf.figures_by_unit and data.figures is not None:
        return against(
            "/data/figures",
            "Số liệu của tiêu chí này do hội đồng nhập từ hệ thống; hãy gửi điểm mà không kèm số liệu.",
            "The figures of this leaf come from the council alone: file the points without figures.",
        )
    return points_fault(leaf, data.self_points, "/data/self_points") or figures_fault(leaf, data.figures)


def _same_filing(dossier: Dossier, data: SubmissionFiled) -> Refused | None:
    filing = dossier.leaf(data.leaf).filing
    return no_change() if filing and filing.says(data) else None


def _assigned_so(dossier: Dossier, code: str, data: LeafAssigned) -> bool:
    standing = dossier.leaf(code).assigned
    return standing is not None and (standing.data.lead, standing.data.support) == (data.lead, data.support)

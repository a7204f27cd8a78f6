"""Decisions on disputes: raised by a unit after the release, decided by the council before publication."""

from shared.codec.numbers import points_of, text_of
from shared.codec.shapes import DisputeRaised, DisputeRejected, DisputeUpheld
from shared.domain.decisions.answers import against, given_once, no_change, unknown
from shared.domain.decisions.fit import figures_fault, points_fault, step_fault
from shared.domain.decisions.targets import find_dossier, settled, window_closed
from shared.domain.dossier import PENALTY, Dispute, Dossier, Penalty
from shared.domain.emission import Emission
from shared.domain.permissions import areas_fault, limited_to_areas
from shared.domain.problems import Refused
from shared.domain.root import Root


def dispute_raised(root: Root, emission: Emission, data: DisputeRaised, now_us: int) -> Refused | None:
    """After the release while disputes are open; an appraised leaf or a standing penalty, one at a time."""
    dossier = find_dossier(root, emission)
    if isinstance(dossier, Refused):
        return dossier
    return (
        _unknown_leaf(dossier, data)
        or (_nothing_to_dispute(dossier, data) if dossier.released else None)
        or settled(dossier.round)
        or _not_released(dossier)
        or window_closed(dossier, "disputes", now_us)
        or _claim_fault(dossier, data)
        or _another_open(dossier, data)
        or _raised_before(dossier, data)
    )


def dispute_upheld(root: Root, emission: Emission, data: DisputeUpheld, _now_us: int) -> Refused | None:
    """At any time before publication; within the rubric, or of a penalty not above what stands."""
    found = _find_dispute(root, emission, data.dispute)
    if isinstance(found, Refused):
        return found
    dossier, dispute = found
    return settled(dossier.round) or _points_fault(dossier, dispute, data) or _decided_before(dispute, data)


def dispute_rejected(root: Root, emission: Emission, data: DisputeRejected, _now_us: int) -> Refused | None:
    """At any time before publication."""
    found = _find_dispute(root, emission, data.dispute)
    if isinstance(found, Refused):
        return found
    dossier, dispute = found
    return settled(dossier.round) or _decided_before(dispute, data)


def _unknown_leaf(dossier: Dossier, data: DisputeRaised) -> Refused | None:
    if data.about.startswith(PENALTY) or data.about in dossier.rubric.leaves:
        return None
    return unknown(
        "/data/about",
        f"tiêu chí {data.about} trong bộ chỉ số {dossier.rubric.id}",
        f"leaf {data.about} in the rubric {dossier.rubric.id}",
    )


def _not_released(dossier: Dossier) -> Refused | None:
    """The same whatever it is about: until then the unit may not learn what has points or penalties."""
    if dossier.released:
        return None
    authority = dossier.round.authority
    return Refused(
        "window-closed",
        "/subject",
        f"{authority} chưa thông báo kết quả thẩm định; chỉ giải trình được sau khi thông báo.",
        f"{authority} has not released the appraisal: disputes are raised after the release.",
    )


def _nothing_to_dispute(dossier: Dossier, data: DisputeRaised) -> Refused | None:
    """A leaf without appraised points, a penalty that does not stand."""
    if not data.about.startswith(PENALTY):
        if dossier.appraised(data.about) is not None:
            return None
        return unknown(
            "/data/about", f"điểm thẩm định của tiêu chí {data.about}", f"appraised points of {data.about}"
        )
    id_ = data.about.removeprefix(PENALTY)
    penalty = dossier.penalties.get(id_)
    if penalty and not penalty.lifted:
        return None
    return unknown("/data/about", f"điểm trừ {id_} đang có hiệu lực", f"standing penalty {id_}")


def _claim_fault(dossier: Dossier, data: DisputeRaised) -> Refused | None:
    """What the unit asks for instead: a leaf's points up to its maximum, a penalty's up to what stands."""
    if data.claimed_points is None:
        return None
    leaf = dossier.rubric.leaves.get(data.about)
    if leaf:
        return points_fault(leaf, data.claimed_points, "/data/claimed_points")
    penalty = dossier.penalties[data.about.removeprefix(PENALTY)]
    return _above_penalty(penalty, data.claimed_points, "/data/claimed_points")


def _another_open(dossier: Dossier, data: DisputeRaised) -> Refused | None:
    others = [id_ for id_ in dossier.open_disputes(data.about) if id_ != data.dispute]
    if not others:
        return None
    return Refused(
        "still-open",
        "/data/about",
        f"Giải trình {others[0]} về nội dung này chưa được giải quyết; hãy chờ kết quả.",
        f"The dispute {others[0]} about this is not decided yet: wait for the decision.",
    )


def _raised_before(dossier: Dossier, data: DisputeRaised) -> Refused | None:
    dispute = dossier.disputes.get(data.dispute)
    if dispute is None:
        return None
    return no_change() if dispute.raised.says(data) else given_once("/data/dispute", data.dispute)


def _find_dispute(root: Root, emission: Emission, id_: str) -> tuple[Dossier, Dispute] | Refused:
    """A dispute of the dossier that the subject names; by who may touch what it is about."""
    dossier = find_dossier(root, emission)
    if isinstance(dossier, Refused):
        return dossier
    dispute = dossier.disputes.get(id_)
    if dispute is None:
        return unknown("/data/dispute", f"giải trình {id_}", f"dispute {id_}")
    if limited_to_areas(emission.caller):
        penalty = dispute.about_penalty
        code = dossier.penalties[penalty].applied.data.target if penalty else dispute.about_leaf
        if refused := areas_fault(emission.caller, code, "/data/dispute"):
            return refused
    return dossier, dispute


def _points_fault(dossier: Dossier, dispute: Dispute, data: DisputeUpheld) -> Refused | None:
    penalty = dispute.about_penalty
    if penalty is not None:
        return _no_figures(data) or _above_penalty(dossier.penalties[penalty], data.points, "/data/points")
    leaf = dossier.rubric.leaves[dispute.raised.data.about]
    return (
        points_fault(leaf, data.points, "/data/points")
        or step_fault(leaf, data.points)
        or figures_fault(leaf, data.figures)
    )


def _no_figures(data: DisputeUpheld) -> Refused | None:
    if data.figures is None:
        return None
    return against(
        "/data/figures", "Điểm trừ không có số liệu; hãy bỏ đi.", "A penalty has no figures: leave them out."
    )


def _above_penalty(penalty: Penalty, points: str, pointer: str) -> Refused | None:
    standing = 0 if penalty.lifted else penalty.points
    if points_of(points) <= standing:
        return None
    top = text_of(standing)
    return against(
        pointer,
        f"{points} vượt mức điểm trừ hiện tại {top}.",
        f"{points} is above the {top} points that the penalty takes off now.",
    )


def _decided_before(dispute: Dispute, data: DisputeUpheld | DisputeRejected) -> Refused | None:
    if dispute.decided is None:
        return None
    same = type(data) is type(dispute.decided.data) and dispute.decided.says(data)
    return no_change() if same else given_once("/data/dispute", data.dispute)

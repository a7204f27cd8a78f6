"""What an emission on a dossier is about, and whether its window is open."""

from collections.abc import Iterable

from shared.domain.decisions.answers import unknown
from shared.domain.dossier import Dossier
from shared.domain.emission import Emission
from shared.domain.moments import told
from shared.domain.problems import Refused
from shared.domain.root import Root
from shared.domain.round import WINDOWS, Round
from shared.domain.rubric import Leaf


def find_round(root: Root, emission: Emission) -> Round | Refused:
    """The round that the subject names, be it published or cancelled."""
    found = root.rounds.get((emission.subject.unit, emission.subject.round or ""))
    if found is None:
        subject = emission.envelope.subject
        return unknown("/subject", f"kỳ đánh giá {subject}", f"round {subject}")
    return found


def find_dossier(root: Root, emission: Emission) -> Dossier | Refused:
    """The dossier that the subject names, published or not; not one that left its round."""
    dossier = find_any_dossier(root, emission)
    if isinstance(dossier, Dossier) and dossier.left:
        return unknown(
            "/subject",
            f"hồ sơ {emission.envelope.subject} trong kỳ đánh giá: đơn vị đã ra khỏi kỳ này",
            f"dossier {emission.envelope.subject} in the round: the unit has left it",
        )
    return dossier


def find_any_dossier(root: Root, emission: Emission) -> Dossier | Refused:
    """The dossier that the subject names, be it that the unit has left the round."""
    dossier = root.dossiers.get((emission.subject.unit, emission.subject.round or ""))
    if dossier is None:
        subject = emission.envelope.subject
        return unknown("/subject", f"hồ sơ {subject}", f"dossier {subject}")
    return dossier


def unknown_leaf(dossier: Dossier, codes: Iterable[str]) -> Refused | None:
    """Refuses the first of an emission's `leaves` that is not in the rubric."""
    rubric = dossier.rubric
    for n, code in enumerate(codes):
        if code not in rubric.leaves:
            return unknown(
                f"/data/leaves/{n}",
                f"tiêu chí {code} trong bộ chỉ số {rubric.id}",
                f"leaf {code} in the rubric {rubric.id}",
            )
    return None


def settled(round_: Round) -> Refused | None:
    """Refuses what comes once the results are published, or the round is cancelled."""
    if round_.published:
        return Refused(
            "published",
            "/subject",
            f"Kết quả kỳ {round_.id} đã công bố; muốn thay đổi, {round_.authority} phải mở lại kỳ đánh giá.",
            f"The results of {round_.id} are published: {round_.authority} must reopen the round first.",
        )
    return cancelled(round_)


def cancelled(round_: Round) -> Refused | None:
    """Refuses what comes once the round is cancelled."""
    if round_.cancelled:
        return Refused(
            "window-closed",
            "/subject",
            f"Kỳ đánh giá {round_.id} của {round_.authority} đã hủy.",
            f"The round {round_.id} of {round_.authority} was cancelled.",
        )
    return None


def find_leaf(root: Root, emission: Emission, code: str) -> tuple[Dossier, Leaf] | Refused:
    """A leaf, or bonus item, of the dossier that the subject names."""
    dossier = find_dossier(root, emission)
    if isinstance(dossier, Refused):
        return dossier
    leaf = dossier.rubric.leaves.get(code)
    if leaf is None:
        rubric = dossier.rubric.id
        return unknown(
            "/data/leaf", f"tiêu chí {code} trong bộ chỉ số {rubric}", f"leaf {code} in the rubric {rubric}"
        )
    return dossier, leaf


def window_closed(dossier: Dossier, name: str, now_us: int, pointer: str = "/subject") -> Refused | None:
    """Refuses what comes before the window opens for the unit, from its close on, or once all is settled."""
    round_ = dossier.round
    if refused := settled(round_):
        return refused
    window = round_.window(name, dossier.unit)
    if window.is_open(now_us):
        return None
    (opens_vi, opens_en), (closes_vi, closes_en) = told(window.opens), told(window.closes)
    vi, en = ("chưa bắt đầu", "is not open yet") if now_us < window.opens else ("đã kết thúc", "has closed")
    return Refused(
        "window-closed",
        pointer,
        f"Thời hạn {WINDOWS[name]} {vi}: từ {opens_vi} đến {closes_vi}. "
        f"Nếu cần, hãy đề nghị {round_.authority} điều chỉnh.",
        f"The {name} window {en}: it is open from {opens_en} to {closes_en}. "
        f"Ask {round_.authority} to change it if need be.",
    )

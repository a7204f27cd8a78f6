"""What an emission on a dossier is about, and whether its window is open."""

from shared.codec.envelope import moment_of, time_text
from shared.domain.decisions.answers import unknown
from shared.domain.dossier import Dossier
from shared.domain.emission import Emission
from shared.domain.problems import Refused
from shared.domain.root import Root
from shared.domain.round import Round
from shared.domain.rubric import Leaf

_WINDOWS = {"filing": "tự đánh giá", "appraisal": "thẩm định", "disputes": "giải trình"}


def find_dossier(root: Root, emission: Emission) -> Dossier | Refused:
    """The dossier that the subject names."""
    dossier = root.dossiers.get((emission.subject.unit, emission.subject.round or ""))
    if dossier is None:
        subject = emission.envelope.subject
        return unknown("/subject", f"hồ sơ {subject}", f"dossier {subject}")
    return dossier


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


def window_closed(round_: Round, name: str, now_us: int, pointer: str = "/subject") -> Refused | None:
    """Refuses what comes before the window opens, or from its close on."""
    window = round_.windows[name]
    if window.is_open(now_us):
        return None
    opens, closes = time_text(moment_of(window.opens)), time_text(moment_of(window.closes))
    vi, en = ("chưa bắt đầu", "is not open yet") if now_us < window.opens else ("đã kết thúc", "has closed")
    return Refused(
        "window-closed",
        pointer,
        f"Thời hạn {_WINDOWS[name]} {vi}: từ {opens} đến {closes}. "
        f"Nếu cần, hãy đề nghị {round_.authority} điều chỉnh.",
        f"The {name} window {en}: it is open from {opens} to {closes}. "
        f"Ask {round_.authority} to change it if need be.",
    )

"""What follows a round: remediation required, planned, reported, confirmed."""

from collections.abc import Callable

from deploy.province.disputing import lost_leaves
from deploy.province.folder import Folder
from deploy.province.rounds import Round

_PLAN = "ke-hoach-1"
_GENERAL = "ke-hoach-chung"


def _of(round_: Round) -> Folder | None:
    """The unit that is asked for a plan: the one that came late, where it lost anything."""
    return round_.late if lost_leaves(round_.late) else None


def _codes(folder: Folder) -> list[str]:
    return [leaf["code"] for leaf in lost_leaves(folder)[:3]]


def _require(round_: Round) -> None:
    if folder := _of(round_):
        due, codes = f"{int(round_.year) + 1}-03-31", _codes(folder)
        folder.say(folder.council, "RemediationRequired", "unknown-target", leaves=["9.9.9"], due=due)
        told = {"leaves": codes, "due": due, "reason": "Mất điểm so với điểm chuẩn"}
        folder.say(folder.council, "RemediationRequired", **told)
        folder.say(folder.council, "RemediationRequired", "no-change", **told)


def _plan(round_: Round) -> None:
    if folder := _of(round_):
        due = f"{int(round_.year) + 1}-06-30"
        told = {"action": "Rà soát, khắc phục từng nội dung", "lead": "Văn phòng", "due": due}
        folder.say(folder.filer, "RemediationPlanned", "unknown-target", plan=_PLAN, leaves=["9.9.9"], **told)
        folder.say(folder.filer, "RemediationPlanned", plan=_PLAN, leaves=_codes(folder)[:1], **told)
        better = {"leaves": _codes(folder), "support": ["Phòng Chuyên môn"], "target": "Đủ điểm năm sau"}
        folder.say(folder.filer, "RemediationPlanned", plan=_PLAN, **better, **told)
        folder.say(folder.filer, "RemediationPlanned", "no-change", plan=_PLAN, **better, **told)
        folder.say(folder.filer, "RemediationPlanned", plan=_GENERAL, leaves=[], **told)
        folder.say(folder.filer, "RemediationReported", "unknown-target", plan="khong-co", done=True)
        folder.say(folder.filer, "RemediationReported", plan=_PLAN, done=False, note="Đang làm")


def _confirm_too_early(round_: Round) -> None:
    if folder := _of(round_):
        folder.say(folder.council, "RemediationConfirmed", "still-open", plan=_PLAN, accepted=True)
        folder.say(folder.council, "RemediationConfirmed", "unknown-target", plan="khong-co", accepted=True)


def _report(round_: Round) -> None:
    if folder := _of(round_):
        folder.say(folder.filer, "RemediationReported", plan=_PLAN, done=True, note="Đã xong")
        folder.say(folder.filer, "RemediationReported", "no-change", plan=_PLAN, done=True, note="Đã xong")


def _doubt(round_: Round) -> None:
    if folder := _of(round_):
        told = {"plan": _PLAN, "accepted": False, "reason": "Chưa có sản phẩm"}
        folder.say(folder.council, "RemediationConfirmed", **told)


def _report_again(round_: Round) -> None:
    if folder := _of(round_):
        folder.say(folder.filer, "RemediationReported", plan=_PLAN, done=True, note="Đã gửi sản phẩm")


def _confirm(round_: Round) -> None:
    if folder := _of(round_):
        folder.say(folder.council, "RemediationConfirmed", plan=_PLAN, accepted=True)
        folder.say(folder.council, "RemediationConfirmed", "no-change", plan=_PLAN, accepted=True)


def _report_once_more(round_: Round) -> None:
    if folder := _of(round_):
        folder.say(folder.filer, "RemediationReported", "no-change", plan=_PLAN, done=False)


STEPS: tuple[Callable[[Round], None], ...] = (
    _require,
    _plan,
    _confirm_too_early,
    _report,
    _doubt,
    _report_again,
    _confirm,
    _report_once_more,
)

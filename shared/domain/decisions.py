"""What each type takes to be recorded, in the contract's order of problems: None where nothing stands against it.

A decision gets a permitted emission with valid data; it looks its targets up, then windows and locks, then the rubric, then whether
anything would change.
"""

from collections.abc import Callable
from datetime import timedelta, timezone
from typing import Any

from shared.codec.envelope import instant, moment_of, time_text
from shared.codec.faults import Fault
from shared.codec.names import parent_of
from shared.codec.numbers import points_of, text_of
from shared.codec.shapes import (
    AppraisalReleased,
    BonusAwarded,
    BonusRevoked,
    DossierSubmitted,
    Figures,
    LeafAssigned,
    LeafExcluded,
    LeafIncluded,
    PenaltyApplied,
    PenaltyLifted,
    RoundOpened,
    RubricPublished,
    ScoreAppraised,
    SubmissionFiled,
    SubmissionWithdrawn,
    UnitRegistered,
)
from shared.domain.dossier import Dossier, exact_computed, leaf_figures, rounded_points, support_of
from shared.domain.emission import Emission
from shared.domain.permissions import areas_fault, limited_areas
from shared.domain.problems import Refused, refused_for
from shared.domain.root import Root
from shared.domain.round import Round
from shared.domain.rubric import Leaf, Rubric
from shared.domain.rules import figures_fault

VIETNAM = timezone(timedelta(hours=7))


def _unit_registered(root: Root, _emission: Emission, data: UnitRegistered, now_us: int) -> Refused | None:
    if data.effective > moment_of(now_us).astimezone(VIETNAM).date().isoformat():
        return _refused("invalid-data", "/data/effective", "Ngày hiệu lực không được ở tương lai.", "The effective date must not be in the future.")
    above = parent_of(data.unit)
    if above is not None and above not in root.units:
        return _unknown("/data/unit", f"đơn vị cấp trên {above}; hãy đăng ký đơn vị này trước", f"unit {above}; register the unit above first")
    if data.unit in root.units:
        return _given_once("/data/unit", data.unit)
    return None


def _rubric_published(root: Root, emission: Emission, data: RubricPublished, _now_us: int) -> Refused | None:
    if emission.caller.tenant not in root.units:
        return _unknown("/subject", f"đơn vị {emission.caller.tenant}", f"unit {emission.caller.tenant}")
    if data.rubric.id in root.rubrics:
        return _given_once("/data/rubric/id", data.rubric.id)
    return None


def _round_opened(root: Root, emission: Emission, data: RoundOpened, _now_us: int) -> Refused | None:
    authority = emission.subject.unit
    if authority not in root.units:
        return _unknown("/subject", f"đơn vị {authority}", f"unit {authority}")
    return (
        _shape_of_round(data)
        or _round_rubrics(root, authority, data)
        or _round_units(root, authority, data)
        or _round_excluded(root, data)
        or (_given_once("/data/round", data.round) if (authority, data.round) in root.rounds else None)
        or _dossiers_taken(root, data)
    )


def _shape_of_round(data: RoundOpened) -> Refused | None:
    for name, window in (("filing", data.filing), ("appraisal", data.appraisal), ("disputes", data.disputes)):
        try:
            is_empty = instant(window.closes) <= instant(window.opens)
        except ValueError:
            return _refused("invalid-data", f"/data/{name}", "Thời điểm không có thật.", "There is no such time.")
        if is_empty:
            return _refused("invalid-data", f"/data/{name}/closes", "Thời hạn phải kết thúc sau khi bắt đầu.", "A window must close after it opens.")
    if data.period.to < data.period.from_:
        return _refused("invalid-data", "/data/period/to", "Kỳ báo cáo phải kết thúc sau khi bắt đầu.", "The period must end after it begins.")
    if len(set(data.units)) < len(data.units):
        return _refused("invalid-data", "/data/units", "Một đơn vị được ghi hai lần.", "A unit stands twice in the list.")
    return _groups(data)


def _groups(data: RoundOpened) -> Refused | None:
    grouped = [unit for units in (data.groups or {}).values() for unit in units]
    if len(set(grouped)) < len(grouped) or not set(grouped) <= set(data.units):
        return _refused("invalid-data", "/data/groups", "Mỗi đơn vị của kỳ chỉ thuộc một nhóm.", "A group lists units of the round, each in one group at most.")
    return None


def _round_rubrics(root: Root, authority: str, data: RoundOpened) -> Refused | None:
    for kind, rubric_id in data.rubrics.items():
        rubric = root.rubrics.get(rubric_id)
        if rubric is None or not (authority == rubric.authority or authority.startswith(rubric.authority + "/")):
            return _unknown(f"/data/rubrics/{kind}", f"bộ chỉ số {rubric_id} của đơn vị này hoặc cấp trên", f"rubric {rubric_id} of this unit or one above")
    return None


def _round_units(root: Root, authority: str, data: RoundOpened) -> Refused | None:
    for n, path in enumerate(data.units):
        unit = root.units.get(path)
        if unit is None or parent_of(path) != authority:
            return _unknown(f"/data/units/{n}", f"đơn vị {path} trực thuộc {authority}", f"unit {path} right below {authority}")
        if unit.kind not in data.rubrics:
            return _unknown(f"/data/units/{n}", f"bộ chỉ số cho loại đơn vị {unit.kind}", f"rubric for units of the kind {unit.kind}")
    return None


def _round_excluded(root: Root, data: RoundOpened) -> Refused | None:
    known = {code for rubric_id in data.rubrics.values() for code in root.rubrics[rubric_id].leaves}
    for n, excluded in enumerate(data.excluded or []):
        if excluded.leaf not in known:
            return _unknown(f"/data/excluded/{n}/leaf", f"tiêu chí {excluded.leaf}", f"leaf {excluded.leaf}")
    return None


def _dossiers_taken(root: Root, data: RoundOpened) -> Refused | None:
    taken = [unit for unit in data.units if (unit, data.round) in root.dossiers]
    return _given_once("/data/units", f"{taken[0]}@{data.round}") if taken else None


def _appraisal_released(root: Root, emission: Emission, data: AppraisalReleased, _now_us: int) -> Refused | None:
    found = root.rounds.get((emission.subject.unit, emission.subject.round or ""))
    if found is None:
        return _unknown("/subject", f"kỳ đánh giá {emission.envelope.subject}", f"round {emission.envelope.subject}")
    for n, unit in enumerate(data.units or []):
        if unit not in found.units:
            return _unknown(f"/data/units/{n}", f"đơn vị {unit} trong kỳ này", f"unit {unit} in this round")
    return _no_change() if found.released.issuperset(data.units or found.units) else None


def _submission_filed(root: Root, emission: Emission, data: SubmissionFiled, now_us: int) -> Refused | None:
    found = _leaf(root, emission, data.leaf)
    if isinstance(found, Refused):
        return found
    dossier, leaf = found
    return _filing_closed(dossier, now_us) or _filing_against_rubric(leaf, data) or _same_filing(dossier, data)


def _filing_against_rubric(leaf: Leaf, data: SubmissionFiled) -> Refused | None:
    if leaf.source == "survey":
        return _against("/data/leaf", "Tiêu chí này do điều tra xã hội học chấm, đơn vị không tự chấm.", "This leaf is scored by survey: the unit does not file it.")
    if leaf.source == "system" and data.figures is not None:
        return _against("/data/figures", "Số liệu của tiêu chí này do hội đồng nhập từ hệ thống.", "The figures of this leaf come from the council alone.")
    return _points_fault(leaf, data.self_points, "/data/self_points") or _figures_fault(leaf, data.figures)


def _same_filing(dossier: Dossier, data: SubmissionFiled) -> Refused | None:
    filing = dossier.leaf(data.leaf).filing
    return _no_change() if filing and filing.says(data) else None


def _submission_withdrawn(root: Root, emission: Emission, data: SubmissionWithdrawn, now_us: int) -> Refused | None:
    found = _leaf(root, emission, data.leaf)
    if isinstance(found, Refused):
        return found
    dossier, _ = found
    return _filing_closed(dossier, now_us) or (_no_change() if dossier.leaf(data.leaf).filing is None else None)


def _leaf_assigned(root: Root, emission: Emission, data: LeafAssigned, _now_us: int) -> Refused | None:
    dossier = _dossier(root, emission)
    if isinstance(dossier, Refused):
        return dossier
    for n, code in enumerate(data.leaves):
        if code not in dossier.rubric.leaves:
            return _unknown(f"/data/leaves/{n}", f"tiêu chí {code}", f"leaf {code}")
    standing = [dossier.leaf(code).assigned for code in data.leaves]
    same = all(s is not None and (s.data.lead, s.data.support) == (data.lead, data.support) for s in standing)
    return _no_change() if same else None


def _dossier_submitted(root: Root, emission: Emission, _data: DossierSubmitted, now_us: int) -> Refused | None:
    dossier = _dossier(root, emission)
    if isinstance(dossier, Refused):
        return dossier
    return _window_closed(dossier.round, "filing", now_us) or (_no_change() if dossier.submitted else None)


def _score_appraised(root: Root, emission: Emission, data: ScoreAppraised, now_us: int) -> Refused | None:
    found = _leaf(root, emission, data.leaf)
    if isinstance(found, Refused):
        return found
    dossier, leaf = found
    return (
        _window_closed(dossier.round, "appraisal", now_us)
        or _points_fault(leaf, data.points, "/data/points")
        or _step_fault(leaf, data.points)
        or _figures_fault(leaf, data.figures)
        or _reason_needed(dossier, leaf, data)
        or _opinion_needed(dossier, data)
        or _same_score(dossier, data)
    )


def _reason_needed(dossier: Dossier, leaf: Leaf, data: ScoreAppraised) -> Refused | None:
    exact = exact_computed(dossier, leaf, data.figures or leaf_figures(dossier.leaf(leaf.code)))
    if data.reason or exact is None or support_of(dossier.rubric, exact, data.points) != "UNSUPPORTED":
        return None
    computed = text_of(rounded_points(dossier.rubric, exact))
    return _refused(
        "reason-needed",
        "/data/reason",
        f"Theo số liệu, cách tính cho {computed} điểm, không phải {data.points}. Hãy chấm {computed} hoặc nêu lý do (reason).",
        f"By the figures the rule gives {computed} points, not {data.points}. Give {computed}, or say why in `reason`.",
    )


def _opinion_needed(dossier: Dossier, data: ScoreAppraised) -> Refused | None:
    claimed = dossier.leaf(data.leaf).self_points
    if data.opinion or claimed is None or points_of(data.points) >= claimed:
        return None
    return _refused(
        "opinion-needed",
        "/data/opinion",
        f"Đơn vị tự chấm {text_of(claimed)}; hạ xuống {data.points} phải có ý kiến của hội đồng (opinion).",
        f"The unit claims {text_of(claimed)}; lowering it to {data.points} takes the council's `opinion`.",
    )


def _same_score(dossier: Dossier, data: ScoreAppraised) -> Refused | None:
    score = dossier.leaf(data.leaf).score
    return _no_change() if score and score.says(data) else None


def _leaf_excluded(root: Root, emission: Emission, data: LeafExcluded, now_us: int) -> Refused | None:
    found = _leaf(root, emission, data.leaf)
    if isinstance(found, Refused):
        return found
    dossier, leaf = found
    closed = _window_closed(dossier.round, "appraisal", now_us)
    return closed or (_no_change() if dossier.excluded(leaf.code) == data.kind else None)


def _leaf_included(root: Root, emission: Emission, data: LeafIncluded, now_us: int) -> Refused | None:
    found = _leaf(root, emission, data.leaf)
    if isinstance(found, Refused):
        return found
    dossier, leaf = found
    return _window_closed(dossier.round, "appraisal", now_us) or (None if dossier.excluded(leaf.code) else _no_change())


def _penalty_applied(root: Root, emission: Emission, data: PenaltyApplied, now_us: int) -> Refused | None:
    dossier = _dossier(root, emission)
    if isinstance(dossier, Refused):
        return dossier
    rubric = dossier.rubric
    if data.target != "total" and data.target not in rubric.area_codes and data.target not in rubric.leaves:
        return _unknown("/data/target", f"lĩnh vực hay tiêu chí {data.target} (hoặc total)", f"area or leaf {data.target} (or total)")
    return (
        _window_closed(dossier.round, "appraisal", now_us)
        or _bonus_item_fault(rubric, data.target)
        or _worth_nothing(data.points)
        or (_given_once("/data/penalty", data.penalty) if data.penalty in dossier.penalties else None)
    )


def _bonus_item_fault(rubric: Rubric, target: str) -> Refused | None:
    if target in rubric.leaves and rubric.leaves[target].area is None:
        return _against("/data/target", "Không trừ điểm vào mục điểm thưởng; hãy trừ vào tổng điểm (total).", "A bonus item takes no penalty: take it off the total.")
    return None


def _penalty_lifted(root: Root, emission: Emission, data: PenaltyLifted, now_us: int) -> Refused | None:
    dossier = _dossier(root, emission)
    if isinstance(dossier, Refused):
        return dossier
    penalty = dossier.penalties.get(data.penalty)
    if penalty is None:
        return _unknown("/data/penalty", f"điểm trừ {data.penalty}", f"penalty {data.penalty}")
    if limited_areas(emission.caller) and (refused := areas_fault(emission.caller, data, penalty.applied.data.target)):
        return refused
    return _window_closed(dossier.round, "appraisal", now_us) or (_no_change() if penalty.lifted else None)


def _bonus_awarded(root: Root, emission: Emission, data: BonusAwarded, now_us: int) -> Refused | None:
    dossier = _dossier(root, emission)
    if isinstance(dossier, Refused):
        return dossier
    return (
        _window_closed(dossier.round, "appraisal", now_us)
        or _worth_nothing(data.points)
        or (_given_once("/data/bonus", data.bonus) if data.bonus in dossier.bonuses else None)
    )


def _bonus_revoked(root: Root, emission: Emission, data: BonusRevoked, now_us: int) -> Refused | None:
    dossier = _dossier(root, emission)
    if isinstance(dossier, Refused):
        return dossier
    bonus = dossier.bonuses.get(data.bonus)
    if bonus is None:
        return _unknown("/data/bonus", f"điểm thưởng {data.bonus}", f"bonus {data.bonus}")
    return _window_closed(dossier.round, "appraisal", now_us) or (_no_change() if bonus.revoked else None)


def _dossier(root: Root, emission: Emission) -> Dossier | Refused:
    dossier = root.dossiers.get((emission.subject.unit, emission.subject.round or ""))
    if dossier is None:
        return _unknown("/subject", f"hồ sơ {emission.envelope.subject}", f"dossier {emission.envelope.subject}")
    return dossier


def _leaf(root: Root, emission: Emission, code: str) -> tuple[Dossier, Leaf] | Refused:
    dossier = _dossier(root, emission)
    if isinstance(dossier, Refused):
        return dossier
    leaf = dossier.rubric.leaves.get(code)
    if leaf is None:
        return _unknown("/data/leaf", f"tiêu chí {code} trong bộ chỉ số {dossier.rubric.id}", f"leaf {code} in the rubric {dossier.rubric.id}")
    return dossier, leaf


def _window_closed(round_: Round, name: str, now_us: int) -> Refused | None:
    window = round_.windows[name]
    if window.is_open(now_us):
        return None
    opens, closes = time_text(moment_of(window.opens)), time_text(moment_of(window.closes))
    names = {"filing": "tự đánh giá", "appraisal": "thẩm định", "disputes": "giải trình"}
    return _refused(
        "window-closed",
        "",
        f"Thời hạn {names[name]} từ {opens} đến {closes}. Nếu cần, hãy đề nghị {round_.authority} gia hạn.",
        f"The {name} window is from {opens} to {closes}. Ask {round_.authority} to extend it if need be.",
    )


def _filing_closed(dossier: Dossier, now_us: int) -> Refused | None:
    if closed := _window_closed(dossier.round, "filing", now_us):
        return closed
    if dossier.submitted:
        return _refused(
            "locked",
            "/subject",
            "Hồ sơ đã gửi và bị khóa; hãy đề nghị cơ quan thẩm định trả lại tiêu chí cần sửa.",
            "The dossier was submitted and is locked: ask the authority to return the leaves that need a correction.",
        )
    return None


def _points_fault(leaf: Leaf, points: str, pointer: str) -> Refused | None:
    if points_of(points) <= leaf.maximum:
        return None
    top = text_of(leaf.maximum)
    return _against(pointer, f"{points} vượt điểm chuẩn {top} của {leaf.code}.", f"{points} is above the maximum {top} of {leaf.code}.")


def _step_fault(leaf: Leaf, points: str) -> Refused | None:
    if leaf.step is None or points_of(points) % leaf.step == 0:
        return None
    step = text_of(leaf.step)
    return _against("/data/points", f"Điểm phải là bội số của {step}.", f"The points must be a multiple of {step}.")


def _figures_fault(leaf: Leaf, figures: Figures | None) -> Refused | None:
    if figures is None or (fault := figures_fault(leaf.rule, figures)) is None:
        return None
    return refused_for("against-rubric", Fault("/data/figures" + fault.pointer, fault.vi, fault.en))


def _worth_nothing(points: str) -> Refused | None:
    return None if points_of(points) else _no_change()


def _given_once(pointer: str, name: str) -> Refused:
    return _refused(
        "no-change",
        pointer,
        f"{name} đã có và không thay đổi được bằng sự kiện này; nếu cần, hãy dùng mã khác.",
        f"{name} stands already and this event does not change it; take another id where you mean something else.",
    )


def _no_change() -> Refused:
    return _refused("no-change", "", "Nội dung này đã được ghi nhận, không có gì thay đổi.", "This stands already: nothing would change.")


def _unknown(pointer: str, vi: str, en: str) -> Refused:
    return _refused("unknown-target", pointer, f"Không tìm thấy {vi}.", f"There is no {en}.")


def _against(pointer: str, vi: str, en: str) -> Refused:
    return _refused("against-rubric", pointer, vi, en)


def _refused(type_: str, pointer: str, vi: str, en: str) -> Refused:
    return Refused(type_, pointer, vi, en)


DECISIONS: dict[str, Callable[[Root, Emission, Any, int], Refused | None]] = {
    "UnitRegistered": _unit_registered,
    "RubricPublished": _rubric_published,
    "RoundOpened": _round_opened,
    "AppraisalReleased": _appraisal_released,
    "SubmissionFiled": _submission_filed,
    "SubmissionWithdrawn": _submission_withdrawn,
    "LeafAssigned": _leaf_assigned,
    "DossierSubmitted": _dossier_submitted,
    "ScoreAppraised": _score_appraised,
    "LeafExcluded": _leaf_excluded,
    "LeafIncluded": _leaf_included,
    "PenaltyApplied": _penalty_applied,
    "PenaltyLifted": _penalty_lifted,
    "BonusAwarded": _bonus_awarded,
    "BonusRevoked": _bonus_revoked,
}

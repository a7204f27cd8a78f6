"""Decisions on penalties and bonuses."""

from shared.codec.numbers import points_of
from shared.codec.shapes import BonusAwarded, BonusRevoked, PenaltyApplied, PenaltyLifted
from shared.domain.decisions.answers import against, given_once, no_change, unknown
from shared.domain.decisions.targets import find_dossier, window_closed
from shared.domain.dossier import TOTAL
from shared.domain.emission import Emission
from shared.domain.permissions import areas_fault, limited_to_areas
from shared.domain.problems import Refused
from shared.domain.root import Root
from shared.domain.rubric import Rubric


def penalty_applied(root: Root, emission: Emission, data: PenaltyApplied, now_us: int) -> Refused | None:
    """Off the total, an area or a leaf; under an id of its own."""
    dossier = find_dossier(root, emission)
    if isinstance(dossier, Refused):
        return dossier
    return (
        _unknown_target(dossier.rubric, data.target)
        or window_closed(dossier, "appraisal", now_us)
        or _bonus_item_fault(dossier.rubric, data.target)
        or (given_once("/data/penalty", data.penalty) if data.penalty in dossier.penalties else None)
        or _worth_nothing(data.points)
    )


def penalty_lifted(root: Root, emission: Emission, data: PenaltyLifted, now_us: int) -> Refused | None:
    """One that stands; by who may touch what it is on."""
    dossier = find_dossier(root, emission)
    if isinstance(dossier, Refused):
        return dossier
    penalty = dossier.penalties.get(data.penalty)
    if penalty is None:
        return unknown("/data/penalty", f"điểm trừ {data.penalty}", f"penalty {data.penalty}")
    if limited_to_areas(emission.caller):
        refused = areas_fault(emission.caller, penalty.applied.data.target, "/data/penalty")
        if refused:
            return refused
    closed = window_closed(dossier, "appraisal", now_us)
    return closed or (no_change() if penalty.lifted else None)


def bonus_awarded(root: Root, emission: Emission, data: BonusAwarded, now_us: int) -> Refused | None:
    """Under an id of its own; where the rubric has no bonus it is recorded and does not count."""
    dossier = find_dossier(root, emission)
    if isinstance(dossier, Refused):
        return dossier
    return (
        window_closed(dossier, "appraisal", now_us)
        or (given_once("/data/bonus", data.bonus) if data.bonus in dossier.bonuses else None)
        or _worth_nothing(data.points)
    )


def bonus_revoked(root: Root, emission: Emission, data: BonusRevoked, now_us: int) -> Refused | None:
    """One that stands."""
    dossier = find_dossier(root, emission)
    if isinstance(dossier, Refused):
        return dossier
    bonus = dossier.bonuses.get(data.bonus)
    if bonus is None:
        return unknown("/data/bonus", f"điểm thưởng {data.bonus}", f"bonus {data.bonus}")
    closed = window_closed(dossier, "appraisal", now_us)
    return closed or (no_change() if bonus.revoked else None)


def _unknown_target(rubric: Rubric, target: str) -> Refused | None:
    if target == TOTAL or target in rubric.area_codes or target in rubric.leaves:
        return None
    return unknown(
        "/data/target",
        f"lĩnh vực hay tiêu chí {target} (hoặc total)",
        f"area or leaf {target} (or total)",
    )


def _bonus_item_fault(rubric: Rubric, target: str) -> Refused | None:
    if target == TOTAL or target not in rubric.leaves or rubric.leaves[target].area is not None:
        return None
    return against(
        "/data/target",
        "Không trừ điểm vào mục điểm thưởng; hãy trừ vào tổng điểm (total).",
        "A bonus item takes no penalty: take it off the total.",
    )


def _worth_nothing(points: str) -> Refused | None:
    return None if points_of(points) else no_change()

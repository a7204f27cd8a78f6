"""Decisions on what follows from a round: at any time, also once it is published or the unit has left it."""

from shared.codec.shapes import (
    RemediationConfirmed,
    RemediationPlanned,
    RemediationReported,
    RemediationRequired,
)
from shared.domain.decisions.answers import given_once, no_change, unknown
from shared.domain.decisions.targets import cancelled, find_any_dossier, unknown_leaf
from shared.domain.dossier import Dossier, Plan
from shared.domain.emission import Caller, Emission
from shared.domain.permissions import areas_fault, limited_to_areas
from shared.domain.problems import Refused
from shared.domain.root import Root


def remediation_required(
    root: Root, emission: Emission, data: RemediationRequired, _now_us: int
) -> Refused | None:
    """On leaves of the rubric; again where the date or the reason is another."""
    dossier = find_any_dossier(root, emission)
    if isinstance(dossier, Refused):
        return dossier
    return (
        unknown_leaf(dossier, data.leaves)
        or cancelled(dossier.round)
        or (no_change() if all(_required_so(dossier, code, data) for code in data.leaves) else None)
    )


def remediation_planned(
    root: Root, emission: Emission, data: RemediationPlanned, _now_us: int
) -> Refused | None:
    """For leaves of the rubric, or none; anew under its id until the authority has accepted it as done."""
    dossier = find_any_dossier(root, emission)
    if isinstance(dossier, Refused):
        return dossier
    return unknown_leaf(dossier, data.leaves) or cancelled(dossier.round) or _planned_before(dossier, data)


def remediation_reported(
    root: Root, emission: Emission, data: RemediationReported, _now_us: int
) -> Refused | None:
    """Of a plan that is not accepted yet; the same word again only once the authority has answered it."""
    found = _find_plan(root, emission, data.plan)
    if isinstance(found, Refused):
        return found
    dossier, plan = found
    return cancelled(dossier.round) or _reported_before(plan, data)


def remediation_confirmed(
    root: Root, emission: Emission, data: RemediationConfirmed, _now_us: int
) -> Refused | None:
    """Of a plan that was reported done; by who may touch its leaves."""
    found = _find_plan(root, emission, data.plan)
    if isinstance(found, Refused):
        return found
    dossier, plan = found
    same = plan.confirmed is not None and plan.confirmed.says(data)
    return (
        _outside_areas(emission.caller, plan)
        or cancelled(dossier.round)
        or _not_reported_done(plan)
        or (no_change() if same else None)
    )


def _required_so(dossier: Dossier, code: str, data: RemediationRequired) -> bool:
    standing = dossier.required.get(code)
    return standing is not None and standing.says(data, but="leaves")


def _planned_before(dossier: Dossier, data: RemediationPlanned) -> Refused | None:
    plan = dossier.plans.get(data.plan)
    if plan is None:
        return None
    if plan.planned.says(data):
        return no_change()
    return given_once("/data/plan", data.plan) if plan.accepted else None


def _reported_before(plan: Plan, data: RemediationReported) -> Refused | None:
    if plan.accepted:
        return given_once("/data/plan", data.plan)
    unanswered = plan.reported if plan.confirmed is None else None
    return no_change() if unanswered and unanswered.says(data) else None


def _find_plan(root: Root, emission: Emission, id_: str) -> tuple[Dossier, Plan] | Refused:
    dossier = find_any_dossier(root, emission)
    if isinstance(dossier, Refused):
        return dossier
    plan = dossier.plans.get(id_)
    if plan is None:
        return unknown("/data/plan", f"kế hoạch khắc phục {id_}", f"remediation plan {id_}")
    return dossier, plan


def _outside_areas(caller: Caller, plan: Plan) -> Refused | None:
    """A plan for no leaf in particular lies in no area."""
    if not limited_to_areas(caller):
        return None
    faults = (areas_fault(caller, code, "/data/plan") for code in plan.planned.data.leaves or [None])
    return next((fault for fault in faults if fault), None)


def _not_reported_done(plan: Plan) -> Refused | None:
    if plan.reported and plan.reported.data.done:
        return None
    return Refused(
        "still-open",
        "/data/plan",
        "Đơn vị chưa báo cáo hoàn thành kế hoạch này; hãy chờ báo cáo (done: true).",
        "The unit has not reported this plan done: wait for its report (`done: true`).",
    )

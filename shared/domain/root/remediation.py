"""What remediation changes in a dossier: nothing that counts."""

from collections.abc import Iterable

from shared.codec.shapes import (
    RemediationConfirmed,
    RemediationPlanned,
    RemediationReported,
    RemediationRequired,
)
from shared.domain.dossier import Dossier, Plan
from shared.domain.events import Recorded, Standing
from shared.domain.root.state import Root, Touched, dossier_of, touched_codes


def remediation_required(root: Root, event: Recorded, data: RemediationRequired) -> Touched:
    """A plan is asked for on these leaves."""
    dossier = dossier_of(root, event)
    standing = Standing(data, event.position, event.salts)
    for code in data.leaves:
        dossier.required[code] = standing
    return touched_codes(dossier, frozenset(data.leaves))


def remediation_planned(root: Root, event: Recorded, data: RemediationPlanned) -> Touched:
    """The plan stands, in place of an earlier one and of what was reported of that."""
    dossier = dossier_of(root, event)
    earlier = dossier.plans.get(data.plan)
    dossier.plans[data.plan] = Plan(Standing(data, event.position, event.salts))
    return _touched(dossier, data.plan, [*data.leaves, *(earlier.planned.data.leaves if earlier else ())])


def remediation_reported(root: Root, event: Recorded, data: RemediationReported) -> Touched:
    """So far the plan has come; what the authority said before is of an earlier report."""
    dossier = dossier_of(root, event)
    plan = dossier.plans[data.plan]
    plan.reported, plan.confirmed = Standing(data, event.position, event.salts), None
    return _touched(dossier, data.plan, plan.planned.data.leaves)


def remediation_confirmed(root: Root, event: Recorded, data: RemediationConfirmed) -> Touched:
    """The authority's word on the report stands."""
    dossier = dossier_of(root, event)
    plan = dossier.plans[data.plan]
    plan.confirmed = Standing(data, event.position, event.salts)
    return _touched(dossier, data.plan, plan.planned.data.leaves)


def _touched(dossier: Dossier, plan: str, leaves: Iterable[str]) -> Touched:
    touched = touched_codes(dossier, frozenset(leaves))
    touched.plan = (dossier.unit, dossier.round.id, plan)
    return touched

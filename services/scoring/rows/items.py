"""What is said of a dossier under an id: penalties, bonuses, disputes, remediation plans."""

from datetime import date

from services.scoring.rows import Row
from shared.codec.numbers import points_of
from shared.codec.shapes import DisputeUpheld
from shared.domain.dossier import Bonus, Dispute, Dossier, Penalty, Plan
from shared.domain.root.state import ItemKey


def adjustment_rows(root: str, dossier: Dossier) -> list[Row]:
    """The rows of read.adjustment of a dossier."""
    return [
        *(_penalty_row(root, dossier, penalty) for penalty in dossier.penalties.values()),
        *(_bonus_row(root, dossier, bonus) for bonus in dossier.bonuses.values()),
    ]


def _penalty_row(root: str, dossier: Dossier, penalty: Penalty) -> Row:
    said = penalty.applied.data
    return (
        root,
        dossier.unit,
        dossier.round.id,
        "penalty",
        said.penalty,
        penalty.points,
        said.target,
        said.basis,
        penalty.applied.position,
        penalty.lifted,
    )


def _bonus_row(root: str, dossier: Dossier, bonus: Bonus) -> Row:
    said = bonus.awarded.data
    return (
        root,
        dossier.unit,
        dossier.round.id,
        "bonus",
        said.bonus,
        bonus.points,
        None,
        said.basis,
        bonus.awarded.position,
        bonus.revoked,
    )


def dispute_row(root: str, key: ItemKey, dispute: Dispute) -> Row:
    """A row of read.dispute."""
    said, decided = dispute.raised.data, dispute.decided
    upheld = decided.data if decided and isinstance(decided.data, DisputeUpheld) else None
    return (
        root,
        *key,
        said.about,
        "open" if decided is None else "upheld" if upheld else "rejected",
        points_of(said.claimed_points) if said.claimed_points else None,
        points_of(upheld.points) if upheld else None,
        dispute.raised.position,
        decided.position if decided else None,
    )


def plan_row(root: str, key: ItemKey, plan: Plan) -> Row:
    """A row of read.plan."""
    said = plan.planned.data
    return (
        root,
        *key,
        said.leaves,
        said.lead,
        said.support or [],
        said.target,
        date.fromisoformat(said.due),
        _status(plan),
        plan.planned.position,
        plan.reported.position if plan.reported else None,
        plan.confirmed.position if plan.confirmed else None,
    )


def _status(plan: Plan) -> str:
    if plan.confirmed is not None:
        return "accepted" if plan.accepted else "rejected"
    return "reported" if plan.reported and plan.reported.data.done else "planned"

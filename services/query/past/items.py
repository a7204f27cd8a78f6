"""What lay in a folded dossier under an id, in the rows in which the read model tells that of today."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from services.query.past.folds import Fold
from services.query.rows.dossiers import AdjustmentRow, DisputeRow, EvidenceRow
from services.query.rows.tree import PlanRow
from shared.codec.numbers import points_of
from shared.codec.shapes import DisputeUpheld
from shared.domain.dossier import Bonus, Dispute, Evidence, Penalty, Plan

_HERE = timedelta(hours=7)
"""A day ends in Vietnam."""


def evidence_rows(fold: Fold) -> dict[str, list[EvidenceRow]]:
    """The evidence that stood, by leaf, in the order attached."""
    found: dict[str, list[EvidenceRow]] = {}
    dossier = fold.dossier
    pieces = dossier.evidence.values() if dossier else ()
    for piece in sorted(pieces, key=lambda piece: piece.position):
        if not piece.withdrawn:
            found.setdefault(piece.leaf, []).append(_evidence(fold, piece))
    return found


def _evidence(fold: Fold, piece: Evidence) -> EvidenceRow:
    said = piece.data
    return EvidenceRow(
        unit=fold.key.unit,
        round=fold.key.round,
        code=piece.leaf,
        evidence=said.evidence,
        sha256=said.sha256,
        size=said.size,
        media_type=said.media_type,
        number=said.number,
        dated=date.fromisoformat(said.dated) if said.dated else None,
        pages=said.pages,
        attached_at=piece.position,
    )


def adjustment_rows(fold: Fold) -> list[AdjustmentRow]:
    """Penalties and bonuses in the order given."""
    return sorted(_adjustments(fold), key=lambda row: row.said_at)


def _adjustments(fold: Fold) -> Iterator[AdjustmentRow]:
    dossier = fold.dossier
    for penalty in dossier.penalties.values() if dossier else ():
        yield _penalty(fold, penalty)
    for bonus in dossier.bonuses.values() if dossier else ():
        yield _bonus(fold, bonus)


def _penalty(fold: Fold, penalty: Penalty) -> AdjustmentRow:
    said = penalty.applied.data
    return AdjustmentRow(
        unit=fold.key.unit,
        round=fold.key.round,
        kind="penalty",
        id=said.penalty,
        points=penalty.points,
        target=said.target,
        basis=said.basis,
        said_at=penalty.applied.position,
        taken_back=penalty.lifted,
    )


def _bonus(fold: Fold, bonus: Bonus) -> AdjustmentRow:
    said = bonus.awarded.data
    return AdjustmentRow(
        unit=fold.key.unit,
        round=fold.key.round,
        kind="bonus",
        id=said.bonus,
        points=bonus.points,
        target=None,
        basis=said.basis,
        said_at=bonus.awarded.position,
        taken_back=bonus.revoked,
    )


def dispute_rows(fold: Fold) -> list[DisputeRow]:
    """Disputes in the order raised."""
    dossier = fold.dossier
    rows = [_dispute(fold, dispute) for dispute in dossier.disputes.values()] if dossier else []
    return sorted(rows, key=lambda row: row.raised_at)


def _dispute(fold: Fold, dispute: Dispute) -> DisputeRow:
    said, decided = dispute.raised.data, dispute.decided
    upheld = decided.data if decided and isinstance(decided.data, DisputeUpheld) else None
    return DisputeRow(
        unit=fold.key.unit,
        round=fold.key.round,
        id=said.dispute,
        about=said.about,
        status="open" if decided is None else "upheld" if upheld else "rejected",
        claimed=points_of(said.claimed_points) if said.claimed_points else None,
        points=points_of(upheld.points) if upheld else None,
        raised_at=dispute.raised.position,
        decided_at=decided.position if decided else None,
    )


def plan_rows(fold: Fold) -> list[PlanRow]:
    """Remediation plans, the first due first; whether one is overdue is told as of today."""
    dossier = fold.dossier
    rows = [_plan(fold, plan) for plan in dossier.plans.values()] if dossier else []
    return sorted(rows, key=lambda row: (row.due, row.plan))


def _plan(fold: Fold, plan: Plan) -> PlanRow:
    said, due = plan.planned.data, date.fromisoformat(plan.planned.data.due)
    status = "reported" if plan.reported and plan.reported.data.done else "planned"
    if plan.confirmed is not None:
        status = "accepted" if plan.accepted else "rejected"
    return PlanRow(
        unit=fold.key.unit,
        round=fold.key.round,
        plan=said.plan,
        leaves=said.leaves,
        lead=said.lead,
        support=said.support or [],
        target=said.target,
        due=due,
        status=status,
        overdue=status != "accepted" and due < (datetime.now(UTC) + _HERE).date(),
        planned_at=plan.planned.position,
        reported_at=plan.reported.position if plan.reported else None,
        confirmed_at=plan.confirmed.position if plan.confirmed else None,
        required_at=None,
        key="",
    )

"""What disputes change in a dossier."""

from shared.codec.numbers import points_of
from shared.codec.shapes import DisputeRaised, DisputeRejected, DisputeUpheld
from shared.domain.dossier import Dispute, Dossier
from shared.domain.events import Recorded, Standing
from shared.domain.root.appraisal import touched_target
from shared.domain.root.state import Root, Touched, dossier_of, touched_codes, touched_leaf


def dispute_raised(root: Root, event: Recorded, data: DisputeRaised) -> Touched:
    """The dispute is open."""
    dossier = dossier_of(root, event)
    dispute = dossier.disputes[data.dispute] = Dispute(Standing(data, event.position, event.salts))
    return _looked_at(dossier, dispute)


def dispute_upheld(root: Root, event: Recorded, data: DisputeUpheld) -> Touched:
    """The leaf, or the penalty, has these points from here on."""
    dossier = dossier_of(root, event)
    dispute = dossier.disputes[data.dispute]
    standing = dispute.decided = Standing(data, event.position, event.salts)
    penalty = dispute.about_penalty
    if penalty is not None:
        touched = _change_penalty(dossier, penalty, data)
    else:
        touched = _change_leaf(dossier, dispute.raised.data.about, standing)
    touched.dispute = (dossier.unit, dossier.round.id, data.dispute)
    return touched


def dispute_rejected(root: Root, event: Recorded, data: DisputeRejected) -> Touched:
    """The dispute is decided, and everything stays as it is."""
    dossier = dossier_of(root, event)
    dispute = dossier.disputes[data.dispute]
    dispute.decided = Standing(data, event.position, event.salts)
    return _looked_at(dossier, dispute)


def _change_leaf(dossier: Dossier, code: str, upheld: Standing[DisputeUpheld]) -> Touched:
    leaf, data = dossier.touch(code), upheld.data
    leaf.upheld = upheld
    leaf.appraised, leaf.given = points_of(data.points), data.points
    leaf.council_figures = data.figures or leaf.council_figures
    return touched_leaf(dossier, code)


def _change_penalty(dossier: Dossier, id_: str, data: DisputeUpheld) -> Touched:
    penalty = dossier.penalties[id_]
    penalty.points = points_of(data.points)
    penalty.lifted = penalty.points == 0
    return touched_target(dossier, penalty.applied.data.target)


def _looked_at(dossier: Dossier, dispute: Dispute) -> Touched:
    leaf = dispute.about_leaf
    touched = touched_codes(dossier, frozenset({leaf} if leaf else ()))
    touched.dispute = (dossier.unit, dossier.round.id, dispute.raised.data.dispute)
    return touched

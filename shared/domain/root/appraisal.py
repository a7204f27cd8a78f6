"""What the council's events change in a dossier."""

from shared.codec.numbers import points_of
from shared.codec.shapes import (
    BonusAwarded,
    BonusRevoked,
    LeafExcluded,
    LeafIncluded,
    PenaltyApplied,
    PenaltyLifted,
    ScoreAppraised,
)
from shared.domain.dossier import TOTAL, Bonus, Dossier, Penalty
from shared.domain.events import Recorded, Standing
from shared.domain.root.state import Root, Touched, dossier_of, touched_codes, touched_leaf


def score_appraised(root: Root, event: Recorded, data: ScoreAppraised) -> Touched:
    """The council's points stand; its figures too, and earlier ones where it gives none."""
    dossier = dossier_of(root, event)
    leaf = dossier.touch(data.leaf)
    leaf.score = Standing(data, event.position, event.salts)
    leaf.appraised, leaf.given = points_of(data.points), data.points
    leaf.council_figures = data.figures or leaf.council_figures
    return touched_leaf(dossier, data.leaf)


def leaf_excluded(root: Root, event: Recorded, data: LeafExcluded) -> Touched:
    """The leaf does not count here."""
    dossier = dossier_of(root, event)
    dossier.touch(data.leaf).exclusion = Standing(data, event.position, event.salts)
    return touched_leaf(dossier, data.leaf)


def leaf_included(root: Root, event: Recorded, data: LeafIncluded) -> Touched:
    """The leaf counts here, whatever the round says of it."""
    dossier = dossier_of(root, event)
    leaf = dossier.touch(data.leaf)
    leaf.exclusion = None
    leaf.included = True
    return touched_leaf(dossier, data.leaf)


def penalty_applied(root: Root, event: Recorded, data: PenaltyApplied) -> Touched:
    """The penalty stands."""
    dossier = dossier_of(root, event)
    standing = Standing(data, event.position, event.salts)
    dossier.penalties[data.penalty] = Penalty(standing, points_of(data.points))
    return _target_touched(dossier, data.target)


def penalty_lifted(root: Root, event: Recorded, data: PenaltyLifted) -> Touched:
    """The penalty stands no longer."""
    dossier = dossier_of(root, event)
    penalty = dossier.penalties[data.penalty]
    penalty.lifted = True
    return _target_touched(dossier, penalty.applied.data.target)


def bonus_awarded(root: Root, event: Recorded, data: BonusAwarded) -> Touched:
    """The bonus stands."""
    dossier = dossier_of(root, event)
    standing = Standing(data, event.position, event.salts)
    dossier.bonuses[data.bonus] = Bonus(standing, points_of(data.points))
    return touched_codes(dossier)


def bonus_revoked(root: Root, event: Recorded, data: BonusRevoked) -> Touched:
    """The bonus stands no longer."""
    dossier = dossier_of(root, event)
    dossier.bonuses[data.bonus].revoked = True
    return touched_codes(dossier)


def _target_touched(dossier: Dossier, target: str) -> Touched:
    if target == TOTAL:
        return touched_codes(dossier)
    return touched_codes(dossier, frozenset({target}))

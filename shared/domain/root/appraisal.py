"""What the council's events change in a dossier."""

from shared.codec.envelope import instant, microseconds
from shared.codec.numbers import points_of
from shared.codec.shapes import (
    BonusAwarded,
    BonusRevoked,
    DossierDefaulted,
    LeafExcluded,
    LeafIncluded,
    PenaltyApplied,
    PenaltyLifted,
    ScoreAppraised,
    ScoreProposed,
    SubmissionReturned,
    SurveyRecorded,
)
from shared.domain.dossier import TOTAL, Bonus, Dossier, Penalty
from shared.domain.events import Recorded, Standing
from shared.domain.root.state import ALL_LEAVES, Root, Touched, dossier_of, touched_codes, touched_leaf
from shared.domain.rules import survey_figures


def submission_returned(root: Root, event: Recorded, data: SubmissionReturned) -> Touched:
    """These leaves may be filed until then; the others stay as they are."""
    dossier = dossier_of(root, event)
    until = microseconds(instant(data.until))
    for code in data.leaves:
        dossier.touch(code).returned_until = until
    dossier.returned = True
    return touched_codes(dossier, frozenset(data.leaves))


def score_proposed(root: Root, event: Recorded, data: ScoreProposed) -> Touched:
    """The proposal stands, in place of an earlier one; nothing is computed with it."""
    dossier = dossier_of(root, event)
    dossier.touch(data.leaf).proposal = Standing(data, event.position, event.salts)
    return touched_codes(dossier, frozenset({data.leaf}))


def score_appraised(root: Root, event: Recorded, data: ScoreAppraised) -> Touched:
    """The council's points stand; its figures too, and earlier ones where it gives none."""
    dossier = dossier_of(root, event)
    leaf = dossier.touch(data.leaf)
    leaf.score = Standing(data, event.position, event.salts)
    leaf.upheld = None
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


def dossier_defaulted(root: Root, event: Recorded, data: DossierDefaulted) -> Touched:
    """Every leaf that is not appraised has 0 points, until it gets others."""
    dossier = dossier_of(root, event)
    dossier.defaulted = Standing(data, event.position, event.salts)
    return touched_codes(dossier, ALL_LEAVES)


def survey_recorded(root: Root, event: Recorded, data: SurveyRecorded) -> Touched:
    """The survey's mean stands; it is the leaf's figures where the rule takes them."""
    dossier = dossier_of(root, event)
    leaf = dossier.touch(data.leaf)
    leaf.survey = Standing(data, event.position, event.salts)
    leaf.survey_figures = survey_figures(dossier.rubric.leaves[data.leaf].rule, data.score, data.of)
    return touched_leaf(dossier, data.leaf)


def penalty_applied(root: Root, event: Recorded, data: PenaltyApplied) -> Touched:
    """The penalty stands."""
    dossier = dossier_of(root, event)
    standing = Standing(data, event.position, event.salts)
    dossier.penalties[data.penalty] = Penalty(standing, points_of(data.points))
    return touched_target(dossier, data.target)


def penalty_lifted(root: Root, event: Recorded, data: PenaltyLifted) -> Touched:
    """The penalty stands no longer."""
    dossier = dossier_of(root, event)
    penalty = dossier.penalties[data.penalty]
    penalty.lifted = True
    return touched_target(dossier, penalty.applied.data.target)


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


def touched_target(dossier: Dossier, target: str) -> Touched:
    """What a penalty is on: the dossier alone, an area or a leaf."""
    if target == TOTAL:
        return touched_codes(dossier)
    return touched_codes(dossier, frozenset({target}))

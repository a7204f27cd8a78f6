"""A root as its ledger tells it: the fold of all its events. `evolve` never refuses.

The state is changed in place: the largest root holds some 15,000 leaves, and copying them per event would
cost more than judging. Who folds a batch that is then not committed throws the state away and folds anew.
"""

from collections.abc import Callable
from typing import Any

from shared.domain.events import Recorded
from shared.domain.root import (
    appraisal,
    disputes,
    erasure,
    evidence,
    filing,
    publication,
    remediation,
    reorganisation,
    rounds,
    tree,
)
from shared.domain.root.state import ALL_LEAVES, DossierKey, EvidenceKey, Root, RoundKey, Touched, Unit

__all__ = [
    "ALL_LEAVES",
    "DossierKey",
    "EvidenceKey",
    "Root",
    "RoundKey",
    "Touched",
    "Unit",
    "evolve",
    "evolve_part",
]


def evolve(root: Root, event: Recorded) -> Touched:
    """Take in the next event of the root. Errors: `ValueError` where it is not the next one."""
    if event.position != root.position + 1:
        raise ValueError(f"event {event.position} does not follow on position {root.position} of {root.name}")
    touched = _EVOLVE[event.name](root, event, event.data)
    root.position = event.position
    root.recorded_us = event.recorded_us
    root.versions[event.stream] = event.version
    return touched


def evolve_part(root: Root, event: Recorded) -> Touched:
    """The same for a part of the ledger: as if nothing had been recorded between this event and the last.

    What a dossier takes, `shared.audit.reach` tells of a folded root, and `ledger.deciding` in the database.
    Errors: `ValueError` where the event does not come later; what `evolve` raises where something that it
    rests on is not in the part.
    """
    if event.position <= root.position:
        raise ValueError(f"event {event.position} comes after {root.position} of {root.name}")
    root.position = event.position - 1
    return evolve(root, event)


_EVOLVE: dict[str, Callable[[Root, Recorded, Any], Touched]] = {
    "UnitRegistered": tree.unit_registered,
    "UnitChanged": tree.unit_changed,
    "UnitsReorganised": reorganisation.units_reorganised,
    "ReadGranted": tree.read_granted,
    "ReadRevoked": tree.read_revoked,
    "ResultImported": tree.result_imported,
    "RubricPublished": tree.rubric_published,
    "RoundOpened": rounds.round_opened,
    "RoundChanged": rounds.round_changed,
    "RoundExtended": rounds.round_extended,
    "AppraiserAssigned": rounds.appraiser_assigned,
    "AppraisalReleased": rounds.appraisal_released,
    "ResultsPublished": publication.results_published,
    "RoundReopened": publication.round_reopened,
    "RoundCancelled": rounds.round_cancelled,
    "SubmissionFiled": filing.submission_filed,
    "SubmissionWithdrawn": filing.submission_withdrawn,
    "EvidenceAttached": evidence.evidence_attached,
    "EvidenceMoved": evidence.evidence_moved,
    "EvidenceWithdrawn": evidence.evidence_withdrawn,
    "LeafAssigned": filing.leaf_assigned,
    "DossierSubmitted": filing.dossier_submitted,
    "SubmissionReturned": appraisal.submission_returned,
    "ScoreProposed": appraisal.score_proposed,
    "ScoreAppraised": appraisal.score_appraised,
    "LeafExcluded": appraisal.leaf_excluded,
    "LeafIncluded": appraisal.leaf_included,
    "DossierDefaulted": appraisal.dossier_defaulted,
    "PenaltyApplied": appraisal.penalty_applied,
    "PenaltyLifted": appraisal.penalty_lifted,
    "BonusAwarded": appraisal.bonus_awarded,
    "BonusRevoked": appraisal.bonus_revoked,
    "SurveyRecorded": appraisal.survey_recorded,
    "DisputeRaised": disputes.dispute_raised,
    "DisputeUpheld": disputes.dispute_upheld,
    "DisputeRejected": disputes.dispute_rejected,
    "RemediationRequired": remediation.remediation_required,
    "RemediationPlanned": remediation.remediation_planned,
    "RemediationReported": remediation.remediation_reported,
    "RemediationConfirmed": remediation.remediation_confirmed,
    "TextErased": erasure.text_erased,
}

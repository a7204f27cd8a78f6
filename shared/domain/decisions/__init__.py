"""What each type takes to be recorded, in the contract's order of problems.

A decision gets a permitted emission with valid data; it looks its targets up, then windows and locks, then
the rubric, then whether anything would change. Source: contracts, "Outcomes"; scoring.md, "Judging".
"""

from collections.abc import Callable
from typing import Any

from shared.domain.decisions import (
    adjustments,
    appraisal,
    disputes,
    erasure,
    evidence,
    filing,
    proposals,
    publication,
    reading,
    remediation,
    reorganisation,
    round_changes,
    rounds,
    tree,
)
from shared.domain.emission import Emission
from shared.domain.problems import Refused
from shared.domain.root import Root

DECISIONS: dict[str, Callable[[Root, Emission, Any, int], Refused | None]] = {
    "UnitRegistered": tree.unit_registered,
    "UnitChanged": tree.unit_changed,
    "UnitsReorganised": reorganisation.units_reorganised,
    "ReadGranted": reading.read_granted,
    "ReadRevoked": reading.read_revoked,
    "ResultImported": tree.result_imported,
    "RubricPublished": rounds.rubric_published,
    "RoundOpened": rounds.round_opened,
    "RoundChanged": round_changes.round_changed,
    "RoundExtended": round_changes.round_extended,
    "AppraiserAssigned": round_changes.appraiser_assigned,
    "AppraisalReleased": rounds.appraisal_released,
    "ResultsPublished": publication.results_published,
    "RoundReopened": round_changes.round_reopened,
    "RoundCancelled": round_changes.round_cancelled,
    "SubmissionFiled": filing.submission_filed,
    "SubmissionWithdrawn": filing.submission_withdrawn,
    "EvidenceAttached": evidence.evidence_attached,
    "EvidenceMoved": evidence.evidence_moved,
    "EvidenceWithdrawn": evidence.evidence_withdrawn,
    "LeafAssigned": filing.leaf_assigned,
    "DossierSubmitted": filing.dossier_submitted,
    "SubmissionReturned": appraisal.submission_returned,
    "ScoreProposed": proposals.score_proposed,
    "ScoreAppraised": appraisal.score_appraised,
    "LeafExcluded": appraisal.leaf_excluded,
    "LeafIncluded": appraisal.leaf_included,
    "DossierDefaulted": appraisal.dossier_defaulted,
    "PenaltyApplied": adjustments.penalty_applied,
    "PenaltyLifted": adjustments.penalty_lifted,
    "BonusAwarded": adjustments.bonus_awarded,
    "BonusRevoked": adjustments.bonus_revoked,
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
"""By type: from the root's state, the emission, its data and the ledger's time (µs) to a refusal or None."""

"""What a unit may not see of itself until the council releases the appraisal."""

HIDDEN_UNTIL_RELEASE = frozenset(
    {
        "ScoreProposed",
        "ScoreAppraised",
        "DossierDefaulted",
        "PenaltyApplied",
        "PenaltyLifted",
        "BonusAwarded",
        "BonusRevoked",
        "SurveyRecorded",
        "DisputeUpheld",
        "DisputeRejected",
    }
)
"""Events from which appraised points, opinions or the index follow.

The appraised unit, and who is below it, sees them from the `AppraisalReleased` of its dossier on; the
authority and who is above see them at any time.
"""


def within(path: str, scope: str) -> bool:
    """Is `path` the unit `scope`, or below it?"""
    return path == scope or path.startswith(scope + "/")

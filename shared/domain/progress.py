"""How far a dossier has come."""

from dataclasses import dataclass

from shared.domain.dossier import Dossier


@dataclass(frozen=True, slots=True)
class Progress:
    """How many leaves of its areas count, are appraised, are due from the unit, are filed, lack evidence.

    `disputed`: how many disputes are not decided. Bonus items are not asked for.
    """

    counted: int
    appraised: int
    due: int
    filed: int
    unproved: int
    disputed: int


def progress_of(dossier: Dossier) -> Progress:
    """A dossier's progress."""
    counted = [
        (leaf, dossier.leaf(leaf.code))
        for area in dossier.rubric.areas
        for leaf in area.leaves
        if not dossier.excluded(leaf.code)
    ]
    due = [state for leaf, state in counted if leaf.by_unit]
    return Progress(
        counted=len(counted),
        appraised=len(counted)
        if dossier.defaulted
        else sum(state.appraised is not None for _, state in counted),
        due=len(due),
        filed=sum(state.filing is not None for state in due),
        unproved=sum(leaf.evidence_required and not state.evidence for leaf, state in counted),
        disputed=sum(dispute.decided is None for dispute in dossier.disputes.values()),
    )

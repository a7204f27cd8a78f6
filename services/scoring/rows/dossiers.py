"""Dossiers, how far they have come, and how their indices changed."""

from typing import Any

from services.scoring.rows import Row, as_json
from shared.codec.envelope import moment_of
from shared.domain.dossier import Dossier
from shared.domain.events import Recorded
from shared.domain.index import AreaScore, Score
from shared.domain.root import DossierKey


def dossier_row(root: str, dossier: Dossier, areas: dict[str, AreaScore], score: Score, position: int) -> Row:
    """A row of read.dossier."""
    return (
        root,
        dossier.unit,
        dossier.round.id,
        dossier.round.authority,
        dossier.kind,
        dossier.rubric.id,
        dossier.status,
        dossier.released,
        dossier.submitted is not None,
        dossier.defaulted is not None,
        dossier.left,
        score.self_index,
        score.index,
        score.grade,
        score.points,
        score.assessed,
        score.excluded,
        score.lost,
        score.coverage,
        score.final,
        score.bonus,
        score.penalties,
        as_json([_area(area) for area in areas.values()]),
        *_progress(dossier),
        position,
        dossier.round.groups.get(dossier.unit),
    )


def _area(scored: AreaScore) -> dict[str, Any]:
    return {
        "code": scored.area.code,
        "name": scored.area.name,
        "max": scored.area.maximum,
        "points": scored.points,
        "assessed": scored.assessed,
        "excluded": scored.excluded,
        "lost": scored.lost,
    }


def _progress(dossier: Dossier) -> tuple[int, ...]:
    """Leaves that count, are appraised, are to be filed, are filed, lack evidence; open disputes."""
    counted = [
        (leaf, dossier.leaf(leaf.code))
        for area in dossier.rubric.areas
        for leaf in area.leaves
        if not dossier.excluded(leaf.code)
    ]
    due = [state for leaf, state in counted if leaf.by_unit]
    return (
        len(counted),
        len(counted) if dossier.defaulted else sum(state.appraised is not None for _, state in counted),
        len(due),
        sum(state.filing is not None for state in due),
        sum(leaf.evidence_required and not state.evidence for leaf, state in counted),
        sum(dispute.decided is None for dispute in dossier.disputes.values()),
    )


def history_row(root: str, key: DossierKey, event: Recorded, score: Score) -> Row:
    """A row of read.history."""
    return (
        root,
        *key,
        event.position,
        event.name,
        moment_of(event.recorded_us),
        score.self_index,
        score.index,
        score.points,
        score.assessed,
    )

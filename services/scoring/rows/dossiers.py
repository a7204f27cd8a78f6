"""Dossiers, how far they have come, and how their indices changed."""

from typing import Any

from services.scoring.rows import Row, as_json
from shared.codec.envelope import moment_of
from shared.domain.dossier import Dossier
from shared.domain.events import Recorded
from shared.domain.index import AreaScore, Score
from shared.domain.progress import progress_of
from shared.domain.root import DossierKey
from shared.domain.tally import Tally


def dossier_row(root: str, dossier: Dossier, tally: Tally, position: int) -> Row:
    """A row of read.dossier."""
    score = tally.score
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
        as_json([_area(area) for area in tally.areas]),
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
    found = progress_of(dossier)
    return (found.counted, found.appraised, found.due, found.filed, found.unproved, found.disputed)


def history_row(root: str, key: DossierKey, event: Recorded, score: Score, moved: bool) -> Row:
    """A row of read.history; `moved`: the index, or the self index, is another than before."""
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
        score.coverage,
        score.final,
        moved,
    )

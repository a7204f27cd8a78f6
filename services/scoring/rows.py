"""The rows of the read model, in the order of its columns; written by upsert and by COPY alike."""

from datetime import date
from typing import Any

from shared.codec.canonical import canonical
from shared.codec.envelope import moment_of, time_text
from shared.codec.figures import Figures
from shared.codec.names import parent_of
from shared.domain.dossier import Dossier, Evidence, exact_computed, leaf_figures, rounded_points, support_of
from shared.domain.events import Recorded
from shared.domain.index import AreaScore, Score, earned_points
from shared.domain.root import DossierKey, EvidenceKey, Unit
from shared.domain.round import Round
from shared.domain.rubric import Leaf, Rubric

Row = tuple[Any, ...]


def unit_row(root: str, unit: Unit) -> Row:
    """A row of read.unit."""
    return (
        root,
        unit.path,
        parent_of(unit.path),
        unit.name,
        unit.kind,
        date.fromisoformat(unit.effective),
        None,
    )


def rubric_row(root: str, rubric: Rubric, position: int) -> Row:
    """A row of read.rubric."""
    return (root, rubric.id, rubric.authority, rubric.name, rubric.hash, rubric.body, position)


def round_row(root: str, round_: Round, position: int) -> Row:
    """A row of read.round."""
    windows = {
        name: {"opens": time_text(moment_of(window.opens)), "closes": time_text(moment_of(window.closes))}
        for name, window in round_.windows.items()
    }
    return (
        root,
        round_.authority,
        round_.id,
        round_.opened.name,
        round_.opened.kind,
        canonical(round_.opened.rubrics).decode(),
        round_.units,
        canonical(windows).decode(),
        round_.released_for_all,
        False,
        position,
    )


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
        canonical([_area(area) for area in areas.values()]).decode(),
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


def leaf_row(root: str, dossier: Dossier, leaf: Leaf) -> Row:
    """A row of read.leaf."""
    state = dossier.leaf(leaf.code)
    exact = exact_computed(dossier, leaf, leaf_figures(state))
    unit_exact = exact_computed(dossier, leaf, state.unit_figures, unit_only=True)
    earned = earned_points(dossier, leaf.code)
    assigned = state.assigned.data if state.assigned else None
    return (
        root,
        dossier.unit,
        dossier.round.id,
        leaf.code,
        state.self_points,
        dossier.appraised(leaf.code),
        None if exact is None else rounded_points(dossier.rubric, exact),
        None if unit_exact is None else rounded_points(dossier.rubric, unit_exact),
        support_of(dossier.rubric, exact, state.given)
        if exact is not None and state.given is not None
        else None,
        dossier.excluded(leaf.code),
        None if earned is None else leaf.maximum - earned,
        _figures(state.unit_figures),
        _figures(state.council_figures),
        state.filing.position if state.filing else None,
        state.score.position if state.score else None,
        [assigned.lead, *(assigned.support or [])] if assigned else [],
    )


def evidence_row(root: str, key: EvidenceKey, piece: Evidence) -> Row:
    """A row of read.evidence."""
    said = piece.attached.data
    return (
        root,
        *key,
        piece.leaf,
        said.sha256,
        said.size,
        said.media_type,
        said.number,
        date.fromisoformat(said.dated) if said.dated else None,
        said.issuer,
        said.pages,
        piece.attached.position,
        piece.withdrawn,
    )


def says_something(dossier: Dossier, leaf: Leaf) -> bool:
    """Before anything happened to a leaf: is there more to say of it than the rubric does?"""
    return bool(leaf.needs) or leaf.evidence_required or dossier.excluded(leaf.code) is not None


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


def _figures(figures: Figures | None) -> str | None:
    return None if figures is None else canonical(figures).decode()

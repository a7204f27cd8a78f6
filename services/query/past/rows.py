"""A folded dossier and its leaves in the rows in which the read model tells those of today."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from msgspec.structs import replace

from services.query.past.folds import Fold
from services.query.rows.dossiers import DossierRow, LeafRow
from shared.codec.canonical import canonical
from shared.codec.envelope import moment_of
from shared.codec.numbers import points_of
from shared.domain.computed import computed_of
from shared.domain.dossier import Dossier, LeafState
from shared.domain.index import AreaScore, earned_points, score_area, score_dossier
from shared.domain.progress import progress_of
from shared.domain.rubric import Leaf


def dossier_row(fold: Fold, today: DossierRow) -> DossierRow | None:
    """The dossier as it stood; what the viewer may see of it is as `today`. None before it began."""
    dossier = fold.dossier
    if dossier is None:
        return None
    areas = [score_area(dossier, area) for area in dossier.rubric.areas]
    score, progress = score_dossier(dossier, areas), progress_of(dossier)
    return replace(
        today,
        at=fold.key.at,
        status=dossier.status,
        self_index=score.self_index,
        index=score.index,
        grade=score.grade,
        points=score.points,
        assessed=score.assessed,
        excluded=score.excluded,
        lost=score.lost,
        coverage=score.coverage,
        final=score.final,
        bonus=score.bonus,
        penalties=score.penalties,
        areas=canonical([_area(area) for area in areas]).decode(),
        submitted=dossier.submitted is not None,
        defaulted=dossier.defaulted is not None,
        gone=dossier.left,
        **{name: getattr(progress, name) for name in progress.__slots__},
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


def leaf_rows(fold: Fold) -> dict[str, LeafRow]:
    """Every leaf of the dossier, by code."""
    dossier = fold.dossier
    if dossier is None:
        return {}
    sources = {event.position: event.source for event in fold.events if event.name == "ScoreProposed"}
    return {code: _leaf(dossier, leaf, sources) for code, leaf in dossier.rubric.leaves.items()}


def _leaf(dossier: Dossier, leaf: Leaf, sources: Mapping[int, str]) -> LeafRow:
    state, computed = dossier.leaf(leaf.code), computed_of(dossier, leaf)
    earned, proposal = earned_points(dossier, leaf.code), state.proposal
    required = dossier.required.get(leaf.code)
    assigned = state.assigned.data if state.assigned else None
    return LeafRow(
        unit=dossier.unit,
        round=dossier.round.id,
        code=leaf.code,
        self_points=state.self_points,
        appraised=dossier.appraised(leaf.code),
        computed=computed.points,
        unit_computed=computed.own,
        support=computed.support,
        self_support=computed.self_support,
        excluded=dossier.excluded(leaf.code),
        lost=None if earned is None else leaf.maximum - earned,
        figures=_json(state.unit_figures),
        council_figures=_json(state.council_figures),
        survey=_survey(state),
        proposed=points_of(proposal.data.points) if proposal else None,
        proposed_at=proposal.position if proposal else None,
        proposed_by=sources.get(proposal.position) if proposal else None,
        returned_until=moment_of(state.returned_until) if state.returned_until is not None else None,
        required_due=date.fromisoformat(required.data.due) if required else None,
        appraised_at=state.score.position if state.score else None,
        responsible=[assigned.lead, *(assigned.support or [])] if assigned else [],
    )


def _survey(state: LeafState) -> str | None:
    if state.survey is None:
        return None
    said = state.survey.data
    return _json({"score": str(said.score), "of": str(said.of), "respondents": said.respondents})


def _json(value: object) -> str | None:
    return None if value is None else msgspec.json.encode(value, order="sorted").decode()

"""Leaves of dossiers, and the evidence on them."""

from datetime import date

from services.scoring.rows import Row, as_json
from shared.codec.envelope import moment_of
from shared.codec.figures import Figures
from shared.codec.numbers import points_of
from shared.domain.computed import exact_computed, leaf_figures, rounded_points, support_of
from shared.domain.dossier import Dossier, Evidence, LeafState
from shared.domain.index import earned_points
from shared.domain.root import EvidenceKey
from shared.domain.rubric import Leaf


def leaf_row(root: str, dossier: Dossier, leaf: Leaf) -> Row:
    """A row of read.leaf."""
    state, rubric = dossier.leaf(leaf.code), dossier.rubric
    exact = exact_computed(dossier, leaf, leaf_figures(state))
    unit_exact = exact_computed(dossier, leaf, state.unit_figures, unit_only=True)
    earned = earned_points(dossier, leaf.code)
    given, claimed = dossier.given(leaf.code), state.filing.data.self_points if state.filing else None
    proposal = state.proposal
    required = dossier.required.get(leaf.code)
    assigned = state.assigned.data if state.assigned else None
    return (
        root,
        dossier.unit,
        dossier.round.id,
        leaf.code,
        state.self_points,
        dossier.appraised(leaf.code),
        None if exact is None else rounded_points(rubric, exact),
        None if unit_exact is None else rounded_points(rubric, unit_exact),
        None if exact is None or given is None else support_of(rubric, exact, given),
        None if unit_exact is None or claimed is None else support_of(rubric, unit_exact, claimed),
        dossier.excluded(leaf.code),
        None if earned is None else leaf.maximum - earned,
        _figures(state.unit_figures),
        _figures(state.council_figures),
        _survey(state),
        points_of(proposal.data.points) if proposal else None,
        proposal.position if proposal else None,
        moment_of(state.returned_until) if state.returned_until is not None else None,
        date.fromisoformat(required.data.due) if required else None,
        required.position if required else None,
        state.filing.position if state.filing else None,
        state.score.position if state.score else None,
        [assigned.lead, *(assigned.support or [])] if assigned else [],
    )


def says_something(dossier: Dossier, leaf: Leaf) -> bool:
    """Before anything happened to a leaf: is there more to say of it than the rubric does?"""
    return (
        bool(leaf.needs)
        or leaf.evidence_required
        or leaf.rule.rollup is not None
        or dossier.defaulted is not None
        or dossier.excluded(leaf.code) is not None
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


def _figures(figures: Figures | None) -> str | None:
    return None if figures is None else as_json(figures)


def _survey(state: LeafState) -> str | None:
    if state.survey is None:
        return None
    said = state.survey.data
    return as_json({"score": str(said.score), "of": str(said.of), "respondents": said.respondents})

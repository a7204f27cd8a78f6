"""Leaves of dossiers, and the evidence on them."""

from datetime import date

from services.scoring.rows import Row, as_json
from shared.codec.envelope import moment_of
from shared.codec.figures import Figures
from shared.codec.numbers import points_of
from shared.domain.computed import computed_of
from shared.domain.dossier import Dossier, Evidence, LeafState
from shared.domain.index import earned_points
from shared.domain.root import EvidenceKey
from shared.domain.rubric import Leaf


def leaf_row(root: str, dossier: Dossier, leaf: Leaf) -> Row:
    """A row of read.leaf."""
    state, computed = dossier.leaf(leaf.code), computed_of(dossier, leaf)
    earned, proposal = earned_points(dossier, leaf.code), state.proposal
    required = dossier.required.get(leaf.code)
    assigned = state.assigned.data if state.assigned else None
    return (
        root,
        dossier.unit,
        dossier.round.id,
        leaf.code,
        state.self_points,
        dossier.appraised(leaf.code),
        computed.points,
        computed.own,
        computed.support,
        computed.self_support,
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
    said = piece.data
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
        piece.position,
        piece.withdrawn,
    )


def _figures(figures: Figures | None) -> str | None:
    return None if figures is None else as_json(figures)


def _survey(state: LeafState) -> str | None:
    if state.survey is None:
        return None
    said = state.survey.data
    return as_json({"score": str(said.score), "of": str(said.of), "respondents": said.respondents})

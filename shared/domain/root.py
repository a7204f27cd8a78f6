"""A root as its ledger tells it: the fold of all its events. `evolve` never refuses.

The state is changed in place: the largest root holds some 15,000 leaves, and copying them per event would cost more than judging. Who
folds a batch that is then not committed throws the state away and folds anew.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.codec.envelope import instant, microseconds
from shared.codec.names import parse_subject
from shared.codec.numbers import points_of
from shared.codec.shapes import (
    AppraisalReleased,
    BonusAwarded,
    BonusRevoked,
    DossierSubmitted,
    LeafAssigned,
    LeafExcluded,
    LeafIncluded,
    PenaltyApplied,
    PenaltyLifted,
    RoundOpened,
    RubricPublished,
    ScoreAppraised,
    SubmissionFiled,
    SubmissionWithdrawn,
    UnitRegistered,
)
from shared.codec.shapes import Window as WindowShape
from shared.domain.dossier import Bonus, Dossier, Penalty
from shared.domain.events import Recorded, Standing
from shared.domain.round import Round, Window
from shared.domain.rubric import Rubric, make_rubric

DossierKey = tuple[str, str]
"""(unit, round id)"""
RoundKey = tuple[str, str]
"""(authority, round id)"""

ALL_LEAVES: frozenset[str] = frozenset({"*"})
"""Stands for every leaf of a dossier."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as registered."""

    path: str
    name: str
    kind: str
    effective: str


@dataclass(slots=True)
class Root:
    """A root at `position`: units, rubrics by id, rounds and dossiers, and the version of each stream."""

    name: str
    position: int = 0
    recorded_us: int = 0
    units: dict[str, Unit] = field(default_factory=dict[str, Unit])
    rubrics: dict[str, Rubric] = field(default_factory=dict[str, Rubric])
    rounds: dict[RoundKey, Round] = field(default_factory=dict[RoundKey, Round])
    dossiers: dict[DossierKey, Dossier] = field(default_factory=dict[DossierKey, Dossier])
    versions: dict[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, slots=True)
class Touched:
    """What an event changed: for projections. `codes` maps each dossier to the leaves and areas that may now read differently (empty
    where only the dossier itself does; ALL_LEAVES for every leaf)."""

    unit: str | None = None
    rubric: str | None = None
    round: RoundKey | None = None
    codes: Mapping[DossierKey, frozenset[str]] = field(default_factory=dict[DossierKey, frozenset[str]])


def evolve(root: Root, event: Recorded) -> Touched:
    """Take in the next event of the root. Errors: `ValueError` where it is not the next one."""
    if event.position != root.position + 1:
        raise ValueError(f"{root.name} is at position {root.position}: event {event.position} does not follow")
    touched = _EVOLVE[event.name](root, event, event.data)
    root.position = event.position
    root.recorded_us = event.recorded_us
    root.versions[event.stream] = event.version
    return touched


def _unit_registered(root: Root, _event: Recorded, data: UnitRegistered) -> Touched:
    root.units[data.unit] = Unit(data.unit, data.name, data.kind, data.effective)
    return Touched(unit=data.unit)


def _rubric_published(root: Root, event: Recorded, data: RubricPublished) -> Touched:
    root.rubrics[data.rubric.id] = make_rubric(data.rubric, event.source)
    return Touched(rubric=data.rubric.id)


def _round_opened(root: Root, event: Recorded, data: RoundOpened) -> Touched:
    key = (event.source, data.round)
    opened = root.rounds[key] = Round(
        authority=event.source,
        id=data.round,
        opened=data,
        position=event.position,
        units=list(data.units),
        windows={"filing": _window(data.filing), "appraisal": _window(data.appraisal), "disputes": _window(data.disputes)},
        excluded={leaf.leaf: leaf.kind for leaf in data.excluded or []},
    )
    for unit in data.units:
        kind = root.units[unit].kind
        root.dossiers[unit, data.round] = Dossier(unit, opened, kind, root.rubrics[data.rubrics[kind]])
    return Touched(round=key, codes={(unit, data.round): ALL_LEAVES for unit in data.units})


def _window(shape: WindowShape) -> Window:
    return Window(microseconds(instant(shape.opens)), microseconds(instant(shape.closes)))


def _appraisal_released(root: Root, event: Recorded, data: AppraisalReleased) -> Touched:
    key = (event.source, _round_id(event))
    released = root.rounds[key]
    units = data.units or released.units
    released.released.update(units)
    for unit in units:
        root.dossiers[unit, released.id].released = True
    return Touched(round=key, codes={(unit, released.id): frozenset[str]() for unit in units})


def _submission_filed(root: Root, event: Recorded, data: SubmissionFiled) -> Touched:
    dossier = _dossier(root, event)
    leaf = dossier.touch(data.leaf)
    leaf.filing = Standing(data, event.position, event.salts)
    leaf.self_points = points_of(data.self_points)
    return _leaf_touched(dossier, data.leaf)


def _submission_withdrawn(root: Root, event: Recorded, data: SubmissionWithdrawn) -> Touched:
    dossier = _dossier(root, event)
    leaf = dossier.touch(data.leaf)
    leaf.filing = leaf.self_points = None
    return _leaf_touched(dossier, data.leaf)


def _leaf_assigned(root: Root, event: Recorded, data: LeafAssigned) -> Touched:
    dossier = _dossier(root, event)
    standing = Standing(data, event.position, event.salts)
    for code in data.leaves:
        dossier.touch(code).assigned = standing
    return Touched(codes={(dossier.unit, dossier.round.id): frozenset(data.leaves)})


def _dossier_submitted(root: Root, event: Recorded, data: DossierSubmitted) -> Touched:
    dossier = _dossier(root, event)
    dossier.submitted = Standing(data, event.position, event.salts)
    return _dossier_touched(dossier)


def _score_appraised(root: Root, event: Recorded, data: ScoreAppraised) -> Touched:
    dossier = _dossier(root, event)
    leaf = dossier.touch(data.leaf)
    leaf.score = Standing(data, event.position, event.salts)
    leaf.appraised = points_of(data.points)
    leaf.council_figures = data.figures or leaf.council_figures
    return _leaf_touched(dossier, data.leaf)


def _leaf_excluded(root: Root, event: Recorded, data: LeafExcluded) -> Touched:
    dossier = _dossier(root, event)
    leaf = dossier.touch(data.leaf)
    leaf.exclusion = Standing(data, event.position, event.salts)
    return _leaf_touched(dossier, data.leaf)


def _leaf_included(root: Root, event: Recorded, data: LeafIncluded) -> Touched:
    dossier = _dossier(root, event)
    leaf = dossier.touch(data.leaf)
    leaf.exclusion = None
    leaf.included = True
    return _leaf_touched(dossier, data.leaf)


def _penalty_applied(root: Root, event: Recorded, data: PenaltyApplied) -> Touched:
    dossier = _dossier(root, event)
    dossier.penalties[data.penalty] = Penalty(Standing(data, event.position, event.salts), points_of(data.points))
    return _target_touched(dossier, data.target)


def _penalty_lifted(root: Root, event: Recorded, data: PenaltyLifted) -> Touched:
    dossier = _dossier(root, event)
    penalty = dossier.penalties[data.penalty]
    penalty.lifted = True
    return _target_touched(dossier, penalty.applied.data.target)


def _bonus_awarded(root: Root, event: Recorded, data: BonusAwarded) -> Touched:
    dossier = _dossier(root, event)
    dossier.bonuses[data.bonus] = Bonus(Standing(data, event.position, event.salts), points_of(data.points))
    return _dossier_touched(dossier)


def _bonus_revoked(root: Root, event: Recorded, data: BonusRevoked) -> Touched:
    dossier = _dossier(root, event)
    dossier.bonuses[data.bonus].revoked = True
    return _dossier_touched(dossier)


def _round_id(event: Recorded) -> str:
    subject = parse_subject(event.stream)
    if subject is None or subject.round is None:
        raise ValueError(f"{event.stream} names no round")
    return subject.round


def _dossier(root: Root, event: Recorded) -> Dossier:
    unit, _, round_id = event.stream.partition("@")
    return root.dossiers[unit, round_id]


def _dossier_touched(dossier: Dossier) -> Touched:
    return Touched(codes={(dossier.unit, dossier.round.id): frozenset[str]()})


def _leaf_touched(dossier: Dossier, code: str) -> Touched:
    codes = frozenset((code, *dossier.rubric.needed_by.get(code, ())))
    return Touched(codes={(dossier.unit, dossier.round.id): codes})


def _target_touched(dossier: Dossier, target: str) -> Touched:
    if target in dossier.rubric.leaves:
        return _leaf_touched(dossier, target)
    codes = frozenset({target} & dossier.rubric.area_codes.keys())
    return Touched(codes={(dossier.unit, dossier.round.id): codes})


_EVOLVE: dict[str, Callable[[Root, Recorded, Any], Touched]] = {
    "UnitRegistered": _unit_registered,
    "RubricPublished": _rubric_published,
    "RoundOpened": _round_opened,
    "AppraisalReleased": _appraisal_released,
    "SubmissionFiled": _submission_filed,
    "SubmissionWithdrawn": _submission_withdrawn,
    "LeafAssigned": _leaf_assigned,
    "DossierSubmitted": _dossier_submitted,
    "ScoreAppraised": _score_appraised,
    "LeafExcluded": _leaf_excluded,
    "LeafIncluded": _leaf_included,
    "PenaltyApplied": _penalty_applied,
    "PenaltyLifted": _penalty_lifted,
    "BonusAwarded": _bonus_awarded,
    "BonusRevoked": _bonus_revoked,
}

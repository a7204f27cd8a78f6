"""The state of a root, and what an event changes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.domain.dossier import Dossier
from shared.domain.events import Recorded
from shared.domain.round import Round
from shared.domain.rubric import Rubric

DossierKey = tuple[str, str]
"""(unit, round id)"""
RoundKey = tuple[str, str]
"""(authority, round id)"""

EvidenceKey = tuple[str, str, str]
"""(unit, round id, evidence id)"""

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


@dataclass(slots=True)  # not frozen: one is made per event, and freezing costs three times as much
class Touched:
    """What an event changed: for projections.

    `codes` maps each dossier to the leaves and areas that may now read differently: none where only the
    dossier itself does, ALL_LEAVES for every leaf.
    """

    unit: str | None = None
    rubric: str | None = None
    evidence: EvidenceKey | None = None
    round: RoundKey | None = None
    codes: Mapping[DossierKey, frozenset[str]] = field(default_factory=dict[DossierKey, frozenset[str]])


def round_id_of(event: Recorded) -> str:
    """The round that an event's subject names."""
    return event.stream.partition("@")[2]


def dossier_of(root: Root, event: Recorded) -> Dossier:
    """The dossier that an event is about."""
    unit, _, round_id = event.stream.partition("@")
    return root.dossiers[unit, round_id]


def touched_codes(dossier: Dossier, codes: frozenset[str] = frozenset()) -> Touched:
    """These leaves and areas of a dossier, or the dossier alone."""
    return Touched(codes={(dossier.unit, dossier.round.id): codes})


def touched_leaf(dossier: Dossier, code: str) -> Touched:
    """A leaf, and those that need it."""
    return touched_codes(dossier, frozenset((code, *dossier.rubric.needed_by.get(code, ()))))

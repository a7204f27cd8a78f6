"""The state of a root, and what an event changes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from shared.codec.names import parent_of
from shared.codec.shapes import ReadGranted, ResultImported
from shared.codec.struct import Struct
from shared.domain.dossier import Dossier
from shared.domain.events import Recorded, Standing
from shared.domain.round import Round
from shared.domain.rubric import Rubric

DossierKey = tuple[str, str]
"""(unit, round id)"""
RoundKey = tuple[str, str]
"""(authority, round id)"""

ItemKey = tuple[str, str, str]
"""(unit, round id, id of a piece of evidence, a dispute, a plan)"""
EvidenceKey = ItemKey

ALL_LEAVES: frozenset[str] = frozenset({"*"})
"""Stands for every leaf of a dossier."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as it stands: `effective` is the date that its registration gives.

    `until` is the date that its end gives; `ended`: it stands no longer.
    """

    path: str
    name: str
    kind: str
    effective: str
    until: str | None = None
    ended: bool = False


@dataclass(slots=True)
class Grant:
    """Reading that was granted; `revoked` by a later event."""

    granted: Standing[ReadGranted]
    revoked: bool = False


@dataclass(slots=True)
class Root:
    """A root at `position`: units, rubrics by id, rounds and dossiers, and the version of each stream.

    `heirs` maps a unit that has ended to the one that takes over what is open (of any root), `predecessors` a
    unit to those whose heir it is; `imported` are results from before the ledger. `erased` are the free texts
    that are gone: fields by position.
    """

    name: str
    position: int = 0
    recorded_us: int = 0
    units: dict[str, Unit] = field(default_factory=dict[str, Unit])
    rubrics: dict[str, Rubric] = field(default_factory=dict[str, Rubric])
    rounds: dict[RoundKey, Round] = field(default_factory=dict[RoundKey, Round])
    dossiers: dict[DossierKey, Dossier] = field(default_factory=dict[DossierKey, Dossier])
    versions: dict[str, int] = field(default_factory=dict[str, int])
    heirs: dict[str, str] = field(default_factory=dict[str, str])
    predecessors: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    grants: dict[str, Grant] = field(default_factory=dict[str, Grant])
    imported: dict[DossierKey, Standing[ResultImported]] = field(
        default_factory=dict[DossierKey, Standing[ResultImported]]
    )

    erased: dict[int, frozenset[str]] = field(default_factory=dict[int, frozenset[str]])

    def acting(self, path: str) -> str:
        """Who acts for a unit: itself; where it has ended its heir, or the nearest standing unit above.

        By paths and reorganisations alone: a path that was never registered acts for itself.
        """
        unit = self.units.get(path)
        if unit is None or not unit.ended:
            return path  # nearly always: no set is made for it
        seen = set[str]()
        while (unit := self.units.get(path)) is not None and unit.ended and path not in seen:
            seen.add(path)
            heir = self.heirs.get(path)
            path = heir if heir in self.units else parent_of(path) or path
        return path

    def presiding(self, path: str) -> str:
        """Who acts for a unit over those below it: as `acting`, but nobody from among those below."""
        acting, above = self.acting(path), parent_of(path)
        if above is not None and acting.startswith(path + "/"):
            return self.presiding(above)
        return acting

    def authority_of(self, path: str) -> str | None:
        """Who appraises a unit: the one a level up, or who acts for it; None of a root."""
        above = parent_of(path)
        return None if above is None else self.presiding(above)

    def standing(self, path: str) -> Unit | None:
        """A unit that stands now."""
        unit = self.units.get(path)
        return None if unit is None or unit.ended else unit


_NO_CODES: Mapping[DossierKey, frozenset[str]] = MappingProxyType({})


class Touched(Struct, gc=False):
    """What an event changed: for projections.

    `units` are paths, `rounds` keys of rounds. `codes` maps each dossier to the leaves and areas that may now
    read differently: none where only the dossier itself does, ALL_LEAVES for every leaf.
    """

    unit: str | None = None
    units: Sequence[str] = ()
    rubric: str | None = None
    evidence: EvidenceKey | None = None
    round: RoundKey | None = None
    rounds: Sequence[RoundKey] = ()
    dispute: ItemKey | None = None
    plan: ItemKey | None = None
    grant: str | None = None
    imported: DossierKey | None = None
    publication: RoundKey | None = None
    codes: Mapping[DossierKey, frozenset[str]] = _NO_CODES


def round_of(root: Root, event: Recorded) -> Round:
    """The round that an event is about: its authority by name, whoever acts for it."""
    authority, _, round_id = event.stream.partition("@")
    return root.rounds[authority, round_id]


def dossier_of(root: Root, event: Recorded) -> Dossier:
    """The dossier that an event is about."""
    unit, _, round_id = event.stream.partition("@")
    return root.dossiers[unit, round_id]


def touched_codes(dossier: Dossier, codes: frozenset[str] = frozenset()) -> Touched:
    """These leaves and areas of a dossier, or the dossier alone."""
    return Touched(codes={(dossier.unit, dossier.round.id): codes})


def touched_leaf(dossier: Dossier, code: str) -> Touched:
    """A leaf, and those that need it."""
    return touched_codes(dossier, dossier.rubric.moved_by[code])

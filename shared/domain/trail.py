"""What each event changed in one dossier: its sums, and the points of its leaves."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from shared.domain.computed import exact_computed, leaf_figures, rounded_points
from shared.domain.dossier import Dossier
from shared.domain.events import Recorded
from shared.domain.index import AreaScore, Score, score_area, score_dossier
from shared.domain.root import ALL_LEAVES, DossierKey, Root, evolve_part
from shared.domain.rubric import Leaf


@dataclass(frozen=True, slots=True)
class LeafPoints:
    """A leaf at one moment; points in thousandths.

    `computed` is from the figures that count, `unit_computed` from the unit's own figures and points alone;
    `excluded`: why it does not count.
    """

    self_points: int | None = None
    appraised: int | None = None
    computed: int | None = None
    unit_computed: int | None = None
    excluded: str | None = None


NOTHING = LeafPoints()


@dataclass(frozen=True, slots=True)
class LeafStep:
    """A leaf before and after; `by` are the positions of the events that changed it."""

    code: str
    before: LeafPoints
    after: LeafPoints
    by: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """An event that touched the dossier: the sums before (None before the dossier began) and after.

    `status` is that after it.
    """

    position: int
    name: str
    recorded_us: int
    status: str
    before: Score | None
    after: Score
    leaves: tuple[LeafStep, ...]


@dataclass(slots=True)
class Trail:
    """The fold of the events that decide a dossier, with what each of them changed in it."""

    root: Root
    key: DossierKey
    steps: list[Step] = field(default_factory=list[Step])
    _areas: dict[str, AreaScore] = field(default_factory=dict[str, AreaScore])
    _leaves: dict[str, LeafPoints] = field(default_factory=dict[str, LeafPoints])

    @property
    def dossier(self) -> Dossier | None:
        """The dossier as it stands after the last event; None before it began."""
        return self.root.dossiers.get(self.key)

    def take(self, event: Recorded) -> None:
        """Take in the next event. Errors: as `evolve_part`."""
        codes = evolve_part(self.root, event).codes.get(self.key)
        dossier = self.dossier
        if codes is None or dossier is None:
            return
        before = self.steps[-1].after if self.steps else None
        leaves = self._changed(dossier, codes, event.position)
        after = self._score(dossier, codes)
        told = leaves if before is not None else ()
        self.steps.append(
            Step(event.position, event.name, event.recorded_us, dossier.status, before, after, told)
        )

    def at(self, position: int) -> Step | None:
        """The last step up to a position; None before the dossier began."""
        return next((step for step in reversed(self.steps) if step.position <= position), None)

    def between(self, after: int, until: int) -> list[LeafStep]:
        """The leaves that the events after a position, up to another, left different, as in the rubric."""
        found: dict[str, LeafStep] = {}
        for step in self.steps:
            if after < step.position <= until:
                for leaf in step.leaves:
                    earlier = found.get(leaf.code)
                    found[leaf.code] = (
                        LeafStep(leaf.code, earlier.before, leaf.after, (*earlier.by, *leaf.by))
                        if earlier
                        else leaf
                    )
        changed = {code: step for code, step in found.items() if step.before != step.after}
        return [changed[code] for code in self._leaves if code in changed]

    def _changed(self, dossier: Dossier, codes: frozenset[str], position: int) -> tuple[LeafStep, ...]:
        changed: list[LeafStep] = []
        for leaf in _leaves_of(dossier, codes):
            before, after = self._leaves.get(leaf.code, NOTHING), points_of_leaf(dossier, leaf)
            if before != after:
                self._leaves[leaf.code] = after
                changed.append(LeafStep(leaf.code, before, after, (position,)))
        return tuple(changed)

    def _score(self, dossier: Dossier, codes: frozenset[str]) -> Score:
        for area in dossier.rubric.areas:
            known = area.code in self._areas and codes != ALL_LEAVES
            if not known or area.code in codes or any(leaf.code in codes for leaf in area.leaves):
                self._areas[area.code] = score_area(dossier, area)
        return score_dossier(dossier, list(self._areas.values()))


def points_of_leaf(dossier: Dossier, leaf: Leaf) -> LeafPoints:
    """A leaf as it stands."""
    state = dossier.leaf(leaf.code)
    exact = exact_computed(dossier, leaf, leaf_figures(state))
    own = exact_computed(dossier, leaf, state.unit_figures, unit_only=True)
    return LeafPoints(
        self_points=state.self_points,
        appraised=dossier.appraised(leaf.code),
        computed=None if exact is None else rounded_points(dossier.rubric, exact),
        unit_computed=None if own is None else rounded_points(dossier.rubric, own),
        excluded=dossier.excluded(leaf.code),
    )


def _leaves_of(dossier: Dossier, codes: frozenset[str]) -> Iterable[Leaf]:
    """The leaves with these codes, in the rubric's order."""
    leaves = dossier.rubric.leaves
    if codes == ALL_LEAVES:
        return leaves.values()
    if len(codes) > 1:
        return [leaf for code, leaf in leaves.items() if code in codes]
    return [leaves[code] for code in codes if code in leaves]

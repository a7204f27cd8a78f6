"""Folding a dossier, a round or units as of a position: each once a request, from its own streams alone."""

from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from strawberry.dataloader import DataLoader

from services.query.load.keys import DossierKey, RoundKey
from services.query.load.past import deciding
from services.query.snapshot import Snapshot
from shared.domain.dossier import Dossier
from shared.domain.events import Recorded
from shared.domain.index import Score, score_area, score_dossier
from shared.domain.root import Root, evolve_part
from shared.domain.round import Round
from shared.domain.trail import Trail
from shared.domain.visibility import HIDDEN_UNTIL_RELEASE

_A_FOLD = 100
_EVENTS_A_ROW = 10


@dataclass(frozen=True)
class Fold:
    """A dossier as it stood: the events that decide it, and the state that they give.

    `dossier` is None before the dossier began.
    """

    key: DossierKey
    events: Sequence[Recorded]
    root: Root

    @property
    def dossier(self) -> Dossier | None:
        """The dossier."""
        return self.root.dossiers.get((self.key.unit, self.key.round))

    @cached_property
    def score(self) -> Score | None:
        """What it had come to."""
        dossier = self.dossier
        return dossier and score_dossier(
            dossier, [score_area(dossier, area) for area in dossier.rubric.areas]
        )

    @property
    def cost(self) -> int:
        """What a fold of it costs, in rows of a list."""
        return _A_FOLD + len(self.events) // _EVENTS_A_ROW

    def trail_for(self, appraisal: bool) -> Trail:
        """What each of the events changed in it, as it is told to who may see its appraisal, or may not."""
        return self._trail if appraisal else self._own_trail

    @cached_property
    def _trail(self) -> Trail:
        return self._followed(self.events)

    @cached_property
    def _own_trail(self) -> Trail:
        """As if nothing had been said that is hidden until the release: so nothing of it can show."""
        return self._followed([event for event in self.events if event.name not in HIDDEN_UNTIL_RELEASE])

    def _followed(self, events: Iterable[Recorded]) -> Trail:
        trail = Trail(Root(self.root.name), (self.key.unit, self.key.round))
        for event in events:
            trail.take(event)
        return trail


class Folds:
    """The folds of one request; `spend` is told what each costs."""

    def __init__(self, snapshot: Snapshot, spend: Callable[[int], None]) -> None:
        self._snapshot = snapshot
        self._spend = spend
        self.dossiers: DataLoader[DossierKey, Fold] = DataLoader(_each(self._dossier))
        self.rounds: DataLoader[RoundKey, Root] = DataLoader(_each(self._round))

    async def round(self, key: RoundKey) -> tuple[Root, Round | None]:
        """A round as of `key.at`, and the state that it stands in; None before it was opened."""
        root = await self.rounds.load(key)
        return root, root.rounds.get((key.authority, key.round))

    async def units(self, root: str, at: int, paths: Sequence[str]) -> Root:
        """The tree as of a position, as far as these units are concerned."""
        self._spend(_EVENTS_A_ROW)
        return _folded(root, await deciding(self._snapshot, root, at, units=paths))

    async def _round(self, key: RoundKey) -> Root:
        self._spend(_A_FOLD)
        events = await deciding(
            self._snapshot, key.root, key.at or 0, round_=key.round, rounds=[key.authority]
        )
        return _folded(key.root, events)

    async def _dossier(self, key: DossierKey) -> Fold:
        """Fold it; where its leaves are computed from dossiers below, with those, as far as they count."""
        units, authorities = {key.unit}, set[str]()
        while True:
            events = await deciding(
                self._snapshot,
                key.root,
                key.at or 0,
                round_=key.round,
                dossiers=units,
                rounds=authorities,
            )
            root = _folded(key.root, events)
            fold = Fold(key, events, root)
            self._spend(fold.cost)
            above = _rolled_up(root, units) - authorities
            below = _published_below(root, authorities) - units
            if not above and not below:
                return fold
            authorities |= above
            units |= below


def _each(load: Callable[[Any], Coroutine[Any, Any, Any]]) -> Callable[[list[Any]], Any]:
    """A loader of many by a loader of one: one statement runs at a time anyway."""

    async def load_all(keys: list[Any]) -> list[Any]:
        return [await load(key) for key in keys]

    return load_all


def _folded(name: str, events: Sequence[Recorded]) -> Root:
    root = Root(name)
    for event in events:
        evolve_part(root, event)
    return root


def _rolled_up(root: Root, units: set[str]) -> set[str]:
    """Those of these units whose dossiers are computed from dossiers below."""
    return {
        dossier.unit
        for dossier in root.dossiers.values()
        if dossier.unit in units and any(leaf.rule.rollup for leaf in dossier.rubric.leaves.values())
    }


def _published_below(root: Root, authorities: set[str]) -> set[str]:
    """The units whose dossiers counted in a publication of these authorities' rounds."""
    return {
        dossier.unit
        for dossier in root.dossiers.values()
        if dossier.round.authority in authorities and dossier.round.publication is not None
    }

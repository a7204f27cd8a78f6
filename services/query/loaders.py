"""One set of dataloaders per request: what many fields ask for is read in one statement, and once."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Protocol, TypeVar

from strawberry.dataloader import DataLoader

from services.query.errors import TooMuch
from services.query.load import dossiers, events, evidence, items, rounds, units
from services.query.load.evidence import OfDossier
from services.query.load.keys import (
    DossierKey,
    EventsKey,
    HistoryKey,
    PositionKey,
    RemediationKey,
    RoundKey,
    RubricKey,
    StoryKey,
    UnitKey,
)
from services.query.load.past import events_at
from services.query.load.units import Kin
from services.query.past.folds import Folds
from services.query.past.loading import PastLoads, Placed, of_today
from services.query.rows.dossiers import AdjustmentRow, DisputeRow, DossierRow, HistoryRow, LeafRow
from services.query.rows.events import ErasedText, EventRow, TextRow
from services.query.rows.rounds import PublicationRow, RoundRow, StandingRow
from services.query.rows.tree import PlanRow, UnitRow
from services.query.rubrics import Shelf, ShownRubric, shown_rubrics
from services.query.snapshot import Snapshot


class Rooted(Protocol):
    """A key of something that lies in a root."""

    @property
    def root(self) -> str:
        """The root."""
        ...

    def __hash__(self) -> int:
        """Keys are looked up."""
        ...


class Momentary(Rooted, Protocol):
    """A key of something as of a position, or now."""

    @property
    def at(self) -> int | None:
        """The position; None: now."""
        ...


K = TypeVar("K", bound=Rooted)
M = TypeVar("M", bound=Momentary)
V = TypeVar("V")
Load = Callable[[Snapshot, str, Sequence[K]], Awaitable[list[V]]]
"""Loads what is asked for of one root."""
PastLoad = Callable[[str, Sequence[M]], Awaitable[list[V]]]
"""Loads what is asked for of one root as of one position."""


class Loaders:
    """Everything that may be asked for many times in one request, for one viewer at one moment."""

    def __init__(self, snapshot: Snapshot, shelf: Shelf, rows: int) -> None:
        """`shelf` holds parsed rubrics across requests; `rows`: so many may lists within lists ask for."""
        self._snapshot = snapshot
        self._left = rows
        self.folds = Folds(snapshot, self.spend)
        self.past = past = PastLoads(snapshot, self.folds)
        self.units: DataLoader[UnitKey, UnitRow | None] = self._momentary(units.units, past.units)
        self.kin: DataLoader[UnitKey, Kin] = self._momentary(units.kin, past.kin)
        self.rounds: DataLoader[RoundKey, RoundRow | None] = self._momentary(rounds.rounds, past.rounds)
        self.publications: DataLoader[PositionKey, PublicationRow | None] = self._loader(rounds.publications)
        self.published: DataLoader[DossierKey, StandingRow | None] = self._momentary(
            rounds.standings_of_units, past.published
        )
        self.standings: DataLoader[RoundKey, Placed] = self._momentary(_placed, past.standings)
        self.dossiers: DataLoader[DossierKey, DossierRow | None] = self._momentary(
            dossiers.dossiers, past.dossiers
        )
        self.earlier: DataLoader[DossierKey, list[DossierRow]] = self._momentary(
            dossiers.earlier_dossiers, past.earlier
        )
        self.leaves: DataLoader[DossierKey, dict[str, LeafRow]] = self._momentary(
            dossiers.leaves, past.leaves
        )
        self.evidence: DataLoader[DossierKey, OfDossier] = self._momentary(evidence.standing, past.evidence)
        self.adjustments: DataLoader[DossierKey, list[AdjustmentRow]] = self._momentary(
            items.adjustments, past.adjustments
        )
        self.disputes: DataLoader[DossierKey, list[DisputeRow]] = self._momentary(
            items.disputes, past.disputes
        )
        self.plans: DataLoader[DossierKey, list[PlanRow]] = self._momentary(items.plans, past.plans)
        self.remediation: DataLoader[RemediationKey, list[PlanRow]] = self._loader(items.remediation)
        self.events: DataLoader[EventsKey, list[EventRow]] = self._loader(events.events)
        self.events_at: DataLoader[PositionKey, EventRow | None] = self._loader(events_at)
        self.story: DataLoader[StoryKey, list[EventRow]] = self._loader(events.story)
        self.history: DataLoader[HistoryKey, list[HistoryRow]] = self._loader(dossiers.history)
        self.texts: DataLoader[PositionKey, dict[str, TextRow]] = self._loader(events.texts)
        self.erasures: DataLoader[PositionKey, dict[str, ErasedText]] = self._loader(events.erasures)

        async def shown(snapshot: Snapshot, root: str, keys: Sequence[RubricKey]) -> list[ShownRubric | None]:
            return await shown_rubrics(snapshot, shelf, root, keys)

        self.rubrics: DataLoader[RubricKey, ShownRubric | None] = self._loader(shown)

    def spend(self, rows: int) -> None:
        """Note that a list within lists may answer so many rows. Raises TooMuch where they are too many."""
        self._left -= rows
        if self._left < 0:
            raise TooMuch()

    def _loader(self, load: Load[K, V]) -> DataLoader[K, V]:
        return DataLoader(partial(_by_root, self._snapshot, load))

    def _momentary(self, now: Load[M, V], then: PastLoad[M, V]) -> DataLoader[M, V]:
        return DataLoader(partial(_by_moment, self._snapshot, now, then))


async def _by_root(snapshot: Snapshot, load: Load[K, V], keys: list[K]) -> list[V]:
    """What is asked for, a statement for each root: a table has a partition for each."""
    found: dict[K, V] = {}
    for root in dict.fromkeys(key.root for key in keys):
        of_root = [key for key in keys if key.root == root]
        found.update(zip(of_root, await load(snapshot, root, of_root), strict=True))
    return [found[key] for key in keys]


async def _by_moment(snapshot: Snapshot, now: Load[M, V], then: PastLoad[M, V], keys: list[M]) -> list[V]:
    """What is asked for, by root and moment: of today by a statement, of the past by folding."""
    found: dict[M, V] = {}
    for root, at in dict.fromkeys((key.root, key.at) for key in keys):
        asked = [key for key in keys if (key.root, key.at) == (root, at)]
        loaded = await (now(snapshot, root, asked) if at is None else then(root, asked))
        found.update(zip(asked, loaded, strict=True))
    return [found[key] for key in keys]


async def _placed(snapshot: Snapshot, root: str, keys: Sequence[RoundKey]) -> list[Placed]:
    """Of each round, the dossiers that the viewer sees, placed among themselves."""
    return [of_today(of_round) for of_round in await dossiers.dossiers_of_rounds(snapshot, root, keys)]

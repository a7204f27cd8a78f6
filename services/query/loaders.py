"""One set of dataloaders per request: what many fields ask for is read in one statement, and once."""

from collections.abc import Iterable
from functools import partial

from strawberry.dataloader import DataLoader

from services.query.load import dossiers, events, evidence, units
from services.query.load.dossiers import DossierKey, HistoryKey, RoundKey
from services.query.load.events import EventsKey
from services.query.load.evidence import OfDossier
from services.query.rows import DossierRow, EventRow, HistoryRow, LeafRow, TextRow, UnitRow
from services.query.rubrics import Shelf, ShownRubric, shown_rubrics
from services.query.snapshot import Snapshot
from shared.domain.standings import standings

Placed = list[tuple[DossierRow, int | None]]


class Loaders:
    """Everything that may be asked for many times in one request, for one viewer at one moment."""

    def __init__(self, snapshot: Snapshot, viewer: str, shelf: Shelf) -> None:
        """`viewer` is the path of who asks; `shelf` holds parsed rubrics across requests."""
        self._snapshot = snapshot
        self._viewer = viewer
        self.units: DataLoader[str, UnitRow | None] = DataLoader(partial(units.units, snapshot, viewer))
        self.dossiers: DataLoader[DossierKey, DossierRow | None] = DataLoader(
            partial(dossiers.dossiers, snapshot, viewer)
        )
        self.standings: DataLoader[RoundKey, Placed] = DataLoader(self._standings)
        self.leaves: DataLoader[DossierKey, dict[str, LeafRow]] = DataLoader(
            partial(dossiers.leaves, snapshot, viewer)
        )
        self.evidence: DataLoader[DossierKey, OfDossier] = DataLoader(
            partial(evidence.standing, snapshot, viewer)
        )
        self.rubrics: DataLoader[str, ShownRubric | None] = DataLoader(
            partial(shown_rubrics, snapshot, viewer, shelf)
        )
        self.events: DataLoader[EventsKey, list[EventRow]] = DataLoader(
            partial(events.events, snapshot, viewer)
        )
        self.history: DataLoader[HistoryKey, list[HistoryRow]] = DataLoader(
            partial(dossiers.history, snapshot, viewer)
        )
        self.texts: DataLoader[int, dict[str, TextRow]] = DataLoader(partial(events.texts, snapshot, viewer))
        self.positions: DataLoader[str, int] = DataLoader(self._positions)

    async def position(self) -> int:
        """As of which position of the viewer's root this answer holds."""
        return await self.positions.load(self._viewer)

    async def _standings(self, keys: list[RoundKey]) -> list[Placed]:
        """Of each round, the dossiers that the viewer sees, placed among themselves."""
        found = await dossiers.dossiers_of_rounds(self._snapshot, self._viewer, keys)
        return [standings(of_round, _groups(of_round)) for of_round in found]

    async def _positions(self, keys: list[str]) -> list[int]:
        """All keys are the viewer."""
        position = await dossiers.position(self._snapshot, self._viewer)
        return [position for _ in keys]


def _groups(dossiers_: Iterable[DossierRow]) -> dict[str, str]:
    """The ranking group of each unit that is in one."""
    return {row.unit: row.grouped for row in dossiers_ if row.grouped is not None}

"""What the loaders answer of the past, beside the statements that answer of today: the same rows.

Rights are today's: what the viewer does not see today, it does not see as it was either.
"""

from collections.abc import Sequence

from services.query.load import dossiers, rounds, units
from services.query.load.keys import DossierKey, RoundKey, UnitKey
from services.query.load.past import published_at, standing_at
from services.query.load.units import Kin
from services.query.past.folds import Folds
from services.query.past.items import adjustment_rows, dispute_rows, evidence_rows, plan_rows
from services.query.past.rows import dossier_row, leaf_rows
from services.query.past.tree import round_row, unit_row
from services.query.rows.dossiers import AdjustmentRow, DisputeRow, DossierRow, EvidenceRow, LeafRow, Stood
from services.query.rows.past import StoodRow
from services.query.rows.rounds import RoundRow, StandingRow
from services.query.rows.tree import PlanRow, UnitRow
from services.query.snapshot import Snapshot
from shared.domain.index import grade_of
from shared.domain.root import Root
from shared.domain.standings import standings

Placed = list[tuple[Stood, int | None]]
"""With their ranks."""


class PastLoads:
    """The loads of one request; each is told keys of one root and one position."""

    def __init__(self, snapshot: Snapshot, folds: Folds) -> None:
        self._snapshot = snapshot
        self._folds = folds

    async def dossiers(self, root: str, keys: Sequence[DossierKey]) -> list[DossierRow | None]:
        """Dossiers; None where the viewer sees none, or there was none yet."""
        today = await dossiers.dossiers(self._snapshot, root, [DossierKey(k.unit, k.round) for k in keys])
        return [
            None if row is None else dossier_row(await self._folds.dossiers.load(key), row)
            for key, row in zip(keys, today, strict=True)
        ]

    async def earlier(self, root: str, keys: Sequence[DossierKey]) -> list[list[DossierRow]]:
        """Of each dossier, those of the latest annual round before it, as they stood then."""
        now = [DossierKey(key.unit, key.round) for key in keys]
        found: list[list[DossierRow]] = []
        for key, rows in zip(keys, await dossiers.earlier_dossiers(self._snapshot, root, now), strict=True):
            folds = [
                (await self._folds.dossiers.load(DossierKey(row.unit, row.round, key.at)), row)
                for row in rows
            ]
            stood = [dossier_row(fold, row) for fold, row in folds]
            found.append([row for row in stood if row is not None])
        return found

    async def leaves(self, _root: str, keys: Sequence[DossierKey]) -> list[dict[str, LeafRow]]:
        """Of each dossier, all its leaves by code."""
        return [leaf_rows(await self._folds.dossiers.load(key)) for key in keys]

    async def evidence(self, _root: str, keys: Sequence[DossierKey]) -> list[dict[str, list[EvidenceRow]]]:
        """Of each dossier, the evidence that stood, by leaf."""
        return [evidence_rows(await self._folds.dossiers.load(key)) for key in keys]

    async def adjustments(self, _root: str, keys: Sequence[DossierKey]) -> list[list[AdjustmentRow]]:
        """Of each dossier, its penalties and bonuses."""
        return [adjustment_rows(await self._folds.dossiers.load(key)) for key in keys]

    async def plans(self, _root: str, keys: Sequence[DossierKey]) -> list[list[PlanRow]]:
        """Of each dossier, its remediation plans."""
        return [plan_rows(await self._folds.dossiers.load(key)) for key in keys]

    async def disputes(self, _root: str, keys: Sequence[DossierKey]) -> list[list[DisputeRow]]:
        """Of each dossier, its disputes."""
        return [dispute_rows(await self._folds.dossiers.load(key)) for key in keys]

    async def rounds(self, root: str, keys: Sequence[RoundKey]) -> list[RoundRow | None]:
        """Rounds; None where the viewer sees none, or it was not opened yet."""
        today = await rounds.rounds(self._snapshot, root, [RoundKey(k.authority, k.round) for k in keys])
        found: list[RoundRow | None] = []
        for key, row in zip(keys, today, strict=True):
            _, round_ = await self._folds.round(key) if row else (None, None)
            found.append(round_row(round_, row, key.at) if round_ and row else None)
        return found

    async def published(self, root: str, keys: Sequence[DossierKey]) -> list[StandingRow | None]:
        """How these units stood in what had been published of their rounds last; None where they did not."""
        today = await dossiers.dossiers(self._snapshot, root, [DossierKey(k.unit, k.round) for k in keys])
        found: list[StandingRow | None] = []
        for key, row in zip(keys, today, strict=True):
            of_round = await self.last_published(RoundKey(row.authority, row.round, key.at)) if row else None
            found.append(next((one for one in of_round or () if one.unit == key.unit), None))
        return found

    async def last_published(self, key: RoundKey) -> list[StandingRow] | None:
        """The standings in the latest publication; None before the first."""
        _, round_ = await self._folds.round(key)
        if round_ is None or round_.publication is None:
            return None
        return await published_at(self._snapshot, key, round_.publication.published.position)

    async def standings(self, _root: str, keys: Sequence[RoundKey]) -> list[Placed]:
        """Of each round, the dossiers that were in it and that the viewer sees, placed among themselves."""
        found: list[Placed] = []
        for key in keys:
            root, round_ = await self._folds.round(key)
            rows = await standing_at(self._snapshot, key)
            stood = [_stood(root, row) for row in rows if round_ and row.unit in round_.units]
            found.append(standings(stood, round_.groups if round_ else {}))
        return found

    async def units(self, root: str, keys: Sequence[UnitKey]) -> list[UnitRow | None]:
        """Units; None where the viewer sees none, or it was not registered yet."""
        today = await units.units(self._snapshot, root, [UnitKey(key.path) for key in keys])
        seen = [row.path for row in today if row is not None]
        tree = await self._folds.units(root, keys[0].at or 0, seen)
        found = [tree.units.get(key.path) if row else None for key, row in zip(keys, today, strict=True)]
        return [None if unit is None else unit_row(unit) for unit in found]

    async def kin(self, root: str, keys: Sequence[UnitKey]) -> list[Kin]:
        """Of each unit, whose heir it was by then, and its own."""
        today = await units.kin(self._snapshot, root, [UnitKey(key.path) for key in keys])
        tree = await self._folds.units(root, keys[0].at or 0, [key.path for key in keys])
        return [
            Kin(
                [path for path in kin.predecessors if tree.heirs.get(path) == key.path],
                kin.heir if kin.heir == tree.heirs.get(key.path) else None,
            )
            for key, kin in zip(keys, today, strict=True)
        ]


def of_today(stood: Sequence[Stood]) -> Placed:
    """Dossiers of one round as they stand, placed among themselves."""
    return standings(stood, {row.unit: row.grouped for row in stood if row.grouped is not None})


def _stood(root: Root, row: StoodRow) -> Stood:
    rubric = root.rubrics[row.rubric]
    return Stood(
        unit=row.unit,
        kind=row.kind,
        grouped=row.grouped,
        released=row.released,
        above=row.above,
        index=row.index,
        grade=grade_of(rubric, row.index),
        points=row.points,
        assessed=row.assessed,
        coverage=row.coverage,
        final=row.final,
    )

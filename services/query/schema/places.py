"""Rank and grade of a dossier, as far as the viewer may know them."""

from dataclasses import dataclass

from services.query.context import Info
from services.query.load.keys import DossierKey, RoundKey
from services.query.rows.dossiers import DossierRow
from services.query.sight import sight_of_dossier


@dataclass(frozen=True, slots=True)
class Placing:
    """Both are None where there are none, or the viewer may not know them."""

    rank: int | None = None
    grade: str | None = None


async def placing_of(info: Info, row: DossierRow) -> Placing:
    """As they stand now for who is above the unit; else as they were published last."""
    loaders = info.context.loaders
    if not sight_of_dossier(row).standing:
        published = await loaders.published.load(DossierKey(row.unit, row.round, row.at))
        return Placing(published.rank, published.grade) if published else Placing()
    placed = await loaders.standings.load(RoundKey(row.authority, row.round, row.at))
    return Placing(next((rank for other, rank in placed if other.unit == row.unit), None), row.grade)

"""Units, who took over from whom, who may read them, and their results from before the ledger."""

from datetime import date

from services.scoring.rows import Row
from shared.codec.envelope import instant
from shared.codec.names import parent_of
from shared.codec.numbers import INDEX, POINT, points_of
from shared.codec.shapes import ResultImported
from shared.domain.events import Standing
from shared.domain.root import Unit
from shared.domain.root.state import Grant


def unit_row(root: str, unit: Unit) -> Row:
    """A row of read.unit."""
    return (
        root,
        unit.path,
        parent_of(unit.path),
        unit.name,
        unit.kind,
        date.fromisoformat(unit.effective),
        date.fromisoformat(unit.until) if unit.until else None,
        unit.ended,
    )


def reading_row(root: str, grant: Grant) -> Row:
    """A row of read.reading."""
    said = grant.granted.data
    return (
        root,
        said.grant,
        said.to,
        said.under,
        instant(said.until) if said.until else None,
        said.basis,
        grant.granted.position,
        grant.revoked,
    )


def imported_row(root: str, imported: Standing[ResultImported]) -> Row:
    """A row of read.imported."""
    said = imported.data
    return (
        root,
        said.unit,
        said.round,
        points_of(said.index) * (INDEX // POINT),
        said.rank,
        said.of,
        said.grade,
        said.basis,
        imported.position,
    )

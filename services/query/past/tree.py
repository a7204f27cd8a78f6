"""Folded rounds and units in the rows in which the read model tells those of today."""

from collections.abc import Mapping
from datetime import date

from msgspec.structs import replace

from services.query.rows.rounds import RoundRow
from services.query.rows.tree import UnitRow
from shared.codec.canonical import canonical
from shared.codec.names import parent_of
from shared.domain.root import Unit
from shared.domain.round import Round


def round_row(round_: Round, today: RoundRow, at: int | None) -> RoundRow:
    """The round as it stood; what the viewer may see of it is as `today`."""
    return replace(
        today,
        at=at,
        units=round_.units,
        windows=_json(round_.windows_as_text()),
        extended=_json(round_.extended_as_text()),
        appraisers=_json(round_.appraisers),
        released=round_.released_for_all,
        published=round_.published,
        cancelled=round_.cancelled,
        published_at=round_.publication.published.position if round_.publication else None,
    )


def unit_row(unit: Unit) -> UnitRow:
    """The unit as it stood."""
    return UnitRow(
        path=unit.path,
        name=unit.name,
        kind=unit.kind,
        parent=parent_of(unit.path),
        valid_from=date.fromisoformat(unit.effective),
        valid_until=date.fromisoformat(unit.until) if unit.until else None,
        ended=unit.ended,
    )


def _json(value: Mapping[str, object]) -> str:
    return canonical(value).decode()

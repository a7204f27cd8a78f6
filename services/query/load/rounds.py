"""Rounds and rubrics."""

from collections.abc import Sequence

from services.query.load.sql import statement
from services.query.rows import BodyRow, RoundRow, RubricRow
from services.query.snapshot import Snapshot


async def round_of(snapshot: Snapshot, viewer: str, authority: str, round_id: str) -> RoundRow | None:
    """A round of an authority; None where the viewer sees none."""
    rows = await snapshot.fetch(RoundRow, statement("rounds", "round"), viewer, authority, round_id)
    return rows[0] if rows else None


async def rubrics(snapshot: Snapshot, viewer: str, ids: Sequence[str]) -> list[RubricRow | None]:
    """The rubrics of the viewer's root with these ids, in their order; None where the viewer sees none."""
    rows = await snapshot.fetch(RubricRow, statement("rounds", "rubrics"), viewer, list(ids))
    found = {row.id: row for row in rows}
    return [found.get(id_) for id_ in ids]


async def rubric_bodies(snapshot: Snapshot, viewer: str, ids: Sequence[str]) -> dict[str, bytes]:
    """The canonical JSON of rubrics, by id; those that the viewer does not see are missing."""
    rows = await snapshot.fetch(BodyRow, statement("rounds", "rubric_bodies"), viewer, list(ids))
    return {row.id: row.body for row in rows}

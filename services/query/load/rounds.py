"""Rounds, what was published of them, and rubrics."""

from collections.abc import Sequence

from services.query.load.keys import DossierKey, PositionKey, RoundKey, RubricKey
from services.query.load.sql import statement
from services.query.rows.rounds import BodyRow, PublicationRow, RoundRow, RubricRow, StandingRow
from services.query.snapshot import Snapshot


async def rounds(snapshot: Snapshot, root: str, keys: Sequence[RoundKey]) -> list[RoundRow | None]:
    """Rounds, in the order of the keys; None where the viewer sees none."""
    sql = statement("rounds", "rounds")
    rows = await snapshot.fetch(RoundRow, sql, root, [k.authority for k in keys], [k.round for k in keys])
    found = {RoundKey(row.authority, row.round): row for row in rows}
    return [found.get(key) for key in keys]


async def publications(
    snapshot: Snapshot, root: str, keys: Sequence[PositionKey]
) -> list[PublicationRow | None]:
    """The publications at these positions; None where the viewer is no party to it."""
    positions = [key.position for key in keys]
    rows = await snapshot.fetch(PublicationRow, statement("rounds", "publications"), root, positions)
    found = {row.position: row for row in rows}
    return [found.get(position) for position in positions]


async def published_standings(snapshot: Snapshot, key: RoundKey) -> list[StandingRow]:
    """The standings as published last, as far as the viewer sees them, by kind, rank, path."""
    sql = statement("rounds", "standings")
    return await snapshot.fetch(StandingRow, sql, key.root, key.authority, key.round)


async def standings_of_units(
    snapshot: Snapshot, root: str, keys: Sequence[DossierKey]
) -> list[StandingRow | None]:
    """How these units stood when their rounds were published last; None where they did not."""
    sql = statement("rounds", "standings_of_units")
    rows = await snapshot.fetch(StandingRow, sql, root, [k.unit for k in keys], [k.round for k in keys])
    found = {DossierKey(row.unit, row.round): row for row in rows}
    return [found.get(key) for key in keys]


async def rubrics(snapshot: Snapshot, root: str, keys: Sequence[RubricKey]) -> list[RubricRow | None]:
    """Rubrics, in the order of the keys; None where the viewer sees none."""
    ids = [key.id for key in keys]
    rows = await snapshot.fetch(RubricRow, statement("rounds", "rubrics"), root, ids)
    found = {row.id: row for row in rows}
    return [found.get(id_) for id_ in ids]


async def rubric_bodies(snapshot: Snapshot, root: str, ids: Sequence[str]) -> dict[str, bytes]:
    """The canonical JSON of rubrics of a root, by id; those that the viewer does not see are missing."""
    rows = await snapshot.fetch(BodyRow, statement("rounds", "rubric_bodies"), root, list(ids))
    return {row.id: row.body for row in rows}

"""Writing the read model: rows and the consumed position in one transaction."""

from collections.abc import Iterator

from services.scoring import rows
from services.scoring.projection import Changes, Projection
from shared.ledger.pool import Connection
from shared.ledger.statements import load

SQL = load("services.scoring", "scoring.sql")


class Moved(Exception):
    """The read model stands at another position than this projector: a rebuild came in between. Fold anew."""


async def write(connection: Connection, projection: Projection, expected: int) -> None:
    """Write what changed, in the caller's transaction. `expected`: where the rows stood. Errors: `Moved`."""
    root = projection.root
    if await connection.fetchval(SQL["lock_progress"], root.name) != expected:
        raise Moved(root.name)
    for name, changed in changed_rows(projection, projection.changes):
        if changed:
            await connection.executemany(SQL[name], changed)
    await connection.execute(SQL["move_progress"], root.name, root.position, projection.recorded_at())


def changed_rows(projection: Projection, changes: Changes) -> Iterator[tuple[str, list[rows.Row]]]:
    """The rows of each table that `changes` name, in the order of their keys."""
    root, name = projection.root, projection.root.name
    yield "unit", [rows.unit_row(name, root.units[path]) for path in sorted(changes.units)]
    yield (
        "rubric",
        [
            rows.rubric_row(name, root.rubrics[id_], projection.rubric_positions[id_])
            for id_ in sorted(changes.rubrics)
        ],
    )
    yield (
        "round",
        [
            rows.round_row(name, root.rounds[key], projection.round_positions[key])
            for key in sorted(changes.rounds)
        ],
    )
    yield (
        "dossier",
        [
            rows.dossier_row(name, root.dossiers[key], scored.areas, scored.score, scored.position)
            for key in sorted(changes.dossiers)
            if (scored := projection.scored[key])
        ],
    )
    yield (
        "leaf",
        [
            rows.leaf_row(name, dossier, dossier.rubric.leaves[code])
            for unit, round_id, code in sorted(changes.leaves)
            if (dossier := root.dossiers[unit, round_id])
        ],
    )
    yield "history", changes.history
    yield (
        "evidence",
        [
            rows.evidence_row(name, key, root.dossiers[key[:2]].evidence[key[2]])
            for key in sorted(changes.evidence)
        ],
    )

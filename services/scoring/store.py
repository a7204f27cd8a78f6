"""Writing the read model: rows and the consumed position in one transaction."""

from collections.abc import Iterator

from services.scoring.projection import APPENDED, Changes, Projection
from services.scoring.rows import Row, dossiers, items, leaves, rounds, tree
from shared.ledger.pool import Connection
from shared.ledger.statements import load

SQL = load("services.scoring", "scoring.sql")


class Moved(Exception):
    """The read model stands at another position than this projector: a rebuild came in between. Fold anew."""


async def write(connection: Connection, projection: Projection, expected: int) -> None:
    """Write what changed, and how far it has come, in one transaction. `expected`: where the rows stood.

    In one call: what a few events' writing costs is mostly round trips. Errors: `Moved`.
    """
    root = projection.root
    rows = [rows for _, rows in changed_rows(projection, projection.changes)]
    written = await connection.fetchval(
        SQL["write"], root.name, expected, root.position, projection.recorded_at(), *rows
    )
    if not written:
        raise Moved(root.name)


def changed_rows(projection: Projection, changes: Changes) -> Iterator[tuple[str, list[Row]]]:
    """Each table, and the rows of it that `changes` name, in the order of their keys."""
    yield from _of_the_tree(projection, changes)
    yield from _of_rounds(projection, changes)
    yield from _of_dossiers(projection, changes)
    for table in APPENDED:
        yield table, changes.appended[table]


def _of_the_tree(projection: Projection, changes: Changes) -> Iterator[tuple[str, list[Row]]]:
    root, name = projection.root, projection.root.name
    yield "unit", [tree.unit_row(name, root.units[path]) for path in sorted(changes.units)]
    yield "heir", [(name, path, root.heirs[path]) for path in sorted(changes.units & root.heirs.keys())]
    yield "reading", [tree.reading_row(name, root.grants[id_]) for id_ in sorted(changes.grants)]
    yield "imported", [tree.imported_row(name, root.imported[key]) for key in sorted(changes.imported)]


def _of_rounds(projection: Projection, changes: Changes) -> Iterator[tuple[str, list[Row]]]:
    root, name = projection.root, projection.root.name
    yield (
        "rubric",
        [
            rounds.rubric_row(name, root.rubrics[id_], projection.rubric_positions[id_])
            for id_ in sorted(changes.rubrics)
        ],
    )
    yield (
        "round",
        [
            rounds.round_row(name, root.rounds[key], projection.round_positions[key])
            for key in sorted(changes.rounds)
        ],
    )


def _of_dossiers(projection: Projection, changes: Changes) -> Iterator[tuple[str, list[Row]]]:
    name, known = projection.root.name, projection.root.dossiers
    yield (
        "dossier",
        [
            dossiers.dossier_row(name, known[key], scored.tally, scored.position)
            for key in sorted(changes.dossiers)
            if (scored := projection.scored[key])
        ],
    )
    yield (
        "leaf",
        [
            leaves.leaf_row(name, dossier, dossier.rubric.leaves[code])
            for key in sorted(changes.leaves)
            if (dossier := known[key])
            for code in sorted(changes.leaves[key])
        ],
    )
    yield (
        "adjustment",
        [row for key in sorted(changes.adjusted) for row in items.adjustment_rows(name, known[key])],
    )
    yield (
        "dispute",
        [items.dispute_row(name, key, known[key[:2]].disputes[key[2]]) for key in sorted(changes.disputes)],
    )
    yield "plan", [items.plan_row(name, key, known[key[:2]].plans[key[2]]) for key in sorted(changes.plans)]
    yield (
        "evidence",
        [
            leaves.evidence_row(name, (*key, id_), known[key].evidence[id_])
            for key in sorted(changes.evidence)
            for id_ in sorted(changes.evidence[key])
        ],
    )

"""Evidence that stands on leaves, and the files that it is."""

from collections import defaultdict
from collections.abc import Sequence

from services.query.load.keys import DossierKey
from services.query.load.sql import statement
from services.query.rows.dossiers import EvidenceRow, FileRow
from services.query.snapshot import Snapshot

OfDossier = dict[str, list[EvidenceRow]]
"""By the code of the leaf."""


async def standing(snapshot: Snapshot, root: str, keys: Sequence[DossierKey]) -> list[OfDossier]:
    """Of each dossier, the evidence that stands, by leaf, in the order attached."""
    sql = statement("evidence", "standing")
    rows = await snapshot.fetch(EvidenceRow, sql, root, [k.unit for k in keys], [k.round for k in keys])
    found: dict[DossierKey, OfDossier] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        found[DossierKey(row.unit, row.round)][row.code].append(row)
    return [found[key] for key in keys]


async def file_of(snapshot: Snapshot, sha256: str) -> FileRow | None:
    """As what a file was attached last in a dossier that the viewer sees; None where in none."""
    rows = await snapshot.fetch(FileRow, statement("evidence", "file"), sha256)
    return rows[0] if rows else None

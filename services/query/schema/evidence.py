"""Files that prove what a unit claims."""

from datetime import date

import strawberry

from services.query.context import Info
from services.query.rows.dossiers import EvidenceRow
from services.query.schema.later import Later
from services.query.schema.texts import Erasure, erasures_at, text_at
from shared.codec.names import root_of


@strawberry.type(description="A file that proves it, known by its SHA-256.")
class Evidence:
    """A piece of evidence that stands; `GET /evidence/{sha256}` hands the file out."""

    id: strawberry.ID
    leaf: str
    sha256: str
    size: int
    media_type: str
    number: str | None
    dated: date | None
    pages: str | None
    row: strawberry.Private[EvidenceRow]

    @strawberry.field(graphql_type=str | None)
    def name(self, info: Info) -> Later[str | None]:
        """What the unit calls the file."""
        return text_at(info, root_of(self.row.unit), self.row.attached_at, "name")

    @strawberry.field(graphql_type=str | None)
    def title(self, info: Info) -> Later[str | None]:
        """What the document calls itself."""
        return text_at(info, root_of(self.row.unit), self.row.attached_at, "title")

    @strawberry.field
    async def erased(self, info: Info) -> list[Erasure]:
        """Of its texts, those that were erased."""
        return await erasures_at(
            info, root_of(self.row.unit), (self.row.attached_at, "name"), (self.row.attached_at, "title")
        )


def evidence_of(row: EvidenceRow) -> Evidence:
    """The piece that a row holds."""
    return Evidence(
        id=strawberry.ID(row.evidence),
        leaf=row.code,
        sha256=row.sha256,
        size=row.size,
        media_type=row.media_type,
        number=row.number,
        dated=row.dated,
        pages=row.pages,
        row=row,
    )

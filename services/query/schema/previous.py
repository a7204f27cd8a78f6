"""What a leaf came to a year before, and the plan that was made for it."""

from collections.abc import Mapping

import strawberry

from services.query.context import Info
from services.query.load.keys import DossierKey, RubricKey
from services.query.rows.dossiers import DossierRow, LeafRow
from services.query.schema.later import Later
from services.query.schema.remediation import Remediation, remediation_of
from services.query.schema.scalars import Decimal, points, points_or_none
from services.query.schema.units import Unit, known_unit
from services.query.sight import sight_of_dossier
from shared.codec.names import root_of
from shared.domain.rubric import Leaf


@strawberry.type(description="The same leaf in the latest annual round before.")
class PreviousLeaf:
    """Of the unit itself; where it had no such round, of each unit that it took over from."""

    round: strawberry.ID
    code: str
    name: str
    max: Decimal
    appraised_points: Decimal | None
    lost: Decimal | None
    dossier: strawberry.Private[DossierRow]

    @strawberry.field(graphql_type=Unit)
    def unit(self, info: Info) -> Later[Unit]:
        """Whose leaf it was."""
        return known_unit(info, self.dossier.unit, self.dossier.at)

    @strawberry.field
    async def plans(self, info: Info) -> list[Remediation]:
        """The remediation plans that name it."""
        key = DossierKey(self.dossier.unit, self.dossier.round, self.dossier.at)
        rows = await info.context.loaders.plans.load(key)
        return [remediation_of(row) for row in rows if self.code in row.leaves]


async def previous_of(info: Info, dossier: DossierKey, code: str, was: str | None) -> list[PreviousLeaf]:
    """The leaf in the round before; none where there was no such leaf."""
    loaders = info.context.loaders
    found: list[PreviousLeaf] = []
    for row in await loaders.earlier.load(dossier):
        rubric = await loaders.rubrics.load(RubricKey(root_of(row.unit), row.rubric))
        leaves = {leaf.code: leaf for leaf in rubric.content.leaves()} if rubric else {}
        leaf = leaves.get(was or code)
        if leaf is not None:
            of_dossier = await loaders.leaves.load(DossierKey(row.unit, row.round, row.at))
            found.append(_previous(row, leaf, of_dossier))
    loaders.spend(len(found))
    return found


def _previous(row: DossierRow, leaf: Leaf, of_dossier: Mapping[str, LeafRow]) -> PreviousLeaf:
    state = of_dossier.get(leaf.code) if sight_of_dossier(row).appraisal else None
    return PreviousLeaf(
        round=strawberry.ID(row.round),
        code=leaf.code,
        name=leaf.name,
        max=points(leaf.maximum),
        appraised_points=points_or_none(state.appraised) if state else None,
        lost=points_or_none(state.lost) if state else None,
        dossier=row,
    )

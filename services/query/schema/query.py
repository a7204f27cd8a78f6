"""What can be asked."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from services.query.context import Info
from services.query.load.keys import RoundKey
from services.query.schema.arguments import given
from services.query.schema.dossiers import Dossier, dossier_at
from services.query.schema.events import LedgerEvent, event_at
from services.query.schema.grants import GrantConnection, page_of_grants
from services.query.schema.indices import IndexPoint, index_history_of
from services.query.schema.moments import AsOf, asked_position
from services.query.schema.receipts import receipt_at
from services.query.schema.refusals import RefusalConnection, page_of_refusals
from services.query.schema.rounds import Round, round_at
from services.query.schema.rubrics import Rubric, rubric_at
from services.query.schema.standings import Standing, standings_of
from services.query.schema.units import Unit, UnitConnection, Viewer, page_below, unit_at, viewer_of
from shared.codec.names import root_of

ID = strawberry.ID
# The library takes a parameter called `root` for the parent value, and leaves it out of the schema.
Root = Annotated[ID, strawberry.argument(name="root")]


@strawberry.type
class Query:
    """The questions of contracts, "GraphQL (minimum)"."""

    @strawberry.field(description="Who asks.")
    def me(self, info: Info) -> Viewer:
        """Who asks."""
        return viewer_of(info)

    @strawberry.field(description="A unit: one's own, one below it, or one above it.")
    async def unit(self, info: Info, path: ID, as_of: AsOf | None = UNSET) -> Unit | None:
        """A unit."""
        return await unit_at(info, path, await asked_position(info, root_of(path), as_of))

    @strawberry.field(description="The units strictly below a unit, by path.")
    async def units(
        self, info: Info, under: ID, kind: str | None = UNSET, first: int = 50, after: str | None = UNSET
    ) -> UnitConnection:
        """A page of units."""
        return await page_below(info, under, given(kind), first, given(after))

    @strawberry.field(description="A rubric that the authority may use.")
    async def rubric(self, info: Info, authority: ID, id: ID) -> Rubric | None:
        """A rubric."""
        return await rubric_at(info, authority, id)

    @strawberry.field(description="A round of an authority.")
    async def round(self, info: Info, authority: ID, round: ID, as_of: AsOf | None = UNSET) -> Round | None:
        """A round."""
        return await round_at(info, authority, round, await asked_position(info, root_of(authority), as_of))

    @strawberry.field(description="Every unit of a round, as published last, or `live` to its authority.")
    async def standings(
        self,
        info: Info,
        authority: ID,
        round: ID,
        kind: str | None = UNSET,
        group: str | None = UNSET,
        live: bool = False,
        as_of: AsOf | None = UNSET,
    ) -> list[Standing]:
        """The standings of a round."""
        key = RoundKey(authority, round, await asked_position(info, root_of(authority), as_of))
        return await standings_of(info, key, given(kind), given(group), live)

    @strawberry.field(description="The dossier of a unit in a round; there before its first event.")
    async def dossier(self, info: Info, unit: ID, round: ID, as_of: AsOf | None = UNSET) -> Dossier | None:
        """A dossier."""
        return await dossier_at(info, unit, round, await asked_position(info, root_of(unit), as_of))

    @strawberry.field(description="The indices of a unit, one point a round; its predecessors' where asked.")
    async def index_history(self, info: Info, unit: ID, with_predecessors: bool = False) -> list[IndexPoint]:
        """The indices of a unit."""
        return await index_history_of(info, unit, with_predecessors)

    @strawberry.field(description="An event of the ledger.")
    async def event(self, info: Info, of_root: Root, position: int) -> LedgerEvent | None:
        """An event."""
        return await event_at(info, of_root, position)

    @strawberry.field(
        description="That an event is in the public log: a C2SP tlog-proof, once one covers it."
    )
    async def receipt(self, info: Info, of_root: Root, position: int) -> str | None:
        """A receipt."""
        return await receipt_at(info, of_root, position)

    @strawberry.field(description="What a tenant was refused, the oldest first.")
    async def refusals(
        self, info: Info, tenant: ID, first: int = 50, after: str | None = UNSET
    ) -> RefusalConnection:
        """A page of refusals."""
        return await page_of_refusals(info, tenant, first, given(after))

    @strawberry.field(description="What a root lets others read; for its own registrars and auditors.")
    async def grants(
        self, info: Info, of_root: Root, first: int = 50, after: str | None = UNSET
    ) -> GrantConnection:
        """A page of grants."""
        return await page_of_grants(info, of_root, first, given(after))

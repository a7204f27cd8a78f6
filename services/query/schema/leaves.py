"""Leaves of a dossier: what was claimed, what was given, and whether the figures support it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

import msgspec
import strawberry
from strawberry import UNSET
from strawberry.scalars import JSON

from services.query.context import Info
from services.query.load.keys import DossierKey, PositionKey
from services.query.rows.dossiers import LeafRow
from services.query.rubrics import Content
from services.query.schema.arguments import given
from services.query.schema.disputes import Dispute, dispute_of
from services.query.schema.events import EventConnection, page_of_story
from services.query.schema.evidence import Evidence, evidence_of
from services.query.schema.explanations import Explanation, explanation_of
from services.query.schema.later import Later, asked_below, later
from services.query.schema.previous import PreviousLeaf, previous_of
from services.query.schema.scalars import Decimal, points, points_or_none
from services.query.schema.texts import Erasure, erasures_at, text_at
from services.query.sight import Sight
from shared.domain.rubric import Leaf

_STEPS = 20


@strawberry.enum(description="Whether the figures support the appraised points.")
class Support(Enum):
    """Source: scoring.md, "Support"."""

    SUPPORTED = "SUPPORTED"
    ROUNDING = "ROUNDING"
    UNSUPPORTED = "UNSUPPORTED"


@strawberry.type(description="What the assigned appraiser would give; the council decides.")
class Proposal:
    """The latest proposal on a leaf; `by` is the unit that made it."""

    points: Decimal
    by: strawberry.ID
    root: strawberry.Private[str]
    said_at: strawberry.Private[int | None]

    @strawberry.field(graphql_type=str | None)
    def opinion(self, info: Info) -> Later[str | None]:
        """What the appraiser wrote to it."""
        return text_at(info, self.root, self.said_at, "opinion")

    @strawberry.field
    async def erased(self, info: Info) -> list[Erasure]:
        """Of its texts, those that were erased."""
        return await erasures_at(info, self.root, (self.said_at, "opinion"))


@dataclass(frozen=True, slots=True)
class Place:
    """Of which dossier a leaf is, what the viewer may see of it, and the leaf's code in the rubric before."""

    dossier: DossierKey
    sight: Sight
    was: str | None


@strawberry.type(description="What points are given to, in one dossier.")
class LeafScore:
    """A leaf of the rubric with what happened to it."""

    code: str
    name: str
    max: Decimal
    self_points: Decimal | None
    appraised_points: Decimal | None
    computed_points: Decimal | None
    lost: Decimal | None
    excluded: bool
    excluded_as: str | None
    support: Support | None
    responsible: list[str]
    figures: JSON | None
    council_figures: JSON | None
    survey: JSON | None
    proposal: Proposal | None
    returned_until: datetime | None
    remediation_due: date | None
    opinion_at: strawberry.Private[int | None]
    place: strawberry.Private[Place]

    @strawberry.field(graphql_type=str | None)
    def opinion(self, info: Info) -> Later[str | None]:
        """What the council wrote to the standing score."""
        return text_at(info, self.place.dossier.root, self.opinion_at, "opinion")

    @strawberry.field
    async def erased(self, info: Info) -> list[Erasure]:
        """The opinion, where it was erased."""
        return await erasures_at(info, self.place.dossier.root, (self.opinion_at, "opinion"))

    @strawberry.field(graphql_type=list[Evidence])
    def evidence(self, info: Info) -> Later[list[Evidence]]:
        """The evidence that stands, in the order attached."""
        loading = info.context.loaders.evidence.load(self.place.dossier)
        return later(loading, lambda found: [evidence_of(row) for row in found.get(self.code, ())])

    @strawberry.field(graphql_type=list[Dispute])
    def disputes(self, info: Info) -> Later[list[Dispute]]:
        """The disputes about it, in the order raised."""
        loading, sight = info.context.loaders.disputes.load(self.place.dossier), self.place.sight
        return later(loading, lambda rows: [dispute_of(row, sight) for row in rows if row.about == self.code])

    @strawberry.field
    async def story(self, info: Info, first: int = 50, after: str | None = UNSET) -> EventConnection:
        """Everything that was recorded about it, in order."""
        place = self.place
        return await page_of_story(info, place.dossier, self.code, place.sight, first, given(after))

    @strawberry.field
    async def explanation(self, info: Info) -> Explanation | None:
        """How it came to its points: before the release, from the unit's own figures alone."""
        info.context.loaders.spend(_STEPS)
        return await explanation_of(info, self.place.dossier, self.code, self.place.sight)

    @strawberry.field
    async def previous(self, info: Info) -> list[PreviousLeaf]:
        """The same leaf in the latest annual round before."""
        return await previous_of(info, self.place.dossier, self.code, self.place.was)


async def load_ahead(info: Info, dossier: DossierKey, scores: list[LeafScore]) -> None:
    """Load what is asked of these leaves of a dossier, so that none of them waits for it by itself."""
    asked, loaders = asked_below(info), info.context.loaders
    positions = list[int | None]()
    if ("leaves", "disputes") in asked:
        await loaders.disputes.load(dossier)
    if ("leaves", "evidence") in asked:
        of_dossier = await loaders.evidence.load(dossier)
        if not asked.isdisjoint({("evidence", "name"), ("evidence", "title")}):
            positions += [row.attached_at for score in scores for row in of_dossier.get(score.code, ())]
    if ("leaves", "opinion") in asked:
        positions += [score.opinion_at for score in scores]
    await loaders.texts.load_many(
        [PositionKey(dossier.root, position) for position in positions if position is not None]
    )


def leaf_scores(
    dossier: DossierKey,
    content: Content,
    rows: dict[str, LeafRow],
    sight: Sight,
    area: str | None,
    lost_only: bool,
) -> list[LeafScore]:
    """The leaves of a dossier in the rubric's order, then the bonus items; of one area if `area` says so.

    `lost_only`: those that lost points, as far as the viewer may know.
    """
    scores = (
        _leaf_score(leaf, rows.get(leaf.code), Place(dossier, sight, content.was.get(leaf.code)))
        for leaf in _leaves(content, area)
    )
    return [score for score in scores if not lost_only or score.lost not in (None, "0")]


def _leaves(content: Content, area: str | None) -> Iterator[Leaf]:
    return (leaf for leaf in content.leaves() if area is None or leaf.area == area)


def _leaf_score(leaf: Leaf, row: LeafRow | None, place: Place) -> LeafScore:
    if row is None:
        return _untouched(leaf, place)
    seen = place.sight.appraisal
    return LeafScore(
        code=leaf.code,
        name=leaf.name,
        max=points(leaf.maximum),
        self_points=points_or_none(row.self_points),
        appraised_points=points_or_none(row.appraised) if seen else None,
        computed_points=points_or_none(row.computed if seen else row.unit_computed),
        lost=points_or_none(row.lost) if seen else None,
        excluded=row.excluded is not None,
        excluded_as=row.excluded,
        support=Support(row.support) if seen and row.support is not None else None,
        responsible=row.responsible,
        figures=_json(row.figures),
        council_figures=_json(row.council_figures) if seen else None,
        survey=_json(row.survey) if seen else None,
        proposal=_proposal(row, place) if seen else None,
        returned_until=row.returned_until,
        remediation_due=row.required_due,
        opinion_at=row.appraised_at if seen else None,
        place=place,
    )


def _proposal(row: LeafRow, place: Place) -> Proposal | None:
    if row.proposed is None:
        return None
    by = strawberry.ID(row.proposed_by or "")
    return Proposal(points=points(row.proposed), by=by, root=place.dossier.root, said_at=row.proposed_at)


def _untouched(leaf: Leaf, place: Place) -> LeafScore:
    return LeafScore(
        code=leaf.code,
        name=leaf.name,
        max=points(leaf.maximum),
        self_points=None,
        appraised_points=None,
        computed_points=None,
        lost=None,
        excluded=False,
        excluded_as=None,
        support=None,
        responsible=[],
        figures=None,
        council_figures=None,
        survey=None,
        proposal=None,
        returned_until=None,
        remediation_due=None,
        opinion_at=None,
        place=place,
    )


def _json(text: str | None) -> JSON | None:
    return None if text is None else JSON(msgspec.json.decode(text))

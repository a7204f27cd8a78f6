"""Leaves of a dossier: what was claimed, what was given, and whether the figures support it."""

from collections.abc import Iterator
from datetime import date
from enum import Enum

import msgspec
import strawberry
from strawberry.scalars import JSON

from services.query.context import Info
from services.query.load.dossiers import DossierKey
from services.query.rows import EvidenceRow, LeafRow
from services.query.rubrics import Content
from services.query.schema.scalars import Decimal, points, points_or_none
from services.query.sight import Sight
from shared.domain.rubric import Leaf


@strawberry.enum(description="Whether the figures support the appraised points.")
class Support(Enum):
    """Source: scoring.md, "Support"."""

    SUPPORTED = "SUPPORTED"
    ROUNDING = "ROUNDING"
    UNSUPPORTED = "UNSUPPORTED"


@strawberry.type(description="A file that proves it, known by its SHA-256.")
class Evidence:
    """A piece of evidence that stands; `GET /evidence/{sha256}` hands the file out."""

    id: strawberry.ID
    sha256: str
    size: int
    media_type: str
    number: str | None
    dated: date | None
    pages: str | None
    attached_at: strawberry.Private[int]

    @strawberry.field
    async def name(self, info: Info) -> str | None:
        """What the unit calls the file."""
        return await self._text(info, "name")

    @strawberry.field
    async def title(self, info: Info) -> str | None:
        """What the document calls itself."""
        return await self._text(info, "title")

    async def _text(self, info: Info, name: str) -> str | None:
        row = (await info.context.loaders.texts.load(self.attached_at)).get(name)
        return None if row is None else row.text


@strawberry.type(description="A unit asks for a leaf or a penalty to be looked at again.")
class Dispute:
    """A dispute; none can be recorded yet."""

    id: strawberry.ID
    status: str
    about: str
    grounds: str | None
    claimed_points: Decimal | None
    points: Decimal | None
    reason: str | None


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
    support: Support | None
    responsible: list[str]
    figures: JSON | None
    council_figures: JSON | None
    opinion_at: strawberry.Private[int | None]
    dossier: strawberry.Private[DossierKey]

    @strawberry.field
    async def opinion(self, info: Info) -> str | None:
        """What the council wrote to the standing score."""
        if self.opinion_at is None:
            return None
        row = (await info.context.loaders.texts.load(self.opinion_at)).get("opinion")
        return None if row is None else row.text

    @strawberry.field
    async def evidence(self, info: Info) -> list[Evidence]:
        """The evidence that stands, in the order attached."""
        of_dossier = await info.context.loaders.evidence.load(self.dossier)
        return [_evidence(row) for row in of_dossier.get(self.code, [])]

    @strawberry.field
    def disputes(self) -> list[Dispute]:
        """The disputes about it."""
        return []


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
    scores = (_leaf_score(dossier, leaf, rows.get(leaf.code), sight) for leaf in _leaves(content, area))
    return [score for score in scores if not lost_only or score.lost not in (None, "0")]


def _leaves(content: Content, area: str | None) -> Iterator[Leaf]:
    for of_rubric in content.areas:
        if area is None or of_rubric.code == area:
            yield from of_rubric.leaves
    if area is None:
        yield from content.bonus_items


def _leaf_score(dossier: DossierKey, leaf: Leaf, row: LeafRow | None, sight: Sight) -> LeafScore:
    if row is None:
        return _untouched(dossier, leaf)
    appraisal = sight.appraisal
    return LeafScore(
        code=leaf.code,
        name=leaf.name,
        max=points(leaf.maximum),
        self_points=points_or_none(row.self_points),
        appraised_points=points_or_none(row.appraised) if appraisal else None,
        computed_points=points_or_none(row.computed if appraisal else row.unit_computed),
        lost=points_or_none(row.lost) if appraisal else None,
        excluded=row.excluded is not None,
        support=Support(row.support) if appraisal and row.support is not None else None,
        responsible=row.responsible,
        figures=_json(row.figures),
        council_figures=_json(row.council_figures) if appraisal else None,
        opinion_at=row.appraised_at if appraisal else None,
        dossier=dossier,
    )


def _untouched(dossier: DossierKey, leaf: Leaf) -> LeafScore:
    return LeafScore(
        code=leaf.code,
        name=leaf.name,
        max=points(leaf.maximum),
        self_points=None,
        appraised_points=None,
        computed_points=None,
        lost=None,
        excluded=False,
        support=None,
        responsible=[],
        figures=None,
        council_figures=None,
        opinion_at=None,
        dossier=dossier,
    )


def _evidence(row: EvidenceRow) -> Evidence:
    return Evidence(
        id=strawberry.ID(row.evidence),
        sha256=row.sha256,
        size=row.size,
        media_type=row.media_type,
        number=row.number,
        dated=row.dated,
        pages=row.pages,
        attached_at=row.attached_at,
    )


def _json(text: str | None) -> JSON | None:
    return None if text is None else JSON(msgspec.json.decode(text))

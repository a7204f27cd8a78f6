"""How a leaf came to its points, as a tree."""

from functools import lru_cache

import msgspec
import strawberry

from services.query.context import Info
from services.query.load.keys import DossierKey
from services.query.schema.bilingual import BilingualText
from services.query.sight import Sight
from shared.codec.rubric_shape import PartShape, RubricShape
from shared.domain.explanation import Subject, explain
from shared.domain.explanation_tree import Node, exact_text
from shared.domain.rubric import area_parts


@strawberry.type(
    description="A step of a computation, and what it is made of. `value` is exact: `0.53`, or `2/3` where "
    "that has no end."
)
class Explanation:
    """A step.

    `kind`: leaf, self, figures, figure, rule, part, option, item, clamped, need, evidence, rounded, computed,
    excluded, appraised, support, penalty, earned, lost or share.
    """

    kind: str
    text: BilingualText
    value: str | None
    children: list["Explanation"]


async def explanation_of(info: Info, key: DossierKey, code: str, sight: Sight) -> Explanation | None:
    """Of a leaf as of `key.at`, or now: before the release, from the unit's own word alone."""
    loaders = info.context.loaders
    at = key.at if key.at is not None else await info.context.snapshot.position(key.root)
    fold = await loaders.folds.dossiers.load(DossierKey(key.unit, key.round, at))
    dossier = fold.dossier
    if dossier is None or fold.score is None or code not in dossier.rubric.leaves:
        return None
    part = _parts_of(dossier.rubric.body)[code]
    subject = Subject(dossier, fold.score, dossier.rubric.leaves[code], part, own=not sight.appraisal)
    return _shown(explain(subject))


def _shown(node: Node) -> Explanation:
    return Explanation(
        kind=node.kind,
        text=BilingualText(vi=node.vi, en=node.en),
        value=None if node.value is None else exact_text(node.value),
        children=[_shown(child) for child in node.children],
    )


@lru_cache(maxsize=16)
def _parts_of(body: bytes) -> dict[str, PartShape]:
    """The leaves of a rubric as published, by code."""
    shape = msgspec.json.decode(body, type=RubricShape)
    parts = [part for area in shape.areas for part in area_parts(area.criteria)]
    return {part.code: part for part in [*parts, *((shape.bonus.items or []) if shape.bonus else [])]}

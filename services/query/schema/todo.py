"""What is still to be done before a dossier is submitted."""

import strawberry

from services.query.context import Info
from services.query.load.keys import DossierKey, RubricKey
from services.query.schema.bilingual import BilingualText
from services.query.todo import Lack, Lacking, lacks
from shared.codec.names import root_of

_MOST = 1_000

strawberry.enum(Lacking, name="TodoKind", description="What is lacking.")


@strawberry.type(description="Something that a dossier lacks before its head submits it.")
class TodoItem:
    """What is lacking, of which leaves, and what to do."""

    kind: Lacking
    leaves: list[str]
    message: BilingualText


async def todo_of(info: Info, key: DossierKey, rubric_id: str) -> list[TodoItem]:
    """What a dossier lacks; at most 1,000 items."""
    loaders = info.context.loaders
    rubric = await loaders.rubrics.load(RubricKey(root_of(key.unit), rubric_id))
    if rubric is None:
        return []
    rows, evidence = await loaders.leaves.load(key), await loaders.evidence.load(key)
    return [_item(lack) for lack in lacks(rubric.content, rows, evidence)[:_MOST]]


def _item(lack: Lack) -> TodoItem:
    return TodoItem(kind=lack.kind, leaves=list(lack.leaves), message=BilingualText(vi=lack.vi, en=lack.en))

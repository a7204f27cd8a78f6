"""Free texts, as they lie beside the events that they were given with."""

from datetime import datetime

import strawberry

from services.query.context import Info
from services.query.load.keys import PositionKey
from services.query.schema.later import Later, later


@strawberry.type(description="That a free text was erased: when, why, on what basis, and by which event.")
class Erasure:
    """`field` is the text's name in its event; the TextErased stands at `position`."""

    field: str
    at: datetime
    reason: str
    basis: str
    position: int


def text_at(info: Info, root: str, position: int | None, field: str) -> Later[str | None]:
    """A text of the event at a position; None where it was not given, or was erased."""
    if position is None:
        return None
    loading = info.context.loaders.texts.load(PositionKey(root, position))
    return later(loading, lambda texts: texts[field].text if field in texts else None)


async def erasure_at(info: Info, root: str, position: int | None, field: str) -> Erasure | None:
    """That a text of the event at a position was erased; None where it was not."""
    return next(iter(await erasures_at(info, root, (position, field))), None)


async def erasures_at(info: Info, root: str, *texts: tuple[int | None, str]) -> list[Erasure]:
    """What was erased of these texts, each named by its event's position and its field."""
    said = [(PositionKey(root, position), field) for position, field in texts if position is not None]
    loaded = await info.context.loaders.erasures.load_many([key for key, _ in said])
    return [
        Erasure(field=field, at=row.recorded_at, reason=row.reason, basis=row.basis, position=row.position)
        for (_, field), erased in zip(said, loaded, strict=True)
        if (row := erased.get(field))
    ]

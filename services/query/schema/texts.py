"""Free texts, as they lie beside the events that they were given with."""

from services.query.context import Info
from services.query.load.keys import PositionKey


async def text_at(info: Info, root: str, position: int | None, field: str) -> str | None:
    """A text of the event at a position; None where it was not given, or was erased."""
    if position is None:
        return None
    row = (await info.context.loaders.texts.load(PositionKey(root, position))).get(field)
    return None if row is None else row.text

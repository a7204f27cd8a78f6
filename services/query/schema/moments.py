"""Moments of the past, as they are asked for."""

from datetime import datetime

import strawberry
from strawberry import UNSET

from services.query.context import Info
from services.query.errors import BadArgument
from services.query.load.past import moment
from services.query.schema.arguments import storable

_BEYOND = (
    "asOf lies beyond what is recorded: {root} ends at position {head}; ask for a moment up to that, or "
    "leave asOf out. / asOf vượt quá những gì đã ghi sổ: {root} kết thúc ở số thứ tự {head}; hãy hỏi một "
    "thời điểm không muộn hơn, hoặc bỏ asOf."
)
_NOT_ONE = (
    "asOf takes a time or a position, from 0 on. / asOf nhận một thời điểm hoặc một số thứ tự ghi sổ, từ 0."
)
_NOW_ALONE = (
    "{what} is told as of now alone: ask for it without asOf. / {what} chỉ cho biết hiện trạng: hãy hỏi "
    "không kèm asOf."
)


@strawberry.input(
    one_of=True,
    description="A moment: a time (the last position recorded by then) or a position; inclusive. "
    "Beyond the head: an error.",
)
class AsOf:
    """Either of them."""

    time: datetime | None = UNSET
    position: int | None = UNSET


async def position_of(info: Info, root: str, as_of: AsOf) -> int:
    """The position of a root that a moment is; 0 where the viewer sees nothing of the root.

    Raises BadArgument beyond what is recorded.
    """
    time = as_of.time if isinstance(as_of.time, datetime) else None
    found = await moment(info.context.snapshot, root, time) if storable(root) else None
    position = found.at if found and time else as_of.position
    if found is None:
        return 0
    if not isinstance(position, int) or position < 0:
        raise BadArgument(_NOT_ONE)
    if position > found.head or found.to_come:
        raise BadArgument(_BEYOND.format(root=root, head=found.head))
    return position


async def asked_position(info: Info, root: str, as_of: AsOf | None) -> int | None:
    """The same of an argument that may be left out; None: now."""
    return await position_of(info, root, as_of) if isinstance(as_of, AsOf) else None


def of_now_alone(what: str, at: int | None) -> None:
    """Raises BadArgument where something that is told as of now alone is asked for as of a position."""
    if at is not None:
        raise BadArgument(_NOW_ALONE.format(what=what))

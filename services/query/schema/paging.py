"""Pages of a list that grows: a page is what follows a key, so nothing shifts when something is appended."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import strawberry

from services.query.schema.arguments import cursor

Row = TypeVar("Row")


@strawberry.type
class PageInfo:
    """Whether there is more, and after which cursor."""

    has_next_page: bool
    end_cursor: str | None


def paged(
    kind: str, rows: Sequence[Row], first: int, key: Callable[[Row], int | str]
) -> tuple[list[tuple[str, Row]], PageInfo]:
    """Rows with their cursors, and the page's info. `rows` holds one more than the page if it can."""
    shown = [(cursor(kind, key(row)), row) for row in rows[:first]]
    return shown, PageInfo(has_next_page=len(rows) > first, end_cursor=shown[-1][0] if shown else None)

"""Arguments as callers send them: pages and cursors are checked, names that can be no names find nothing."""

import base64
import binascii
from typing import TypeVar

import msgspec

from services.query.errors import BadArgument

MOST = 200
_LONGEST_CURSOR = 1024

Key = TypeVar("Key", int, str)


def given(value: str | None) -> str | None:
    """An argument that may be left out, as text or None.

    Its default is UNSET, for with None the schema would state `= null`.
    """
    return value if isinstance(value, str) else None


def page_size(first: int) -> int:
    """The size of a page, 1 to 200; BadArgument for another."""
    if not 1 <= first <= MOST:
        raise BadArgument(f"first is {first}: ask for 1 to {MOST} at a time, and go on with after")
    return first


def cursor(kind: str, key: int | str) -> str:
    """A cursor: the key of the row that it stands at, and of what kind of list it is. Opaque to callers."""
    return base64.urlsafe_b64encode(msgspec.json.encode([kind, key])).decode().rstrip("=")


def key_after(kind: str, after: str | None, key: type[Key], first: Key) -> Key:
    """The key that a cursor of this kind of list stands at; `first` without one. BadArgument otherwise."""
    if after is None:
        return first
    try:
        if len(after) > _LONGEST_CURSOR:
            raise ValueError
        raw = base64.b64decode(after + "=" * (-len(after) % 4), altchars=b"-_", validate=True)
        found_kind, found = msgspec.json.decode(raw, type=tuple[str, key])
    except (ValueError, binascii.Error, msgspec.MsgspecError) as error:
        raise BadArgument(_NO_CURSOR) from error
    if (
        found_kind != kind
        or (isinstance(found, str) and not storable(found))
        or (isinstance(found, int) and not 0 <= found < 2**63)
    ):
        raise BadArgument(_NO_CURSOR)
    return found


_NO_CURSOR = "after is no cursor of this list: leave it out, or take endCursor from the page before"


def storable(*texts: str | None) -> bool:
    """Could these stand in the database? PostgreSQL's text has no NUL, and UTF-8 no lone surrogates."""
    return not any(text and ("\0" in text or not _is_utf8(text)) for text in texts)


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True

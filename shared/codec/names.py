"""Names: unit paths, round and rubric ids, codes; and what a subject names."""

import re
from functools import lru_cache

from msgspec import Struct

_STEP = r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?"
PATH_PATTERN = rf"^{_STEP}(?:/{_STEP}){{0,5}}\Z"
ID_PATTERN = r"^[a-z0-9][a-z0-9-]{0,31}\Z"
ITEM_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z"
CODE_PATTERN = r"^(?=.{1,32}\Z)[A-Za-z0-9][A-Za-z0-9-]*(?:\.[A-Za-z0-9][A-Za-z0-9-]*)*\Z"
ABOUT_PATTERN = rf"(?:{CODE_PATTERN})|(?:^penalty:[A-Za-z0-9][A-Za-z0-9._-]{{0,63}}\Z)"
UUID_PATTERN = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z"

_PATH = re.compile(PATH_PATTERN)
_ID = re.compile(ID_PATTERN)
_UUID = re.compile(UUID_PATTERN)
_LONGEST_SUBJECT = 6 * 32 + 5 + 1 + 32


class Subject(Struct, frozen=True, gc=False):
    """What an emission is about: a unit (a root, a publishing unit), or a unit in a round."""

    unit: str
    round: str | None


def is_path(text: str) -> bool:
    """Is it a unit's path: 1 to 6 tokens joined by `/`?"""
    return _PATH.match(text) is not None


def is_uuid(text: str) -> bool:
    """Is it a UUID in canonical lower case?"""
    return _UUID.match(text) is not None


def parse_subject(text: str) -> Subject | None:
    """`qt/dong-ha@2023` or `qt/dong-ha`; None where it is neither."""
    return None if len(text) > _LONGEST_SUBJECT else _parse_subject(text)


@lru_cache(maxsize=16_384)  # the same dossiers come again and again
def _parse_subject(text: str) -> Subject | None:
    unit, at, round_id = text.partition("@")
    if not is_path(unit) or (at and not _ID.match(round_id)):
        return None
    return Subject(unit, round_id if at else None)


def root_of(path: str) -> str:
    """The first token of a path."""
    return path.partition("/")[0]


def parent_of(path: str) -> str | None:
    """The unit one level up; None of a root."""
    return path.rpartition("/")[0] or None


def pointer_token(name: str) -> str:
    """A name as a step of a JSON pointer. Source: RFC 6901, section 3."""
    return name.replace("~", "~0").replace("/", "~1")

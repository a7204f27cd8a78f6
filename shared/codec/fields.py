"""What the fields of an event's data may hold: names, points, figures, texts, times.

Source: contracts, "Names and numbers".
Empty and blank texts are refused: who has nothing to say leaves the field out.
"""

from typing import Annotated

from msgspec import Meta

from shared.codec.names import ABOUT_PATTERN, CODE_PATTERN, ID_PATTERN, ITEM_PATTERN, PATH_PATTERN
from shared.codec.numbers import MAX_INTEGER_FIGURE, POINTS_PATTERN, RECORDED_FIGURE_PATTERN

TEXT_LENGTH = 4000
DATE_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"
TIME_PATTERN = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})\Z"
)
NOT_BLANK = r"\S"

Path = Annotated[str, Meta(pattern=PATH_PATTERN)]
Id = Annotated[str, Meta(pattern=ID_PATTERN)]
ItemId = Annotated[str, Meta(pattern=ITEM_PATTERN)]
Code = Annotated[str, Meta(pattern=CODE_PATTERN)]
About = Annotated[str, Meta(pattern=ABOUT_PATTERN)]
"""What a dispute is about: a leaf's code, or `penalty:<id>`."""
Key = Annotated[str, Meta(min_length=1, max_length=64, pattern=NOT_BLANK)]
"""What a rubric calls the levels and events of a rule: `dat`, `Không đạt`."""
Points = Annotated[str, Meta(pattern=POINTS_PATTERN)]
Number = (
    Annotated[str, Meta(pattern=RECORDED_FIGURE_PATTERN)] | Annotated[int, Meta(ge=0, le=MAX_INTEGER_FIGURE)]
)
Text = Annotated[str, Meta(min_length=1, max_length=TEXT_LENGTH, pattern=NOT_BLANK)]
Date = Annotated[str, Meta(pattern=DATE_PATTERN)]
Time = Annotated[str, Meta(pattern=TIME_PATTERN, max_length=64)]
HEX_PATTERN = r"^[0-9a-f]{64}\Z"
Hex = Annotated[str, Meta(pattern=HEX_PATTERN)]
_MEDIA_NAME = r"[A-Za-z0-9][A-Za-z0-9!#&^_.+-]{0,126}"
MEDIA_TYPE_PATTERN = rf"^{_MEDIA_NAME}/{_MEDIA_NAME}\Z"
MediaType = Annotated[str, Meta(pattern=MEDIA_TYPE_PATTERN)]
"""Without parameters. Source: RFC 6838, section 4.2, without the dollar sign."""
FileSize = Annotated[int, Meta(ge=0, le=100 * 1024 * 1024)]
"""Bytes of a file that may be put as evidence."""

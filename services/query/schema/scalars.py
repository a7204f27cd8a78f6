"""The scalars: numbers and times as text, as contracts say they go out."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from shared.codec.envelope import instant
from shared.codec.fields import TIME_PATTERN
from shared.codec.numbers import POINT, index_text, text_of

Decimal = NewType("Decimal", str)

_COVERAGE = 100


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _text(value: str) -> str:
    return value


def _number(value: object) -> str:
    """A number as it is asked with: text alone, for a JSON number may have been rounded on its way."""
    if not isinstance(value, str):
        raise GraphQLError('write the number as text: "0.5". / Hãy viết số dưới dạng chuỗi: "0.5".')
    return value


def _instant(value: object) -> datetime:
    """A moment as it is asked with: RFC 3339, with an offset."""
    if isinstance(value, str) and re.match(TIME_PATTERN, value):
        try:
            return instant(value)
        except ValueError:
            pass
    raise GraphQLError(
        "write the time as RFC 3339 with an offset: 2024-01-20T08:30:00+07:00. / Hãy viết thời điểm theo "
        "RFC 3339, kèm múi giờ: 2024-01-20T08:30:00+07:00."
    )


SCALARS: Mapping[object, ScalarDefinition] = {
    Decimal: strawberry.scalar(
        name="Decimal",
        description="An exact number as text, without exponent and trailing zeros: `93.36`, `80`.",
        serialize=_text,
        parse_value=_number,
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="A moment, RFC 3339: UTC, six decimals, `Z`.",
        serialize=_moment,
        parse_value=_instant,
    ),
}


def points(thousandths: int) -> Decimal:
    """Points as text: 97500 is `97.5`."""
    return Decimal(text_of(thousandths, POINT))


def points_or_none(thousandths: int | None) -> Decimal | None:
    """The same; None stays None."""
    return None if thousandths is None else points(thousandths)


def index_or_none(millionths: int | None) -> Decimal | None:
    """An index as text: 93360000 is `93.36`; None stays None."""
    return None if millionths is None else Decimal(index_text(millionths))


def coverage(hundredths: int) -> Decimal:
    """A coverage as text: 9850 is `98.5`."""
    return Decimal(text_of(hundredths, _COVERAGE))

"""What can go wrong, and the one place that says it to the outside.

    QueryError         its message is for the caller, and says what to do
    ├── BadArgument    the caller asked for something that cannot be asked for
    ├── TooMuch        lists within lists would answer more rows than one request may have
    ├── TookTooLong    the database was asked for too much at a time
    └── Unavailable    the database cannot be reached: the caller may try again

Whatever else happens is ours: it is logged under a reference, where and not in whose words, and the caller
sees that alone.
"""

import logging
import secrets
from collections.abc import Iterable, Sequence

from graphql import GraphQLError
from graphql.validation.validate import ValidationAbortedError

from shared.hosting.logs import without_words

_log = logging.getLogger("parledger.query")


class QueryError(Exception):
    """A question was not answered."""


class BadArgument(QueryError):
    """The message says what is wrong with the argument, and what would be right."""


class TooMuch(QueryError):
    """This asks for too much at a time: ask for shorter lists within lists."""

    def __init__(self) -> None:
        super().__init__("this asks for too much at a time: ask for shorter lists within lists")


class TookTooLong(QueryError):
    """This took too long: ask for less at a time."""

    def __init__(self) -> None:
        super().__init__("this took too long: ask for less at a time")


class Unavailable(QueryError):
    """The database cannot be reached at the moment: try again."""

    def __init__(self) -> None:
        super().__init__("the database cannot be reached at the moment: try again")


def shown(errors: Iterable[GraphQLError]) -> list[dict[str, object]]:
    """Errors as the answer carries them: message, and where in the query it happened."""
    return [_one(error) for error in errors]


def message_of(cause: BaseException, path: Sequence[str | int] | None = None) -> str:
    """What the caller is told about an exception; what is not for the caller is logged here."""
    if isinstance(cause, ValidationAbortedError):
        return "the query is too large to be checked: ask for less at a time"
    if isinstance(cause, GraphQLError):
        return cause.message
    if isinstance(cause, QueryError):
        return str(cause)
    if isinstance(cause, RecursionError):
        return "the query is nested too deeply"
    reference = secrets.token_hex(8)
    where = list(path or ())
    said = {"reference": reference, "why": without_words(cause)}
    _log.error("internal error %s at %s", reference, where, extra=said)
    return f"internal error: tell the operator this reference: {reference}"


def _one(error: GraphQLError) -> dict[str, object]:
    where: dict[str, object] = {}
    if error.locations:
        where["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    if error.path is not None:
        where["path"] = list(error.path)
    return {"message": message_of(_cause(error), error.path), **where}


def _cause(error: GraphQLError) -> BaseException:
    """What a resolver raised; the error itself where graphql-core found the query wrong."""
    cause: BaseException = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause

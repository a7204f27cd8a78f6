"""Logs on stderr, a line each: JSON for machines, readable for people. Our loggers begin with `parledger`.

An exception is told by its name and place, never by its words: they may be a tenant's. So whoever logs one
need not ask what is in it.
"""

import errno
import json
import logging
import sys
import traceback
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TextIO, cast

from shared.hosting.environment import ConfigurationError

_NO_EXTRA = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_PLAIN = (str, int, float, bool, type(None))


def _moment(record: logging.LogRecord) -> str:
    """When it was logged: UTC, RFC 3339, microseconds."""
    return (
        datetime.fromtimestamp(record.created, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    )


def _extra(record: logging.LogRecord) -> dict[str, object]:
    """What the caller added by `extra=`; what JSON does not know is written as text."""
    return {
        key: value if isinstance(value, _PLAIN) else str(value)
        for key, value in vars(record).items()
        if key not in _NO_EXTRA
    }


def _stack(record: logging.LogRecord) -> str:
    """The traceback of the exception that was logged, without its words, or nothing."""
    error = record.exc_info[1] if record.exc_info else None
    return "" if error is None else without_words(error)


def name_of(error: BaseException) -> str:
    """What was raised, without what it says. The code of PostgreSQL, of NATS or of the system goes along."""
    code = getattr(error, "sqlstate", None) or getattr(error, "err_code", None)
    if isinstance(error, OSError) and error.errno is not None:
        code = errno.errorcode.get(error.errno, error.errno)
    return f"{type(error).__name__} {code}" if code else type(error).__name__


def without_words(error: BaseException) -> str:
    """The traceback of an exception without what it says; with those that it groups, or that it came from."""
    lines = [f"{name_of(error)}\n", *traceback.format_tb(error.__traceback__)]
    for found in _within(error):
        lines += ["\nfrom ", without_words(found)]
    return "".join(lines).rstrip()


def _within(error: BaseException) -> Sequence[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        return cast("BaseExceptionGroup[BaseException]", error).exceptions
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return [cause] if cause else []


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, what was added by `extra=`, and the exception."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON."""
        line = {
            "time": _moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_extra(record),
        }
        if stack := _stack(record):
            line["exception"] = stack
        return json.dumps(line, ensure_ascii=False)


class Readable(logging.Formatter):
    """A line for people; control characters are escaped, so that no sender's words pose as another line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line, with the traceback below it where there is one."""
        words = [_moment(record)[11:23], record.levelname.lower(), record.name, record.getMessage()]
        words += [f"{key}={value}" for key, value in _extra(record).items()]
        line = "".join(c if c.isprintable() else repr(c)[1:-1] for c in " ".join(words))
        stack = _stack(record)
        return f"{line}\n{stack}" if stack else line


_FORMATS: Mapping[str, type[logging.Formatter]] = {"json": JsonLines, "readable": Readable}


def configure_logs(environ: Mapping[str, str], stream: TextIO = sys.stderr) -> None:
    """Send every log to `stream`, in the form that PARLEDGER_LOG says (`json`, the default, or `readable`).

    Ours from INFO on, those of libraries from WARNING on. Raises ConfigurationError for another form.
    """
    form = environ.get("PARLEDGER_LOG", "").strip() or "json"
    if form not in _FORMATS:
        raise ConfigurationError(f"PARLEDGER_LOG is {form!r}: set it to json or readable")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_FORMATS[form]())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("parledger").setLevel(logging.INFO)
    logging.captureWarnings(True)

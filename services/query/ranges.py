"""Which bytes of a file are asked for: the headers Range and If-Range. Source: RFC 9110, 13.1.5 and 14."""

import re
from collections.abc import Mapping

_ONE = re.compile(r"bytes=(?:([0-9]{1,18})-([0-9]{1,18})?|-([0-9]{1,18}))", re.IGNORECASE)


class NoSuchBytes(Exception):
    """The file ends before the first byte that is asked for."""


def asked_bytes(headers: Mapping[str, str], etag: str, size: int) -> tuple[int, int] | None:
    """From where up to where (exclusive); None for the whole file. Raises `NoSuchBytes`.

    Several ranges at once, other units and what cannot be read are let pass: the whole is an answer to them.
    """
    form = _ONE.fullmatch(headers.get("range", "").strip())
    if form is None or headers.get("if-range", etag).strip() != etag:
        return None
    first, last, from_end = form[1], form[2], form[3]
    if from_end is not None:
        start, end = max(size - int(from_end), 0), size
    else:
        start, end = int(first), size if last is None else min(int(last) + 1, size)
        if last is not None and int(last) < start:
            return None
    if start >= size:
        raise NoSuchBytes
    return start, end

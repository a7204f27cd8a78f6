"""PubAcks that were let astray: what a tenant can put among others' emissions, and nothing else.

The server sends a PubAck to whatever reply subject a publisher names, with the server's own rights: on
another tenant's emit subject too, and on one that names no sender. Its content is the server's, so it is
told by its fields; it is no emission of anybody's, and nothing vouches for who it seems to come from.
"""

import json
from typing import cast

_BEGINNINGS = (b'{"stream":', b'{"error":')
_FIELDS = frozenset({"stream", "seq", "duplicate", "domain", "error", "batch", "count", "val"})
_LONGEST = 2_048


def is_stray_puback(content: bytes) -> bool:
    """Whether a message of an EMIT feed is a PubAck of the server's: to be acknowledged and passed over."""
    if not content.startswith(_BEGINNINGS) or len(content) > _LONGEST:
        return False
    try:
        fields: object = json.loads(content)
    except ValueError:
        return False
    return (
        isinstance(fields, dict)
        and "stream" in fields
        and cast("dict[str, object]", fields).keys() <= _FIELDS
    )

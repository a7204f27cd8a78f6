"""Canonical JSON: keys sorted, no spaces, UTF-8 as it is.

Equal to RFC 8785 for what the ledger holds: text keys within the basic multilingual plane and integers below
2^53.
"""

from typing import Any

import msgspec

_ENCODER = msgspec.json.Encoder(order="sorted")


def canonical(value: Any) -> bytes:
    """Encode builtins or msgspec structs as canonical JSON."""
    return _ENCODER.encode(value)

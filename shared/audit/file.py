"""The file of an export: canonical JSON, with the SHA-256 of its content.

The hash is against slips alone: who changes the content can compute it anew. What holds against people are
the leaf hashes, the proofs and the signatures.
"""

from hashlib import sha256

import msgspec
from msgspec import UNSET, Struct, UnsetType

from shared.audit.fault import AuditFault
from shared.codec.canonical import canonical

FORMAT = "parledger-audit/1"


class SaidText(Struct, frozen=True, forbid_unknown_fields=True):
    """A free text of an event; `salt` is hex."""

    field: str
    salt: str
    text: str


class ExportedEvent(Struct, frozen=True, forbid_unknown_fields=True):
    """An event as the ledger holds it, and where it is in the log.

    `body` is the canonical JSON that is hashed, `recorded_us` the ledger's time in microseconds since
    1970-01-01Z, `path` the inclusion path from its leaf to the checkpoint, base64 as in a tlog-proof.
    """

    position: int
    recorded_us: int
    body: str
    path: list[str]
    texts: list[SaidText] | UnsetType = UNSET


class Content(Struct, frozen=True, forbid_unknown_fields=True):
    """What decides the dossier of `unit` in `round`, as of the checkpoint.

    `streams` are the streams that were taken, whole, with their last versions (0 where nothing was recorded);
    `key` is the log's public key as the exporter says it.
    """

    root: str
    unit: str
    round: str
    key: str
    checkpoint: str
    streams: dict[str, int]
    events: list[ExportedEvent]


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    format: str
    sha256: str
    content: Content


_DECODER = msgspec.json.Decoder(_File)


def write(content: Content) -> bytes:
    """The file."""
    return canonical(_File(FORMAT, _digest(content), content)) + b"\n"


def read(raw: bytes) -> Content:
    """The content of a file that is as it was written. Raises AuditFault."""
    try:
        file = _DECODER.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise AuditFault(f"this is no audit export: {error}") from None
    if file.format != FORMAT:
        raise AuditFault(
            f"this is an audit export of the kind {file.format!r}; this parledger reads {FORMAT}"
        )
    if file.sha256 != _digest(file.content) or write(file.content) != raw:
        raise AuditFault("the file was changed: its content does not have the SHA-256 that it states")
    return file.content


def _digest(content: Content) -> str:
    return sha256(canonical(content)).hexdigest()

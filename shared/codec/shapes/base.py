"""What the shapes of all events share.

A field of type `FreeText` holds a text in an emission and a `Commitment` to it in the record.
"""

from typing import ClassVar, TypeVar

from msgspec import Struct

from shared.codec.fields import Hex, Text


class Commitment(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Stands in the record for a free text: `sha256` is hex(SHA-256(salt ‖ text))."""

    sha256: Hex


FreeText = Text | Commitment


class Data(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """What all events' data share.

    `TEXTS` are its fields that are free text, `ADDED` those that the ledger adds and an emission may not
    carry; `class_version` is its newest shape.
    """

    TEXTS: ClassVar[tuple[str, ...]] = ()
    ADDED: ClassVar[tuple[str, ...]] = ()
    class_version: ClassVar[int] = 1


D = TypeVar("D", bound=Data)

"""The tree of units, and who may read it."""

from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from shared.codec.fields import Date, Id, ItemId, Path, Points, Text, Time
from shared.codec.shapes.base import Data, FreeText


class UnitRegistered(Data, frozen=True):
    """A unit enters the tree; `effective` is a date, shown and never computed with."""

    unit: Path
    name: Text
    kind: Text
    effective: Date


class UnitChanged(Data, frozen=True):
    """A unit has another name or kind from here on; what is left out stays."""

    unit: Path
    effective: Date
    name: Text | None = None
    kind: Text | None = None


class NewUnit(Struct, frozen=True, forbid_unknown_fields=True):
    """A unit that a reorganisation makes, or one that goes on and takes others in."""

    unit: Path
    name: Text
    kind: Text


class UnitsReorganised(Data, frozen=True, rename={"from_": "from"}):
    """Units are merged, split or dissolved: those `from` end, those `into` stand.

    `heirs` maps a unit that ends to the one that takes over what is open. Paths of other roots are named, not
    checked.
    """

    from_: Annotated[list[Path], Meta(min_length=1, max_length=1000)]
    into: Annotated[list[NewUnit], Meta(max_length=1000)]
    heirs: Annotated[dict[Path, Path], Meta(max_length=1000)]
    effective: Date
    basis: Text


class ReadGranted(Data, frozen=True):
    """Whoever belongs to `to`, a unit of any root, may read what `under` may, until then."""

    grant: ItemId
    to: Path
    under: Path
    until: Time | None = None
    basis: Text | None = None


class ReadRevoked(Data, frozen=True):
    """A grant holds no longer."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    grant: ItemId
    reason: FreeText


class ResultImported(Data, frozen=True):
    """A result from before the ledger: shown as imported, never computed with. `index` is in per cent."""

    unit: Path
    round: Id
    index: Points
    basis: Text
    rank: Annotated[int, Meta(ge=1, le=100_000)] | None = None
    of: Annotated[int, Meta(ge=1, le=100_000)] | None = None
    grade: Text | None = None


class TextErased(Data, frozen=True):
    """Free texts of an earlier event of the same stream are gone for good; the record of them stays."""

    position: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    fields: Annotated[list[Text], Meta(min_length=1, max_length=10)]
    basis: Text
    reason: Text

"""The shape of every event's data: what is let in, what is recorded, and how older shapes are read.

A field of type `FreeText` holds a text in an emission and a `Commitment` to it in the record. A class may
carry `class_version` (its newest shape, 1 where absent) and static methods `upcast_v1_v2(data)`, one pure
step per version, that change a dict of an older shape in place: as the `eventsourcing` library has it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from shared.codec.fields import (
    Code,
    Date,
    FileSize,
    Hex,
    Id,
    ItemId,
    MediaType,
    Path,
    Points,
    Text,
    Time,
)
from shared.codec.figures import Figures
from shared.codec.rubric_shape import RubricShape


class Commitment(Struct, frozen=True, forbid_unknown_fields=True):
    """Stands in the record for a free text: `sha256` is hex(SHA-256(salt ‖ text))."""

    sha256: Hex


FreeText = Text | Commitment


class Data(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What all events' data share: which of its fields are free text, and its newest shape."""

    TEXTS: ClassVar[tuple[str, ...]] = ()
    class_version: ClassVar[int] = 1


D = TypeVar("D", bound=Data)


class UnitRegistered(Data, frozen=True):
    """A unit enters the tree; `effective` is a date, shown and never computed with."""

    unit: Path
    name: Text
    kind: Text
    effective: Date


class RubricPublished(Data, frozen=True):
    """A rubric, immutable from here on; its id is unique in the root."""

    rubric: RubricShape


class Period(Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """The reporting period: two dates, both inclusive."""

    from_: Date
    to: Date


class Window(Struct, frozen=True, forbid_unknown_fields=True):
    """Open while opens ≤ now < closes."""

    opens: Time
    closes: Time


class ExcludedLeaf(Struct, frozen=True, forbid_unknown_fields=True):
    """A leaf that does not count in a round."""

    leaf: Code
    kind: Literal["not-applicable", "not-due"]


class RoundOpened(Data, frozen=True):
    """One period of one authority: its children, a rubric per kind of unit, and three windows."""

    round: Id
    name: Text
    kind: Literal["annual", "interim"]
    period: Period
    rubrics: Annotated[dict[Text, Id], Meta(min_length=1, max_length=50)]
    units: Annotated[list[Path], Meta(min_length=1, max_length=1000)]
    filing: Window
    appraisal: Window
    disputes: Window
    groups: dict[Text, list[Path]] | None = None
    excluded: list[ExcludedLeaf] | None = None


class AppraisalReleased(Data, frozen=True):
    """From here on the units (all of the round where `units` is left out) see their appraised points."""

    units: Annotated[list[Path], Meta(min_length=1, max_length=1000)] | None = None


class SubmissionFiled(Data, frozen=True):
    """What a unit claims for a leaf; filing again supersedes."""

    TEXTS: ClassVar[tuple[str, ...]] = ("note",)
    leaf: Code
    self_points: Points
    figures: Figures | None = None
    note: FreeText | None = None


class SubmissionWithdrawn(Data, frozen=True):
    """A unit takes its claim for a leaf back."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    leaf: Code
    reason: FreeText | None = None


class EvidenceAttached(Data, frozen=True):
    """A file that the unit has put proves a leaf; `size` is in bytes, `pages` are those to look at."""

    TEXTS: ClassVar[tuple[str, ...]] = ("name", "title")
    evidence: ItemId
    leaf: Code
    sha256: Hex
    name: FreeText
    size: FileSize
    media_type: MediaType
    number: Text | None = None
    dated: Date | None = None
    issuer: Text | None = None
    title: FreeText | None = None
    pages: Text | None = None


class EvidenceWithdrawn(Data, frozen=True):
    """A piece of evidence stands no longer; the record of it stays."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    evidence: ItemId
    reason: FreeText | None = None


class LeafAssigned(Data, frozen=True):
    """Which office of the unit leads on these leaves, and which support it."""

    leaves: Annotated[list[Code], Meta(min_length=1, max_length=500)]
    lead: Text
    support: Annotated[list[Text], Meta(max_length=50)] | None = None


class DossierSubmitted(Data, frozen=True):
    """The head of the unit sends the dossier: it is locked from here on."""

    number: Text | None = None
    dated: Date | None = None
    signed_as: Text | None = None


class ScoreAppraised(Data, frozen=True):
    """What the council gives for a leaf, with its own figures where it has some."""

    TEXTS: ClassVar[tuple[str, ...]] = ("opinion", "reason")
    leaf: Code
    points: Points
    figures: Figures | None = None
    opinion: FreeText | None = None
    reason: FreeText | None = None
    provisional: bool | None = None


class LeafExcluded(Data, frozen=True):
    """A leaf does not count in this dossier."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    leaf: Code
    kind: Literal["not-applicable", "not-due"]
    reason: FreeText


class LeafIncluded(Data, frozen=True):
    """An excluded leaf counts again."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    leaf: Code
    reason: FreeText


class PenaltyApplied(Data, frozen=True):
    """Points taken off for a breach: off the total, an area or a leaf."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    penalty: ItemId
    points: Points
    target: Code
    reason: FreeText
    basis: Text | None = None


class PenaltyLifted(Data, frozen=True):
    """A penalty is taken back."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    penalty: ItemId
    reason: FreeText


class BonusAwarded(Data, frozen=True):
    """Points added on top, up to the rubric's bonus maximum."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    bonus: ItemId
    points: Points
    reason: FreeText
    basis: Text | None = None


class BonusRevoked(Data, frozen=True):
    """A bonus is taken back."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    bonus: ItemId
    reason: FreeText


SHAPES: Mapping[str, type[Data]] = MappingProxyType(
    {
        shape.__name__: shape
        for shape in (
            UnitRegistered,
            RubricPublished,
            RoundOpened,
            AppraisalReleased,
            SubmissionFiled,
            SubmissionWithdrawn,
            EvidenceAttached,
            EvidenceWithdrawn,
            LeafAssigned,
            DossierSubmitted,
            ScoreAppraised,
            LeafExcluded,
            LeafIncluded,
            PenaltyApplied,
            PenaltyLifted,
            BonusAwarded,
            BonusRevoked,
        )
    }
)

_DECODERS = {name: msgspec.json.Decoder(shape) for name, shape in SHAPES.items()}


def decode_data(name: str, version: int, raw: bytes) -> Data:
    """Data of event `name`, written in shape `version`, read as the newest one.

    Errors: `msgspec.ValidationError` where it does not fit; `KeyError` where the name is unknown.
    """
    newest = SHAPES[name]
    if version == newest.class_version:
        return _DECODERS[name].decode(raw)
    return upcast(newest, version, msgspec.json.decode(raw))


def upcast(newest: type[D], version: int, values: Any) -> D:
    """Data of an older shape, brought to the newest by one step per version; `values` (builtins) is used up.

    Errors: `msgspec.ValidationError` where it fits neither the old shape nor the new one.
    """
    if not 1 <= version <= newest.class_version:
        raise msgspec.ValidationError(f"there is no shape {newest.__name__}/{version}")
    try:
        for step in range(version, newest.class_version):
            getattr(newest, f"upcast_v{step}_v{step + 1}")(values)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise msgspec.ValidationError(f"this is no {newest.__name__}/{version}") from error
    return msgspec.convert(values, newest)


def recorded_form(data: Data) -> Data:
    """The same data as it is recorded: integer figures as text."""
    figures = getattr(data, "figures", None)
    if figures is None:
        return data
    return msgspec.structs.replace(data, figures=figures.normalised())

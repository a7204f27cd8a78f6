"""The shape of every event's data: what is let in, what is recorded, and how older shapes are read.

A field of type `FreeText` holds a text in an emission and a `Commitment` to it in the record. A class may carry
`class_version` (its newest shape, 1 where absent) and static methods `upcast_v1_v2(data)`, one pure step per version, that
change a dict of an older shape in place: the convention of the `eventsourcing` library's mapper.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Literal

import msgspec
from msgspec import Meta, Struct

from shared.codec.names import CODE_PATTERN, ID_PATTERN, ITEM_PATTERN, PATH_PATTERN
from shared.codec.numbers import FIGURE_PATTERN, MAX_INTEGER_FIGURE, POINTS_PATTERN
from shared.codec.rubric_shape import RubricShape

Path = Annotated[str, Meta(pattern=PATH_PATTERN, max_length=200)]
Id = Annotated[str, Meta(pattern=ID_PATTERN)]
ItemId = Annotated[str, Meta(pattern=ITEM_PATTERN)]
Code = Annotated[str, Meta(pattern=CODE_PATTERN)]
Points = Annotated[str, Meta(pattern=POINTS_PATTERN)]
Number = Annotated[str, Meta(pattern=FIGURE_PATTERN)] | Annotated[int, Meta(ge=0, le=MAX_INTEGER_FIGURE)]
Text = Annotated[str, Meta(min_length=1, max_length=4000, pattern=r"\S")]
Name = Annotated[str, Meta(min_length=1, max_length=400, pattern=r"\S")]
Kind = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"\S")]
Date = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]
Time = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})\Z",
        max_length=40,
    ),
]
Hex = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]


class Commitment(Struct, frozen=True, forbid_unknown_fields=True):
    """Stands in the record for a free text: `sha256` is hex(SHA-256(salt ‖ text))."""

    sha256: Hex


FreeText = Text | Commitment


class Figures(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is counted for a rule; which fields belong to which kind of rule stands in scoring.md, "Rules"."""

    numerator: Number | None = None
    denominator: Number | None = None
    percent: Number | None = None
    count: Number | None = None
    choice: ItemId | None = None
    events: dict[ItemId, Number] | None = None

    def normalised(self) -> "Figures":
        """The same with integers as text: that is how figures are recorded."""
        values = {name: _as_text(getattr(self, name)) for name in self.__struct_fields__}
        return Figures(**values)


def _as_text(value: Any) -> Any:
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dict):
        return {key: _as_text(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType] - JSON is untyped
    return value


class Data(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What all events' data share: which of its fields are free text, and its newest shape."""

    TEXTS: ClassVar[tuple[str, ...]] = ()
    class_version: ClassVar[int] = 1


class UnitRegistered(Data):
    """A unit enters the tree; `effective` is a date, shown and never computed with."""

    unit: Path
    name: Name
    kind: Kind
    effective: Date


class RubricPublished(Data):
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


class RoundOpened(Data):
    """One appraisal period of one authority: which children, by which rubric per unit kind, and its three windows."""

    round: Id
    name: Name
    kind: Literal["annual", "interim"]
    period: Period
    rubrics: Annotated[dict[Kind, Id], Meta(min_length=1, max_length=50)]
    units: Annotated[list[Path], Meta(min_length=1, max_length=1000)]
    filing: Window
    appraisal: Window
    disputes: Window
    groups: dict[Name, list[Path]] | None = None
    excluded: list[ExcludedLeaf] | None = None


class AppraisalReleased(Data):
    """From here on the units (all of the round where `units` is left out) see their appraised points."""

    units: Annotated[list[Path], Meta(min_length=1, max_length=1000)] | None = None


class SubmissionFiled(Data):
    """What a unit claims for a leaf; filing again supersedes."""

    TEXTS: ClassVar[tuple[str, ...]] = ("note",)
    leaf: Code
    self_points: Points
    figures: Figures | None = None
    note: FreeText | None = None


class SubmissionWithdrawn(Data):
    """A unit takes its claim for a leaf back."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    leaf: Code
    reason: FreeText | None = None


class LeafAssigned(Data):
    """Which office of the unit leads on these leaves, and which support it."""

    leaves: Annotated[list[Code], Meta(min_length=1, max_length=500)]
    lead: Name
    support: Annotated[list[Name], Meta(max_length=50)] | None = None


class DossierSubmitted(Data):
    """The head of the unit sends the dossier: it is locked from here on."""

    number: Name | None = None
    dated: Date | None = None
    signed_as: Name | None = None


class ScoreAppraised(Data):
    """What the council gives for a leaf, with its own figures where it has some."""

    TEXTS: ClassVar[tuple[str, ...]] = ("opinion", "reason")
    leaf: Code
    points: Points
    figures: Figures | None = None
    opinion: FreeText | None = None
    reason: FreeText | None = None
    provisional: bool | None = None


class LeafExcluded(Data):
    """A leaf does not count in this dossier."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    leaf: Code
    kind: Literal["not-applicable", "not-due"]
    reason: FreeText


class LeafIncluded(Data):
    """An excluded leaf counts again."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    leaf: Code
    reason: FreeText


class PenaltyApplied(Data):
    """Points taken off for a breach: off the total, an area or a leaf."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    penalty: ItemId
    points: Points
    target: Code
    reason: FreeText
    basis: Text | None = None


class PenaltyLifted(Data):
    """A penalty is taken back."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    penalty: ItemId
    reason: FreeText


class BonusAwarded(Data):
    """Points added on top, up to the rubric's bonus maximum."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    bonus: ItemId
    points: Points
    reason: FreeText
    basis: Text | None = None


class BonusRevoked(Data):
    """A bonus is taken back."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    bonus: ItemId
    reason: FreeText


SHAPES: Mapping[str, type[Data]] = MappingProxyType(
    {
        shape.__name__: shape
        for shape in (
            UnitRegistered, RubricPublished, RoundOpened, AppraisalReleased, SubmissionFiled, SubmissionWithdrawn, LeafAssigned,
            DossierSubmitted, ScoreAppraised, LeafExcluded, LeafIncluded, PenaltyApplied, PenaltyLifted, BonusAwarded, BonusRevoked,
        )
    }
)  # fmt: skip

_DECODERS = {name: msgspec.json.Decoder(shape) for name, shape in SHAPES.items()}


def decode_data(name: str, shape: int, raw: bytes) -> Data:
    """Data of event `name`, written in `shape`, read as the newest one.

    Errors: `msgspec.ValidationError` where it does not fit; `KeyError` where the name is unknown.
    """
    newest = SHAPES[name]
    if shape == newest.class_version:
        return _DECODERS[name].decode(raw)
    values: dict[str, Any] = msgspec.json.decode(raw)
    for version in range(shape, newest.class_version):
        getattr(newest, f"upcast_v{version}_v{version + 1}")(values)
    return msgspec.convert(values, newest)


def recorded_form(data: Data) -> Data:
    """The same data as it is recorded: integer figures as text."""
    figures = getattr(data, "figures", None)
    if figures is None:
        return data
    return msgspec.structs.replace(data, figures=figures.normalised())
